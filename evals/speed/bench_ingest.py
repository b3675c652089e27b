"""How fast papers come in: the whole ingest against the bare embedding loop, in turns."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rag.stored.chunk import chunk_paper

if TYPE_CHECKING:
    from evals.speed.snapshot import Snapshot
    from rag.config import Config
    from rag.models.embed import Embedder
    from rag.types import Paper


@dataclass(frozen=True, slots=True)
class IngestRate:
    """Papers a second: of embedding alone, and of ingest from file to complete vectors."""

    papers: int
    rounds: int
    bare: float
    whole: float

    @property
    def share(self) -> float:
        """What the whole ingest reaches of the bare loop's rate."""
        return self.whole / self.bare


@dataclass(frozen=True, slots=True)
class WordsRate:
    """How long `papers` papers took until all could be found by words, in seconds."""

    papers: int
    seconds: float
    peak_mb: float = 0.0


def ingest_rate(
    config: Config, embedder: Embedder, snapshot: Snapshot, papers: int, rounds: int, folder: Path
) -> IngestRate:
    """Embed `papers` papers, then ingest the same into an empty library; `rounds` times in turn.

    Taken in turns, so that a machine which slows down meanwhile slows both. Each round has
    papers of its own. Raises LibraryError, WeightsError.
    """
    bare = whole = 0.0
    papers = min(papers, len(snapshot.papers) // rounds)
    for number in range(rounds):
        batch = snapshot.papers[number * papers : (number + 1) * papers]
        bare += _embed_seconds(embedder, batch)
        source = snapshot.jsonl(folder / f"rate-{number}.jsonl", batch)
        home = replace(config, home=folder / f"rate-{number}", chroma_url="")
        whole += _ingest_seconds(home, embedder, source)
    return IngestRate(papers, rounds, papers * rounds / bare, papers * rounds / whole)


def _embed_seconds(embedder: Embedder, papers: Sequence[Paper]) -> float:
    texts = [chunk.passage for paper in papers for chunk in chunk_paper(paper)]
    began = time.perf_counter()
    embedder.embed(texts, "passage")
    return time.perf_counter() - began


def _ingest_seconds(config: Config, embedder: Embedder, source: Path) -> float:
    from ingest.run import ingest
    from rag.library import Library

    began = time.perf_counter()
    with Library.open(config, embedder) as library:
        ingest(library, [str(source)])
    return time.perf_counter() - began
