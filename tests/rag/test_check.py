"""Sentences held to their quotes: verdicts kept, echoes of the question replaced."""

from __future__ import annotations

import pytest

from rag.check import check_draft, is_echo
from rag.cite import CitationParser, evidence_keys
from rag.types import Evidence, Paper, Quote

QUESTION = "Can readers tell its news stories from real ones?"
QUOTES = (
    "Evaluators have difficulty distinguishing its stories from those written by humans.",
    "It solves 70.2% of the problems.",
)


def checked(draft: str, question: str = QUESTION) -> list[tuple[str, tuple[int, ...], str]]:
    evidence = [
        Evidence(key, Quote(f"p{n}", "abstract", 0, len(text), text, 0.9), Paper(f"p{n}", "T"))
        for n, (key, text) in enumerate(zip(evidence_keys(2), QUOTES, strict=True))
    ]
    parser = CitationParser(evidence)
    parser.feed(draft)
    parser.close()
    result = check_draft(question, parser.result(), evidence)
    return [(c.sentence.text, c.sentence.evidence, c.support) for c in result.sentences]


def test_an_echo_of_the_question_is_replaced_by_its_quote() -> None:
    draft = "Yes, readers can tell its news stories from real ones [S1]."
    assert checked(draft) == [(f"{QUOTES[0]} [1]", (0,), "supported")]


def test_a_sentence_that_says_what_its_quote_says_is_kept() -> None:
    draft = "No: evaluators have difficulty distinguishing them [S1]."
    assert checked(draft) == [(draft.replace("S1", "1"), (0,), "unchecked")]


def test_a_marker_without_a_claim_becomes_its_quotes_each_once() -> None:
    assert [text for text, _, _ in checked("[S1] and [S1, S2]")] == [
        f"{QUOTES[0]} [1]",
        f"{QUOTES[1]} [2]",
    ]


def test_an_echo_beside_a_sentence_that_says_something_is_kept() -> None:
    draft = "Yes, readers can [S1]. But evaluators have difficulty [S1]."
    assert [support for _, _, support in checked(draft)] == ["unchecked", "unchecked"]


def test_a_wrong_number_stays_unsupported_and_is_not_repaired() -> None:
    draft = "It solves 99% of the problems [S2]."
    assert checked(draft) == [("It solves 99% of the problems [1].", (1,), "unsupported")]


@pytest.mark.parametrize(
    ("claim", "echo"),
    [
        ("Two experiments.", False),
        ("They run experiments.", True),
        ("Yes.", True),
        ("They run novel experiments.", False),
    ],
)
def test_what_adds_a_word_of_the_quote_is_no_echo(claim: str, echo: bool) -> None:
    question, quote = "How many experiments do they run?", "We run two novel experiments."
    assert is_echo(claim, question, [quote]) == echo
