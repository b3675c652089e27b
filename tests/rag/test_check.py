"""Sentences held to their quotes: what passes is kept, what fails cited anew, dropped or marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from rag.settings import Failing
from rag.support.check import CheckedDraft, check_draft, is_echo
from rag.support.layers import TextChecker, Verdict
from rag.types import Evidence, Paper, Quote
from rag.writing.cite import CitationParser, evidence_keys

QUOTES = (
    "Evaluators have difficulty distinguishing its stories from those written by humans.",
    "It solves 70.2% of the problems with 100 samples per problem.",
    "Routers need little memory on an Android phone.",
)
EVIDENCE = [
    Evidence(key, Quote(f"p{n}", "abstract", 0, len(text), text, 0.9), Paper(f"p{n}", "T", text))
    for n, (key, text) in enumerate(zip(evidence_keys(3), QUOTES, strict=True))
]


def checked(
    draft: str, failing: Failing = "repair", numbers: Mapping[str, int] | None = None
) -> CheckedDraft:
    parser = CitationParser(EVIDENCE, numbers)
    parser.feed(draft)
    parser.close()
    return check_draft(parser.result(), EVIDENCE, TextChecker(), failing, numbers)


def shown(result: CheckedDraft) -> list[tuple[str, tuple[int, ...], str]]:
    return [(c.sentence.text, c.sentence.evidence, c.support) for c in result.sentences]


def test_a_draft_of_which_nothing_fails_stays_as_it_is() -> None:
    draft = "Evaluators have difficulty [S1].\n\nIt solves many problems [S2]."
    result = checked(draft)
    assert result.text == draft.replace("S", "")
    assert result.dropped == ()
    assert all(item.reason for item in result.sentences)


def test_a_sentence_under_the_wrong_quote_is_cited_anew() -> None:
    result = checked("It solves 70.2% of the problems [S1]. Evaluators have difficulty [S1].")
    assert shown(result) == [
        ("It solves 70.2% of the problems. [2]", (1,), "supported"),
        ("Evaluators have difficulty [1].", (0,), "unchecked"),
    ]
    assert result.text == "It solves 70.2% of the problems. [2] Evaluators have difficulty [1]."
    assert result.numbers == {"p1": 2, "p0": 1}
    assert result.sentences[0].reason.endswith("cited anew")


def test_a_sentence_without_a_marker_gets_the_quote_that_says_it() -> None:
    result = checked("It solves 70.2% of the problems.")
    assert shown(result) == [("It solves 70.2% of the problems. [1]", (1,), "supported")]


def test_two_claims_under_the_quote_of_one_get_the_other_quote_too() -> None:
    result = checked(
        "It solves 70.2% of the problems, and routers need little memory on an Android phone [S2]."
    )
    assert [item.sentence.evidence for item in result.sentences] == [(1, 2)]
    assert result.text.endswith("[1][2]")


def test_what_no_quote_bears_out_is_dropped_and_told() -> None:
    result = checked("It solves 99% of the problems [S2]. Evaluators have difficulty [S1].")
    assert result.text == "Evaluators have difficulty [2]."
    assert [item.reason for item in result.dropped] == ["says 99%, the quote says 70.2%"]
    assert result.numbers == {"p0": 2}


def test_if_all_is_dropped_nothing_is_left() -> None:
    result = checked("It solves 99% of the problems [S2].")
    assert (result.text, result.sentences) == ("", ())
    assert len(result.dropped) == 1


def test_dropping_does_not_repair() -> None:
    result = checked("It solves 70.2% of the problems [S1].", "drop")
    assert (result.sentences, len(result.dropped)) == ((), 1)


def test_marking_keeps_all_with_their_verdicts() -> None:
    draft = "It solves 99% of the problems [S2]."
    result = checked(draft, "mark")
    assert shown(result) == [(draft.replace("S2", "1"), (1,), "contradicted")]
    assert result.dropped == ()


def test_papers_keep_the_numbers_that_they_had() -> None:
    result = checked("It solves 70.2% of the problems [S1].", numbers={"p1": 4})
    assert result.text == "It solves 70.2% of the problems. [4]"
    assert result.numbers == {"p1": 4}


def test_paragraphs_stay_when_a_sentence_goes() -> None:
    draft = "Evaluators have difficulty [S1].\n\nIt solves 99% [S2]. Routers need memory [S3]."
    assert checked(draft).text == "Evaluators have difficulty [1].\nRouters need memory [3]."


def test_only_the_likest_other_quotes_are_tried_as_each_may_cost_a_judge_s_time() -> None:
    asked: list[Sequence[str]] = []

    class Refusing:
        def check(self, claim: str, quotes: Sequence[str], papers: Sequence[Paper] = ()) -> Verdict:
            asked.append(tuple(quotes))
            return Verdict("unsupported", "no", "judge")

    parser = CitationParser(EVIDENCE)
    parser.feed("It solves problems with samples [S1].")
    parser.close()
    check_draft(parser.result(), EVIDENCE, Refusing())
    assert asked == [QUOTES[:1], QUOTES[1:2], QUOTES[2:], QUOTES[:2]]


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
