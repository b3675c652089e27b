"""A person's labels, or a verdict on an answer, become a case; what is missing is named."""

from __future__ import annotations

import datetime
import json

import pytest

from evals.authoring.verdicts import Labels, judged_case, labelled_case, read_answer, wordings
from rag.errors import ConfigError, SourceError
from rag.types import Answer, Citation, PaperScore, Sentence
from rag.wire import answer_json
from tests.evals.answers import TOWER

TODAY = datetime.date(2026, 11, 21)
QUOTE = "The tallest reaches 3.5 m."
RIGHT = Answer(
    id="a1",
    question="How tall do towers of salt get?",
    answer=f"{QUOTE} [1]",
    abstained=False,
    reason="",
    confidence=0.9,
    sentences=(Sentence(f"{QUOTE} [1]", (0,), "supported"),),
    citations=(
        Citation(1, TOWER.paper_id, TOWER.title, TOWER.arxiv_id, "abstract", QUOTE, 26, 52),
    ),
    hits=(PaperScore(TOWER.paper_id, 0.8),),
    backend="extractive",
    timings_ms={"total": 3.0},
)
ABSTAINED = Answer(
    id="a2",
    question="How heavy are they?",
    answer="The papers in this library do not answer this.",
    abstained=True,
    reason="no quantity",
    confidence=0.1,
    sentences=(),
    citations=(),
    hits=RIGHT.hits,
    backend="extractive",
    timings_ms={},
)


def test_an_answer_is_read_as_ask_prints_it() -> None:
    read = read_answer(json.dumps(answer_json(RIGHT)), "answer.json")
    assert (read.question, read.citations, read.hits) == (
        RIGHT.question,
        RIGHT.citations,
        RIGHT.hits,
    )


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"id": "a", "answer": 3}'])
def test_what_is_no_answer_is_refused_by_name(text: str) -> None:
    with pytest.raises(SourceError, match=r"answer\.json: is no answer"):
        read_answer(text, "answer.json")


def test_what_an_answer_lacks_is_told_in_one_line() -> None:
    with pytest.raises(SourceError) as caught:
        read_answer('{"x": 1}', "answer.json")
    assert "`sentences`" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "pydantic" not in str(caught.value)


def test_a_right_answer_brings_question_papers_and_reference() -> None:
    case = judged_case(RIGHT, "right", Labels(facts=(("3.5 m",),), by="Ada"), TODAY)
    assert case.question == RIGHT.question
    assert case.papers == (TOWER.paper_id,)
    assert case.reference == QUOTE
    assert case.tags == ("vote",)
    assert case.reviewed
    assert case.provenance
    assert case.provenance.by == "Ada"
    assert case.provenance.date == "2026-11-21"
    assert case.provenance.source == "right answer a1 of extractive"


def test_what_a_right_answer_must_say_no_verdict_tells() -> None:
    with pytest.raises(ConfigError, match="needs `facts`"):
        judged_case(RIGHT, "right", Labels(), TODAY)


def test_of_a_wrong_answer_only_the_question_is_taken() -> None:
    with pytest.raises(ConfigError, match="needs `papers`"):
        judged_case(RIGHT, "wrong", Labels(facts=(("4 m",),)), TODAY)
    labels = Labels(facts=(("4 m",),), papers=("Hills",), wrong=(("3.5 m",),))
    case = judged_case(RIGHT, "wrong", labels, TODAY)
    assert (case.papers, case.wrong, case.reference) == (("Hills",), (("3.5 m",),), "")


def test_a_right_abstention_is_unanswerable_in_the_paper_found_first() -> None:
    case = judged_case(ABSTAINED, "right", Labels(unanswerable="not_in_abstract"), TODAY)
    assert (case.kind, case.papers, case.reference) == ("unanswerable", (TOWER.paper_id,), "")
    other = judged_case(ABSTAINED, "right", Labels(unanswerable="other_topic"), TODAY)
    assert other.papers == ()


@pytest.mark.parametrize(
    ("answer", "labels", "remedy"),
    [
        (ABSTAINED, Labels(), "say why with --unanswerable"),
        (RIGHT, Labels(unanswerable="other_topic"), "leave out --unanswerable"),
    ],
)
def test_a_verdict_that_contradicts_its_labels_is_refused(
    answer: Answer, labels: Labels, remedy: str
) -> None:
    with pytest.raises(ConfigError, match=remedy):
        judged_case(answer, "right", labels, TODAY)


def test_an_answer_given_to_what_nothing_answers_is_an_unanswerable_case() -> None:
    case = judged_case(RIGHT, "wrong", Labels(unanswerable="false_premise"), TODAY)
    assert (case.unanswerable, case.answerable) == ("false_premise", False)


def test_a_case_of_labels_alone_gets_an_id_of_its_question() -> None:
    labels = Labels("How wide is a bridge?", papers=("*",), kind="catalogue", facts=(("2",),))
    case = labelled_case(labels, TODAY)
    assert case.id.startswith("wide-bridge-")
    assert (case.kind, case.split) == ("catalogue", "dev")


def test_all_that_is_missing_is_told_at_once() -> None:
    with pytest.raises(ConfigError, match=r"`facts`.*`papers`"):
        labelled_case(Labels("How wide?"), TODAY)
    with pytest.raises(ConfigError, match="needs a question"):
        labelled_case(Labels(), TODAY)
    with pytest.raises(ConfigError, match="'train'"):
        labelled_case(Labels("How wide?", split="train"), TODAY)


def test_wordings_are_given_between_bars() -> None:
    assert wordings(["56% | 56 percent", "yes"]) == (("56%", "56 percent"), ("yes",))
