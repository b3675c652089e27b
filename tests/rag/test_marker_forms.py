"""What in a draft is a marker, in all the ways chat models write one, and what only looks so."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.types import Evidence, Paper, Quote
from rag.writing.cite import CitationParser, Draft
from rag.writing.markers import evidence_keys, markers, unmarked


def evidence_of(*texts: str, question: str = "") -> tuple[Evidence, ...]:
    """A paper of its own for each text."""
    keys = evidence_keys(len(texts), [*texts, question])
    return tuple(
        Evidence(key, Quote(f"p{i}", "abstract", 0, len(text), text), Paper(f"p{i}", f"T{i}"))
        for i, (key, text) in enumerate(zip(keys, texts, strict=True), start=1)
    )


FOUR = evidence_of("One.", "Two.", "Three.", "Four.")


def parsed(draft: str, evidence: tuple[Evidence, ...] = FOUR) -> Draft:
    parser = CitationParser(evidence)
    parser.feed(draft)
    parser.close()
    return parser.result()


@pytest.mark.parametrize(
    ("marker", "cited"),
    [
        ("[2]", (1,)),
        ("[1, 2]", (0, 1)),
        ("[1-3]", (0, 1, 2)),
        ("[2–3; 1]", (1, 2, 0)),
        ("[S1-S3]", (0, 1, 2)),
        ("[S1–3]", (0, 1, 2)),
        ("[S1 to S3]", (0, 1, 2)),
        ("[S1, 4]", (0, 3)),
        ("(S1)", (0,)),
        ("(S1, S2)", (0, 1)),
        ("(S2-S4)", (1, 2, 3)),
        ("【2】", (1,)),
        ("【S2】", (1,)),
        ("【2†source】", (1,)),
        ("【3:0†source】", (2,)),
        ("［Ｓ２］", (1,)),
        ("[^1]", (0,)),
        ("^[1]", (0,)),
        ("[^S2]", (1,)),
        ("<sup>2</sup>", (1,)),
        ("<sup>[1]</sup>", (0,)),
        ("[[S2]]", (1,)),
        ("[S2](https://example.org/a?b=c)", (1,)),
        ("[[2]](#quote-2)", (1,)),
        ("[Quote 2]", (1,)),
        ("[sources 1 and 3]", (0, 2)),
        ("[see S2, second line]", (1,)),
    ],
)
def test_every_way_of_citing_is_read(marker: str, cited: tuple[int, ...]) -> None:
    draft = parsed(f"It wins {marker}.")
    assert [(s.claim, s.evidence) for s in draft.sentences] == [("It wins.", cited)]
    assert draft.text == f"It wins {''.join(f'[{i + 1}]' for i in range(len(cited)))}."
    assert draft.removed_markers == 0


def test_a_key_waits_for_what_follows_it() -> None:
    parser = CitationParser(FOUR)
    shown = parser.feed("S1²") + parser.close()
    assert shown == parser.result().text == "S1²"


@pytest.mark.parametrize("text", ["It wins.¹", "The models² win.", "It wins¹²."])
def test_a_raised_number_behind_a_word_cites(text: str) -> None:
    (found,) = markers(text, evidence_of(*"abcdefghijkl"))
    assert found.cited in [(0,), (1,), (11,)]


@pytest.mark.parametrize(
    ("draft", "shown", "removed"),
    [
        ("It wins [9].", "It wins.", 1),
        ("It wins [7, 8].", "It wins.", 2),
        ("It wins [3-5].", "It wins [1].", 1),  # of its own numbering: the third quote
        ("It wins 【9†source】.", "It wins.", 1),
        ("It wins.⁹", "It wins.", 1),
        ("It wins [^9].", "It wins.", 1),
        ("It wins (S2, S9).", "It wins [1].", 1),
        ("It wins [S9](https://evil.example/x).", "It wins.", 1),
    ],
)
def test_what_points_at_nothing_is_removed_and_counted(
    draft: str, shown: str, removed: int
) -> None:
    read = parsed(draft)
    assert read.removed_markers == removed
    assert re.sub(r"(\[\d\])+", "[1]", read.text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "An area of 3 m² and R² of 0.9.",
        "Structured state spaces (S9) are fast.",
        "A scale of [0, 5], a year [2019], a note [sic].",
        "In 【summary】 style.",
        "As f(x)[i] < 3 and x^2.",
    ],
)
def test_what_only_looks_like_a_marker_stays(text: str) -> None:
    draft = parsed(text)
    assert (draft.text, draft.removed_markers, draft.numbers) == (text, 0, {})


def test_a_marker_never_becomes_a_link() -> None:
    assert parsed("It wins [S1](as said)").text == "It wins [1] (as said)"


def test_keys_take_letters_that_stand_in_no_quote_title_or_question() -> None:
    assert evidence_keys(2) == ("S1", "S2")
    assert evidence_keys(2, ["It wins [S1]."]) == ("Q1", "Q2")
    assert evidence_keys(1, ["s7, ［Ｑ１］", "k2"]) == ("R1",)
    assert evidence_keys(1, ["".join(f" {letter}1" for letter in map(chr, range(65, 91)))]) == (
        "AA1",
    )


def test_a_key_written_in_a_quote_cites_nothing() -> None:
    evidence = evidence_of("Gophers win [S2].", "Moles lose.")
    draft = parsed(f"Gophers win [S2]. [{evidence[0].key}]", evidence)
    assert [(s.claim, s.evidence) for s in draft.sentences] == [("Gophers win [S2].", (0,))]
    assert draft.removed_markers == 0


def test_a_declining_written_in_a_quote_declines_nothing() -> None:
    evidence = evidence_of("[NONE] It wins.", "NONE of them win.")
    for item in evidence:
        draft = parsed(f"{item.quote.text} [{item.key}]", evidence)
        assert not draft.declined
        assert draft.sentences[0].claim == item.quote.text
    assert parsed("[NONE]", evidence).declined
    assert parsed("NONE", evidence).declined


def test_text_that_looks_like_markers_is_bracketed_otherwise() -> None:
    assert unmarked("In [2], [1-3] and 【4†p】, not [0, 1].") == (
        "In (2), (1-3) and (4†p), not [0, 1]."
    )


FORMS = st.one_of(
    st.sampled_from(
        "[S1] [S2-S4] [2] [1, 2] [1-3] 【2】 【2†source】 (S1) (S1, S2) [^1] ^[2] [[S3]] [9] "
        "[S9] <sup>1</sup> .¹ ² [0,1] [NONE] NONE [S1](http://x.y/z) [S1](see [[S9]1] "
        "[Quote 1] ［１］ ( [ ] ) < ^ ( S1 -S 1 and , sup> </sup> † 【 】 \n".split(" ")
    ),
    st.sampled_from([" ", ". ", "The model wins", "a to b", "x"]),
    st.text(alphabet="abS12N[]()【】^<>/,;-–. \n¹", max_size=6),
)
PIECES = st.lists(FORMS, max_size=10)


@given(PIECES, st.data())
def test_any_chunking_of_any_form_gives_the_same(parts: list[str], data: st.DataObject) -> None:
    draft = "".join(parts)
    cuts = data.draw(st.lists(st.integers(0, len(draft)), max_size=8).map(sorted))
    parser = CitationParser(FOUR)
    shown = "".join(
        parser.feed(draft[start:end])
        for start, end in zip([0, *cuts], [*cuts, len(draft)], strict=True)
    )
    shown += parser.close()
    assert parser.result() == parsed(draft)
    assert shown == parser.result().text


@given(PIECES)
def test_every_number_printed_in_brackets_is_a_papers_own(parts: list[str]) -> None:
    draft = parsed("".join(parts))
    printed = {int(number) for number in re.findall(r"\[(\d{1,3})\]", draft.text)}
    assert printed == set(draft.numbers.values())


@given(PIECES, st.integers(0, 3))
def test_a_quote_of_any_text_is_cited_as_itself(parts: list[str], where: int) -> None:
    text = " ".join("".join(parts).split())
    if not re.search(r"[a-z]{3}", text):
        return
    texts = ["One.", "Two.", "Three."]
    texts.insert(where, text)
    evidence = evidence_of(*texts)
    draft = parsed(f"{text} [{evidence[where].key}]", evidence)
    assert "".join("".join(s.claim for s in draft.sentences).split()) == "".join(text.split())
    assert {i for s in draft.sentences for i in s.evidence} == {where}
    assert set(draft.numbers) == {f"p{where + 1}"}
