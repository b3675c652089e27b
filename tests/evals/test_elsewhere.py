"""Answers of other systems become replies: what they cite is found, what is missing is said."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.runs.elsewhere import PaperNames, marked_sentences, read_answers, read_reply
from evals.runs.reply_lines import reply_json, said
from evals.score import Reply
from evals.scorers.markers import marker_texts, without_markers
from rag.errors import SourceError
from rag.types import Answer, Citation, Sentence, Usage
from rag.wire import answer_json
from rag.writing.assemble import NO_ANSWER
from tests.evals.answers import BRIDGE, TALL, TOWER, case

PAPERS = {paper.paper_id: paper for paper in (TOWER, BRIDGE)}
NAMES = PaperNames(PAPERS.values())
CASE = case(("3.5 m",), case_id="c")
FIELDS = st.sampled_from(
    "id answer citations quotes hits confidence abstained error ms usage sentences papers marker"
    " paper paper_id quote prompt completion text support timings_ms backend reason".split()
)


def reply(**fields: object) -> Reply:
    return read_reply({"id": "c", "answer": "It reaches 3.5 m."} | fields, CASE, PAPERS, NAMES)


def answer(**fields: object) -> Answer:
    found = reply(**fields).answer
    assert found is not None
    return found


def cited(marker: int) -> Citation:
    return Citation(marker, "p", "P", "", "abstract", "")


def file(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


# --- papers by name


@pytest.mark.parametrize(
    "name",
    ["arxiv:1111.00001", "1111.00001", "Towers of Salt", "towers  of salt"],
)
def test_a_paper_is_found_by_any_of_its_names(name: str) -> None:
    assert NAMES.find(name) == TOWER


def test_a_name_of_no_paper_finds_none() -> None:
    assert NAMES.find("Towers of Sand") is None


# --- a bare answer


def test_a_bare_answer_is_its_text_in_sentences() -> None:
    found = answer(answer="It reaches 3.5 m. Rain ends some.")
    assert [s.text for s in found.sentences] == ["It reaches 3.5 m.", "Rain ends some."]
    assert not found.abstained
    assert found.confidence == 1.0


def test_a_citation_by_name_has_its_place_as_marker_and_the_quote_beside_it() -> None:
    found = answer(
        answer="It reaches 3.5 m [2].",
        citations=["Bridges of Ice", "arxiv:1111.00001"],
        quotes=["Ice bridges melt.", "The tallest reaches 3.5 m."],
    )
    ice, salt = found.citations
    assert (ice.paper_id, ice.quote, ice.start, ice.end) == (BRIDGE.paper_id, ice.quote, 0, 17)
    assert (salt.marker, TOWER.abstract[salt.start : salt.end]) == (2, salt.quote)
    assert found.sentences[0].citations == (1,)
    assert found.papers == (BRIDGE, TOWER)


def test_a_quote_of_a_summary_is_found_there() -> None:
    (citation,) = answer(citations=[{"paper": "Bridges of Ice", "quote": "Cold."}]).citations
    assert (citation.field, citation.start, citation.end) == ("summary", 0, 5)


def test_a_quote_that_stands_nowhere_has_no_place() -> None:
    (citation,) = answer(citations=[{"paper": TOWER.title, "quote": "It is tall."}]).citations
    assert (citation.quote, citation.start, citation.end) == ("It is tall.", None, None)


def test_a_citation_of_an_unknown_paper_is_kept() -> None:
    found = answer(citations=[{"marker": 7, "paper": "Towers of Sand"}])
    assert found.citations == (cited_sand(),)
    assert found.papers == ()


def cited_sand() -> Citation:
    return Citation(7, "Towers of Sand", "Towers of Sand", "", "abstract", "")


def test_hits_keep_their_order_and_a_repeated_one_its_first_place() -> None:
    found = answer(hits=["Bridges of Ice", {"paper_id": "arxiv:1111.00001"}, "Bridges of Ice"])
    assert [hit.paper_id for hit in found.hits] == [BRIDGE.paper_id, TOWER.paper_id]
    assert found.hits[0].score > found.hits[1].score


@pytest.mark.parametrize("text", ["", "  ", NO_ANSWER, "[NONE]"])
def test_an_empty_answer_and_our_own_words_are_abstentions(text: str) -> None:
    found = answer(answer=text)
    assert found.abstained
    assert found.confidence == 0.0
    assert found.sentences == ()


def test_whether_it_abstained_can_be_told() -> None:
    assert answer(answer="I cannot tell.", abstained=True).abstained
    assert not answer(answer="I cannot tell.", abstained=False).abstained


@pytest.mark.parametrize(
    "text",
    [
        "I cannot tell.",
        "The papers do not state how tall it is. [1]",
        "Sorry, the provided abstracts don't mention that. Let me know if I can help further!",
    ],
)
def test_an_answer_that_only_declines_is_an_abstention_unless_it_is_told(text: str) -> None:
    assert answer(answer=text).abstained
    assert answer(answer=text).sentences == ()


def test_an_answer_that_says_something_beside_its_doubts_is_one() -> None:
    text = "It reaches 3.5 m. The papers do not state when."
    assert not answer(answer=text).abstained


def test_what_we_answered_abstains_where_it_says_so_alone() -> None:
    ours = replace(
        TALL,
        answer="The papers do not state it. [1]",
        sentences=(Sentence("The papers do not state it. [1]", (0,), "unchecked"),),
    )
    found = read_reply(json.loads(json.dumps(answer_json(ours))), CASE, PAPERS, NAMES).answer
    assert found is not None
    assert not found.abstained


def test_what_was_measured_elsewhere_is_kept() -> None:
    found = reply(confidence=0.25, ms=812.0, usage={"prompt": 9, "completion": 4})
    assert (found.ms, found.usage) == (812.0, Usage(9, 4))
    assert found.answer is not None
    assert found.answer.confidence == 0.25


def test_nothing_measured_is_not_zero() -> None:
    assert reply().ms is None
    assert reply().usage is None


def test_an_error_of_the_other_system_is_the_reason() -> None:
    found = reply(answer=None, error="HTTP 500")
    assert (found.answer, found.error) == (None, "HTTP 500")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"answer": 5}, "answer"),
        ({"confidence": 7}, "from 0 to 1"),
        ({"citations": "x"}, "give a list"),
        ({"citations": [5]}, "paper"),
        ({"quotes": ["x"]}, "1 `quotes` of 0"),
    ],
)
def test_what_is_wrong_with_a_line_is_said(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        reply(**wrong)


# --- our own lines


def test_a_line_of_ask_json_is_read_as_it_was() -> None:
    line = json.loads(json.dumps(answer_json(TALL)))
    found = read_reply(line, CASE, PAPERS, NAMES).answer
    assert found is not None
    assert (found.sentences, found.citations) == (TALL.sentences, TALL.citations)
    assert found.papers == (TOWER,)


def test_a_line_of_a_run_is_read_as_it_was() -> None:
    line = json.loads(json.dumps(reply_json(Reply("c", TALL, ms=7.0))))
    found = read_reply(line, CASE, PAPERS, NAMES)
    assert found.ms == 7.0
    assert found.answer is not None
    assert found.answer.papers == TALL.papers


@pytest.mark.parametrize("place", [2, -1])
def test_a_sentence_that_cites_what_is_not_there_is_said(place: int) -> None:
    line = json.loads(json.dumps(answer_json(TALL)))
    line["sentences"][0]["citations"] = [place]
    with pytest.raises(ValueError, match=f"has citation {place} of {len(TALL.citations)}"):
        read_reply(line, CASE, PAPERS, NAMES)


def test_what_an_answer_says_outside_its_sentences_is_said() -> None:
    line = json.loads(json.dumps(answer_json(TALL)))
    line["answer"] += " So are bridges."
    with pytest.raises(ValueError, match=r"leave out of the `answer`: 'So are bridges\.'"):
        read_reply(line, CASE, PAPERS, NAMES)


@pytest.mark.parametrize("confidence", [7.0, -0.1, float("nan")])
def test_a_confidence_that_is_none_is_said(confidence: float) -> None:
    line = json.loads(json.dumps(answer_json(TALL))) | {"confidence": confidence}
    with pytest.raises(ValueError, match="give a number from 0 to 1"):
        read_reply(line, CASE, PAPERS, NAMES)


# --- markers


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It is tall [1]. It melts [2].", [("It is tall [1].", (0,)), ("It melts [2].", (1,))]),
        ("It is tall. [1] It melts. [2]", [("It is tall. [1]", (0,)), ("It melts. [2]", (1,))]),
        ("It is tall.[1][2]", [("It is tall.[1][2]", (0, 1))]),
        ("It is tall [1, 2].", [("It is tall [1, 2].", (0, 1))]),
        ("It is tall [1-2].", [("It is tall [1-2].", (0, 1))]),
        ("It is tall【2】.", [("It is tall【2】.", (1,))]),
        ("[1] It is tall.\n[2] It melts.", [("[1] It is tall.", (0,)), ("[2] It melts.", (1,))]),
        ("It is tall [9].", [("It is tall [9].", ())]),
        ("It is tall.\n[1]", [("It is tall.\n[1]", (0,))]),
        ("[1]", []),
    ],
)
def test_a_marker_belongs_to_the_sentence_it_stands_in_or_behind(
    text: str, sentences: list[tuple[str, tuple[int, ...]]]
) -> None:
    found = marked_sentences(text, [cited(1), cited(2)])
    assert [(s.text, s.citations) for s in found] == sentences
    assert {s.support for s in found} <= {"unchecked"}


# --- the file


def test_every_case_has_a_reply_and_a_missing_one_is_a_failure(tmp_path: Path) -> None:
    path = file(tmp_path / "theirs.jsonl", {"id": "b", "answer": "3.5 m"})
    found = read_answers(path, [case(case_id="a"), case(case_id="b")], PAPERS)
    assert [r.case_id for r in found] == ["a", "b"]
    assert found[0] == Reply("a", None, "no answer in theirs.jsonl")
    assert found[1].answer is not None


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{"id": "zz", "answer": "x"}], "line 1: no case asked has the id 'zz'"),
        ([{"id": "c", "answer": "x"}] * 2, "line 2: the id 'c' was used before"),
        ([{"answer": "x"}], "line 1: is no answer"),
        ([{"id": "c"}], "line 1: has no `answer`"),
        ([{"id": "c", "answer": 5}], r"line 1: `answer`: Input should be a valid string$"),
        ([], "holds no answers"),
    ],
)
def test_a_file_that_does_not_fit_the_cases_is_an_error(
    rows: list[object], said: str, tmp_path: Path
) -> None:
    with pytest.raises(SourceError, match=said):
        read_answers(file(tmp_path / "a.jsonl", *rows), [CASE], PAPERS)


def test_a_line_that_is_not_json_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "c", "answer": "x"}\n{"id"', "utf-8")
    with pytest.raises(SourceError, match="line 2"):
        read_answers(path, [CASE], PAPERS)


# --- whatever comes

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=3),
    max_leaves=6,
)


OURS = json.loads(json.dumps(answer_json(TALL)))


@given(st.dictionaries(FIELDS, VALUES, max_size=6), st.booleans())
def test_any_object_is_a_reply_or_says_why_not(row: dict[str, object], ours: bool) -> None:
    row = OURS | row if ours else row
    try:
        found = read_reply(row, CASE, PAPERS, NAMES)
    except ValueError as error:
        told = said(error)
    else:
        assert found.case_id == CASE.id
        assert (found.answer is None) == bool(found.error)
        told = "a reply"
    assert told


@given(st.text(alphabet="ab .\n[]12,-【】", max_size=60))
def test_sentences_hold_all_that_is_said_once_and_in_order(text: str) -> None:
    printed = [mark for mark, _ in marker_texts(text)]
    said_alone = not all(mark.isspace() for mark in without_markers(text))
    joined = "".join(s.text for s in marked_sentences(text, []))
    if said_alone:
        assert "".join(joined.split()) == "".join(text.split())
        assert [mark for mark, _ in marker_texts(joined)][: len(printed)] == printed
