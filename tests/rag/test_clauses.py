"""Of a sentence longer than an answer may be, the clause that answers is quoted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.clock import StageClock
from rag.config import Config
from rag.evidence.clauses import MOST_WORDS, clause_that_answers, clauses_of, is_too_long
from rag.evidence.gather import gather_evidence
from rag.evidence.quotes import SentenceVectors
from rag.library import Library
from rag.models.answering import Reading
from rag.question.understand import Query
from rag.settings import DEFAULTS
from rag.types import Chunk, Quote
from tests.fakes import HashEmbedder
from tests.rag.test_library import work

MOSS = "we count every moss on forty old walls of Wales and find a hundred kinds of it there"
FERN = "we weigh the ferns that grow below those walls, two hundred and twelve of them in all"
REST = "and what else " + "there is " * 30 + "we leave to those who come after us"
LONG = f"We report on three things: (a) {MOSS}; (b) {FERN}; {REST}."


@dataclass
class Prefers:
    """A reranker that is so sure of passages that end in a text, and less of all others."""

    ending: str
    sure: float = 2.0

    def score(self, question: str, passages: Sequence[str]) -> list[float]:
        raise AssertionError("clauses are chosen by what they answer")

    def answering(
        self, question: str, passages: Sequence[str], *, parts: bool = False
    ) -> list[Reading]:
        odds = [self.sure if passage.endswith(self.ending) else -5.0 for passage in passages]
        return [Reading(one, one) for one in odds]


def quote_of(text: str, says: float = 2.0) -> tuple[Quote, Chunk]:
    before = "Walls are old. "
    chunk = Chunk("p/0", "p", "Walls", "abstract", 0, len(before + text), before + text)
    start = len(before)
    return Quote("p", "abstract", start, start + len(text), text, says=says), chunk


def test_the_clause_that_answers_is_quoted_marked_as_part_of_a_sentence() -> None:
    quote, chunk = quote_of(LONG)
    short = clause_that_answers("What was weighed?", quote, chunk, Prefers(FERN))
    assert (short.text, short.shortened) == (FERN, True)
    assert chunk.text[short.start : short.end] == FERN


def test_it_is_no_surer_than_a_reader_is_of_the_clause() -> None:
    quote, chunk = quote_of(LONG, says=2.5)
    assert clause_that_answers("What was weighed?", quote, chunk, Prefers(FERN)).says == 2.0
    quote, chunk = quote_of(LONG, says=1.0)
    assert clause_that_answers("What was weighed?", quote, chunk, Prefers(FERN)).says == 1.0


@pytest.mark.parametrize(
    "text",
    [
        f"We found no evidence for the following: (a) {MOSS}; (b) {FERN}; {REST}.",
        f"We count mosses (as others did: (a) {MOSS}; (b) {FERN}; {REST}).",
    ],
    ids=["what leads in denies them", "all in brackets"],
)
def test_what_would_say_something_else_by_itself_is_no_clause(text: str) -> None:
    assert clauses_of(quote_of(text)[0]) in ((), [])


def test_the_sentence_stays_whole_where_a_reader_is_much_less_sure_of_its_clauses() -> None:
    quote, chunk = quote_of(LONG, says=3.5)
    assert clause_that_answers("What was weighed?", quote, chunk, Prefers(FERN)) == quote


def test_a_sentence_without_clauses_stays_whole() -> None:
    quote, chunk = quote_of("We count every moss, " + "and every other moss " * 20 + "there is.")
    assert clause_that_answers("What was counted?", quote, chunk, Prefers("is.")) == quote


@pytest.mark.parametrize(("words", "long"), [(MOST_WORDS, False), (MOST_WORDS + 1, True)])
def test_a_sentence_is_too_long_when_its_marker_does_not_fit(words: int, *, long: bool) -> None:
    assert is_too_long(quote_of(" ".join(["moss"] * words))[0]) is long


@given(st.lists(st.sampled_from([*MOSS.split(), ";", ";", "(b)", ": (a)", "  "]), max_size=200))
def test_clauses_are_verbatim_in_order_apart_and_short_enough(words: list[str]) -> None:
    quote, chunk = quote_of(" ".join(words).replace(" ;", ";"))
    clauses = clauses_of(quote)
    end = quote.start
    for clause in clauses:
        assert chunk.text[clause.start : clause.end] == clause.text
        assert end <= clause.start < clause.end <= quote.end
        assert not is_too_long(clause)
        assert clause.shortened
        end = clause.end


def test_evidence_too_long_for_an_answer_is_shortened_when_it_is_gathered(config: Config) -> None:
    question = "How many ferns did they weigh?"
    asked = Query(question, question, question, question)
    with Library.open(config, HashEmbedder()) as library:
        library.write([work("Walls", f"Walls are old. {LONG}")])
        library.fill()
        parts = (SentenceVectors(library.embedder), Prefers(FERN, sure=4.0), DEFAULTS, StageClock())
        found = gather_evidence(library, asked, *parts)
    assert [
        (item.quote.text, item.quote.shortened)
        for item in found.evidence
        if FERN in item.quote.text
    ] == [(FERN, True)]
