"""What claims something and what does not."""

from __future__ import annotations

import pytest

from evals.scorers.checkworthy import claims, declines, is_checkworthy, says_silence
from rag.types import Citation
from tests.evals.answers import BRIDGE, TALL, TOWER, answer, prose


@pytest.mark.parametrize(
    "sentence",
    [
        "The tallest reaches 3.5 m.",
        "- Rain ends 25% of them.",
        "56%.",
        "**It is 3.5 m tall.**",
        "The model does not report uncertainty.",
        "There is no evidence that salt floats.",
        "GPT-3 was not trained on code.",
        "The paper describes towers that do not fall.",
        "Here, towers of salt are built.",
        "No: models need less memory.",
    ],
)
def test_a_statement_about_the_world_is_checkworthy(sentence: str) -> None:
    assert is_checkworthy(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "",
        "Yes.",
        "**Towers of Salt**",
        "## Towers of Salt",
        "How tall is it?",
        "The papers say the following:",
        "Here is what I found about towers.",
        "I hope this helps with your question!",
        "Sure, towers of salt.",
    ],
)
def test_what_claims_nothing_is_not(sentence: str) -> None:
    assert not is_checkworthy(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "The papers in this library do not answer this.",
        "The quotes, however, don't explicitly mention its height.",
        "The height is not stated in the abstract.",
        "None of the provided sources mentions a height.",
        "There is no information on its height.",
        "I cannot tell from these.",
        "I couldn't find its height.",
        "Unfortunately, the provided context does not specify this.",
    ],
)
def test_that_the_papers_are_silent_is_no_claim(sentence: str) -> None:
    assert says_silence(sentence)
    assert not is_checkworthy(sentence)
    assert declines([sentence])


def test_an_answer_with_a_claim_does_not_decline() -> None:
    silence = "The papers do not state its weight."
    assert not declines([silence, "The tallest reaches 3.5 m."])
    assert declines(["Sorry!", silence])
    assert not declines(["Yes."])
    assert not declines([])


def test_claims_are_sentences_without_markers_with_the_prose_that_they_cite() -> None:
    title = Citation(2, BRIDGE.paper_id, BRIDGE.title, "", "title", BRIDGE.title)
    given = answer(
        ("How tall is it?", ()),
        ("The tallest reaches 3.5 m. [1]", (0,)),
        ("Bridges of Ice (2020) [2]", (1,)),
        ("Towers of Salt and Bridges of Ice melt. [1][2]", (0, 1)),
        ("Rain ends them all.", ()),
        citations=(prose(TOWER, "The tallest reaches 3.5 m."), title),
    )
    assert [(c.text, c.citations) for c in claims(given)] == [
        ("The tallest reaches 3.5 m.", TALL.citations),
        ("Towers of Salt and Bridges of Ice melt.", TALL.citations),
        ("Rain ends them all.", ()),
    ]
