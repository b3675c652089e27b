"""A chat model that makes something up makes it less likely that its quotes answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.support.check import check_draft
from rag.support.layers import TextChecker
from rag.types import Evidence, Paper, Quote
from rag.writing.cite import CitationParser
from rag.writing.doubt import doubted, made_up

QUESTION = "Why was Codex taken out of Copilot?"
TEXT = "A distinct production version of Codex powers Copilot, and solves 28.8% of the problems."
EVIDENCE = [Evidence("S1", Quote("p", "abstract", 0, len(TEXT), TEXT, 0.9), Paper("p", "Codex"))]


@pytest.mark.parametrize(
    ("draft", "invented"),
    [
        ("Codex was taken out of Copilot because users complained [S1].", True),
        ("It solved only 12% of the problems [S1].", True),
        ("Codex was taken out of Copilot [S1].", False),
        ("A production version of it powers Copilot [S1].", False),
        (f"{TEXT} [S1]", False),
        ("I would like to help.", False),
    ],
)
def test_made_up_is_what_neither_question_nor_evidence_says(draft: str, invented: bool) -> None:
    parser = CitationParser(EVIDENCE)
    parser.feed(draft)
    parser.close()
    written = parser.result()
    checked = check_draft(written, EVIDENCE, TextChecker())
    assert made_up(QUESTION, written, checked, EVIDENCE) == invented


@given(st.floats(0, 1))
def test_doubt_lowers_a_confidence_and_keeps_it_a_probability(confidence: float) -> None:
    assert 0 <= doubted(confidence) <= confidence + 1e-4


@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_doubt_keeps_the_order(one: float, other: float) -> None:
    assert (doubted(one) <= doubted(other)) or one > other
