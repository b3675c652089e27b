"""What is said of one thing does not answer for its namesake of another number."""

from __future__ import annotations

import pytest

from rag.evidence.namesakes import about_what_is_asked
from rag.types import Paper, Quote

TEXT = "GPT-3 has 175 billion parameters."


def left(question: str, text: str = TEXT, rest: str = "") -> bool:
    paper = Paper("p", "A paper", abstract=f"{text} {rest}")
    quote = Quote("p", "abstract", 0, len(text), text)
    return bool(about_what_is_asked(question, [quote], {"p": paper}))


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How many parameters does GPT-4 have?", TEXT),
        ("how large is gpt4?", TEXT),
        ("How large is GPT-3.5?", TEXT),
        ("Was Llama 3 trained on code?", "Llama 2 was trained on code."),
        ("What does p63 regulate?", "We show that p53 regulates it."),
    ],
)
def test_a_quote_about_a_sibling_is_left_out(question: str, text: str) -> None:
    assert not left(question, text)


@pytest.mark.parametrize(
    ("question", "text", "rest"),
    [
        ("How many parameters does GPT-3 have?", TEXT, ""),
        ("Is GPT-4 larger than GPT-3?", TEXT, ""),
        ("How large is GPT-4?", TEXT, "It is smaller than GPT-4."),
        ("How large is the largest model?", TEXT, ""),
        ("What is in the top 10%?", "It is in the top 5.", ""),
        ("What was found in 2021?", "In 2020 it was found.", ""),
        ("How large is GPT-4?", "Our model has 5 billion parameters.", ""),
    ],
)
def test_any_other_quote_stays(question: str, text: str, rest: str) -> None:
    assert left(question, text, rest)
