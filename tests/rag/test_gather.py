"""Evidence is read as the query says: for whole answers, or for parts of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from rag.clock import StageClock
from rag.config import Config
from rag.evidence.gather import gather_evidence
from rag.evidence.quotes import SentenceVectors
from rag.library import Library
from rag.models.answering import Reading
from rag.question.understand import Query
from rag.settings import DEFAULTS
from tests.fakes import HashEmbedder
from tests.rag.test_library import work

ASKED = "On what were the mosses tested?"
BEFORE = "What are mosses?"


class Remembers:
    """A reranker that remembers what it was asked, and whether for parts."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, bool]] = []

    def score(self, question: str, passages: Sequence[str]) -> list[float]:
        raise AssertionError("quotes are chosen by what they answer, not by their topic")

    def answering(
        self, question: str, passages: Sequence[str], *, parts: bool = False
    ) -> list[Reading]:
        self.asked.append((question, parts))
        return [Reading(1.0, 1.0) for _ in passages]


def test_what_is_asked_of_each_paper_is_read_for_parts_alone_and_in_context(
    config: Config,
) -> None:
    whole = Query(ASKED, ASKED, ASKED, ASKED, earlier=BEFORE)
    with Library.open(config, HashEmbedder()) as library:
        library.write([work("Mosses", "The mosses were tested on forty old walls of Wales.")])
        library.fill()
        sentences = SentenceVectors(library.embedder)
        for query in (whole, replace(whole, of_each=True)):
            reranker = Remembers()
            gather_evidence(library, query, sentences, reranker, DEFAULTS, StageClock())
            expected = [ASKED, f"{ASKED} {BEFORE}", f"{ASKED[:-1]} in “Mosses”?"]
            assert reranker.asked == [(question, query.of_each) for question in expected]


def test_what_goes_on_is_asked_of_the_papers_spoken_of_and_the_nearest(config: Config) -> None:
    texts = {name: f"The {name} were tested on forty old walls." for name in ("mosses", "ferns")}
    texts["lichens"] = "Lichens grow on stone, and on the bark of very old trees."
    asked = Query(ASKED, ASKED, ASKED, ASKED)
    with Library.open(config, HashEmbedder()) as library:
        library.write([work(name.title(), text) for name, text in texts.items()])
        library.fill()
        ids = {paper.title: paper.paper_id for paper in library.papers()}
        parts = (SentenceVectors(library.embedder), Remembers(), DEFAULTS, StageClock())

        def read(query: Query) -> set[str]:
            return {quote.paper_id for quote in gather_evidence(library, query, *parts).quotes}

        spoken = replace(asked, goes_on=True, spoken_of=(ids["Ferns"],))
        assert read(asked) == set(ids.values())
        assert ids["Ferns"] in read(spoken)
        assert len(read(spoken)) == 2


class Prefers(Remembers):
    """Is sure of one passage where it hears only the question, and of another in context."""

    def answering(
        self, question: str, passages: Sequence[str], *, parts: bool = False
    ) -> list[Reading]:
        super().answering(question, passages, parts=parts)
        found = []
        for passage in passages:
            alone = question == ASKED and "walls" in passage
            in_context = question != ASKED and "gardens" in passage
            odds = 1.0 if alone else 4.0 if in_context else -2.0
            found.append(Reading(odds, odds))
        return found


def test_quotes_in_context_are_put_in_order_by_the_mean_of_three_readings(config: Config) -> None:
    query = Query(ASKED, ASKED, ASKED, ASKED, earlier=BEFORE)
    text = "They were tested on forty old walls. They were tested in nine old gardens."
    with Library.open(config, HashEmbedder()) as library:
        library.write([work("Mosses", text)])
        library.fill()
        parts = (SentenceVectors(library.embedder), Prefers(), DEFAULTS, StageClock())
        quotes = gather_evidence(library, query, *parts).quotes
    assert ["gardens" in quote.text for quote in quotes] == [True, False]
    assert [quote.says for quote in quotes] == pytest.approx([2.0, -1.0])
    assert quotes[0].score > quotes[1].score
