"""From a query to hits: words and vectors searched side by side and fused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.clock import StageClock
from rag.library import Library
from rag.types import Hit, PaperScore

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Share of the words in the fused score; measured best between 0.4 and 0.5 on SciFact.
WORD_WEIGHT = 0.4
# Chunks taken from each index before fusing: deep enough that a chunk which only one of them
# ranks high still gets its score from the other.
CANDIDATES = 100


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Hits for one query, best first, with the query's vector (dimension,)."""

    query: str
    vector: NDArray[np.float32]
    hits: tuple[Hit, ...]


def retrieve(library: Library, query: str, k: int, clock: StageClock | None = None) -> Retrieval:
    """The `k` best chunks for `query`, by a weighted sum of min-max normalised scores.

    Convex combination as in Bruch, Gai and Ingber (2023). Stages are marked on `clock`. Raises
    LibraryError if an index cannot serve, WeightsError if the embedder's file cannot be had.
    """
    clock = clock or StageClock()
    depth = max(k, CANDIDATES)
    vector = library.embedder.embed([query], "query")[0]
    clock.mark("embed")
    by_vector = dict(library.search_vectors(vector, depth))
    clock.mark("vectors")
    by_word = dict(library.search_words(query, depth))
    clock.mark("words")
    fused = fuse(by_vector, by_word)[:depth]
    chunks = library.chunks(chunk_id for chunk_id, _ in fused)
    hits = tuple(
        Hit(chunks[chunk_id], score, by_vector.get(chunk_id), by_word.get(chunk_id))
        for chunk_id, score in fused
        if chunk_id in chunks
    )
    clock.mark("fuse")
    return Retrieval(query, vector, hits[:k])


def fuse(by_vector: dict[str, float], by_word: dict[str, float]) -> list[tuple[str, float]]:
    """Ids with their fused score in [0, 1], best first; ties by id, so that order is stable."""
    vectors, words = _normalised(by_vector), _normalised(by_word)
    scores = {
        chunk_id: (1 - WORD_WEIGHT) * vectors.get(chunk_id, 0.0)
        + WORD_WEIGHT * words.get(chunk_id, 0.0)
        for chunk_id in {*vectors, *words}
    }
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def rank_papers(hits: Sequence[Hit]) -> tuple[PaperScore, ...]:
    """Papers by their best chunk, best first."""
    best: dict[str, float] = {}
    for hit in hits:
        paper_id = hit.chunk.paper_id
        best[paper_id] = max(best.get(paper_id, 0.0), hit.score)
    ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))
    return tuple(PaperScore(paper_id, score) for paper_id, score in ranked)


def _normalised(scores: dict[str, float]) -> dict[str, float]:
    """Scores moved to [0, 1]; all equal scores become 1."""
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    span = high - low
    return {key: (value - low) / span if span else 1.0 for key, value in scores.items()}
