"""Evidence, drafts and verdicts by hand, for the tests of what makes drafts better."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TypeVar

from rag.support.check import CheckedSentence, check_draft
from rag.support.layers import TextChecker
from rag.types import Evidence, Paper, Quote
from rag.writing.cite import CitationParser, Draft

T = TypeVar("T")

LAMPS = Paper("p:lamps", "Lamps that learn")
WICKS = Paper("p:wicks", "On wicks")
DIMS = "Lamps dim 12% faster when watched, but only in winter."
TESTED = "We tested 40 lamps over two years."
BURNS = "A trimmed wick burns twice as long."


def evidence(*texts: str) -> tuple[Evidence, ...]:
    """The quotes under S1, S2, …; those about wicks are of another paper."""
    return tuple(
        Evidence(f"S{n}", Quote(paper.paper_id, "abstract", 0, len(text), text), paper)
        for n, text in enumerate(texts, start=1)
        for paper in [WICKS if "wick" in text else LAMPS]
    )


QUOTES = evidence(DIMS, TESTED, BURNS)


def draft(text: str, quotes: Sequence[Evidence] = QUOTES) -> Draft:
    """A draft as a chat model wrote it, with keys."""
    parser = CitationParser(quotes)
    parser.feed(text)
    return parser.result()


def verify(written: Draft) -> tuple[CheckedSentence, ...]:
    """Verdicts by what takes no model: text, numbers, negations, directions, names."""
    return check_draft(written, QUOTES, TextChecker(), "mark").sentences


def ended(events: Generator[object, None, T]) -> tuple[list[object], T]:
    """All events of a generator, and what it returned."""
    told: list[object] = []
    while True:
        try:
            told.append(next(events))
        except StopIteration as stop:
            return told, stop.value
