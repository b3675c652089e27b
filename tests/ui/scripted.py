"""A scripted answerer and the papers it cites, for tests of the ways in."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rag.errors import PaperNotFound, RagError
from rag.finding.filters import EVERYTHING, Filter
from rag.stored.catalogue import Catalogue
from rag.stored.claims import Standing
from rag.stored.conversations import Conversations, new_id
from rag.stored.database import Database
from rag.stored.votes import Votes
from rag.types import (
    Answer,
    Citation,
    Delta,
    Done,
    Event,
    Exchange,
    Paper,
    PaperScore,
    Sentence,
    Status,
)

LAMPS = Paper(
    paper_id="arxiv:2101.00001",
    title="Lamps that learn",
    abstract="We study lamps. Lamps dim 12% faster when watched. The effect holds in winter.",
    authors=("Ada Lumen", "Grace Wick"),
    authors_complete=True,
    published="2021-01-05",
    arxiv_id="2101.00001",
)
WICKS = Paper(
    paper_id="doi:10.5/wicks",
    title="On wicks",
    summary="The authors trim wicks. A trimmed wick burns twice as long.",
    authors=("Otto Docht",),
    published="2019",
    doi="10.5/wicks",
)
UNCITED = Paper(paper_id="arxiv:2202.00002", title="Candles, a survey", arxiv_id="2202.00002")


def cite(paper: Paper, marker: int, quote: str, field: str = "abstract") -> Citation:
    """A citation of `quote` where it stands in `field`, or of a catalogue field as a whole."""
    start = end = None
    if field in ("abstract", "summary"):
        start = paper.text("abstract" if field == "abstract" else "summary").index(quote)
        end = start + len(quote)
    return Citation(marker, paper.paper_id, paper.title, paper.arxiv_id, field, quote, start, end)


LAMPS_ANSWER = Answer(
    id="",
    question="",
    answer="Lamps dim 12% faster when watched [1]. Trimmed wicks last longer [2]. It is 2021 [1].",
    abstained=False,
    reason="",
    confidence=0.9,
    sentences=(
        Sentence("Lamps dim 12% faster when watched [1].", (0,), "supported"),
        Sentence("Trimmed wicks last longer [2].", (1,), "unchecked"),
        Sentence("It is 2021 [1].", (2,), "unsupported"),
    ),
    citations=(
        cite(LAMPS, 1, "Lamps dim 12% faster when watched."),
        cite(WICKS, 2, "A trimmed wick burns twice as long.", "summary"),
        cite(LAMPS, 1, "2021-01-05", "published"),
    ),
    hits=(
        PaperScore(LAMPS.paper_id, 0.9),
        PaperScore(UNCITED.paper_id, 0.4),
        PaperScore(WICKS.paper_id, 0.3),
    ),
    backend="scripted",
    timings_ms={"retrieve": 10.0, "write": 32.0},
    papers=(LAMPS, WICKS, UNCITED),
)
ABSTAINED = replace(
    LAMPS_ANSWER,
    answer="The papers do not say how heavy a lamp is.",
    abstained=True,
    reason="No sentence gives the weight of a lamp.",
    sentences=(),
    citations=(),
    confidence=0.1,
)


@dataclass
class ScriptedAnswerer:
    """Streams the answer it was given word by word, or raises `error` after the first words.

    `gate`, if set, is waited for after the first word. `closed` counts the streams that were
    closed before their end, `ended` is set at the first; `asked`, `filters`, `histories` and
    `literally` hold what was asked.
    """

    answer: Answer = LAMPS_ANSWER
    error: Exception | None = None
    gate: threading.Event | None = None
    asked: list[str] = field(default_factory=list)
    filters: list[Filter] = field(default_factory=list)
    histories: list[tuple[Exchange, ...]] = field(default_factory=list)
    literally: list[tuple[str, ...]] = field(default_factory=list)
    closed: int = 0
    ended: threading.Event = field(default_factory=threading.Event)

    def stream(
        self,
        question: str,
        *,
        question_id: str = "",
        within: Filter = EVERYTHING,
        history: Sequence[Exchange] = (),
        literally: Sequence[str] = (),
    ) -> Iterator[Event]:
        """Two Status, one Delta a word, then Done."""
        self.asked.append(question)
        self.filters.append(within)
        self.histories.append(tuple(history))
        self.literally.append(tuple(literally))
        try:
            yield Status("Looking for papers")
            yield Status("Writing")
            for number, word in enumerate(self.answer.answer.split(" ")):
                yield Delta(word if number == 0 else f" {word}")
                if self.error is not None:
                    raise self.error
                if self.gate is not None:
                    self.gate.wait(120)
        except GeneratorExit:
            self.closed += 1
            self.ended.set()
            raise
        yield Done(replace(self.answer, id=question_id or new_id(), question=question))


@dataclass
class FakeLibrary:
    """A library that only knows its papers, or fails; what it keeps is gone with it."""

    held: Sequence[Paper] = (LAMPS, WICKS, UNCITED)
    error: RagError | None = None
    catalogue: Catalogue = field(default_factory=lambda: Catalogue(Path(":memory:")))

    @property
    def database(self) -> Database:
        """What all that is kept is in."""
        return self.catalogue.database

    @property
    def conversations(self) -> Conversations:
        """What is kept, as long as this library is."""
        return Conversations(self.database)

    @property
    def votes(self) -> Votes:
        """What people said of answers, as long as this library is."""
        return Votes(self.database)

    def count(self) -> int:
        """Number of papers."""
        if self.error is not None:
            raise self.error
        return len(self.held)

    def standing(self) -> Standing:
        """All of them have their vectors."""
        return Standing(self.count(), len(self.held), len(self.held))

    def paper(self, paper_id: str) -> Paper:
        """One paper by its id or arXiv id."""
        for paper in self.held:
            if paper_id in (paper.arxiv_id, paper.paper_id):
                return paper
        raise PaperNotFound(paper_id)
