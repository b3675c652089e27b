"""The signs that speak against an answer: each found where it is, and not elsewhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.confidence import Signs, confidence, read_signs
from rag.types import Paper, Quote


def signs(question: str, text: str, *, score: float = 0.9) -> Signs:
    paper = Paper("p", "InstructGPT on TruthfulQA", abstract=text, authors=("Jane Roe",))
    return read_signs(question, [Quote("p", "abstract", 0, len(text), text, score)], paper)


@pytest.mark.parametrize(
    ("question", "text", "missing"),
    [
        ("How many books were read?", "Whole novels are read.", True),
        ("How many books were read?", "We read 40 books.", False),
        ("How often do people prefer it?", "People prefer it twice as often.", False),
        ("What share of problems is solved?", "It solves most of them.", True),
        ("What do people prefer?", "People prefer short ones.", False),
    ],
)
def test_a_quantity_that_is_asked_for_must_stand_in_the_quotes(
    question: str, text: str, missing: bool
) -> None:
    assert signs(question, text).no_quantity == float(missing)


@pytest.mark.parametrize(
    ("question", "text", "missing"),
    [
        ("How many labelers were hired?", "Labelers compared 2 drafts each.", True),
        ("How many labelers were hired?", "We hired 40 careful labelers.", False),
        ("How many new experiments do they run?", "We perform two novel experiments.", False),
        ("What learning rate was used?", "Reinforcement learning on 175B parameters.", True),
        ("What learning rate was used?", "The learning rate is 0.1.", False),
        ("How many did it get right?", "It got 70 right.", False),
    ],
)
def test_what_is_counted_or_measured_must_stand_with_its_number(
    question: str, text: str, missing: bool
) -> None:
    assert signs(question, text).not_measured == float(missing)


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("What LSAT score does it get?", True),
        ("What does it say about GPT-5?", True),
        ("Is InstructGPT truthful on TruthfulQA?", False),
        ("are InstructGPT's answers good?", False),
        ("does instructGPT make things up?", False),
        ("Does it work?", False),
    ],
)
def test_a_name_in_the_question_must_stand_in_the_paper(question: str, missing: bool) -> None:
    assert signs(question, "It is more often truthful.").unknown_name == float(missing)


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("Which hospital did they try it in?", True),
        ("What search engine does it use?", True),
        ("Which benchmark was used?", False),
        ("What kinds of benchmarks are used?", False),
        ("What does it do?", False),
        ("What else can it do?", False),
    ],
)
def test_the_kind_of_thing_asked_for_must_stand_in_the_paper(question: str, missing: bool) -> None:
    assert signs(question, "We use one benchmark.").unknown_kind == float(missing)


def test_each_sign_against_lowers_the_confidence() -> None:
    clear = Signs(0.5, 0.0, 0.0, 0.0, 0.0)
    against = ("no_quantity", "not_measured", "unknown_name", "unknown_kind")
    for worse in (replace(clear, logit=-0.5), *(replace(clear, **{s: 1.0}) for s in against)):
        assert confidence(worse) < confidence(clear)


@pytest.mark.parametrize("score", [0.0, 1.0])
def test_a_score_at_its_limit_is_no_error(score: float) -> None:
    assert 0.0 < confidence(signs("Does it work?", "It works.", score=score)) < 1.0
