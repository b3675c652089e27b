"""From a query to hits and papers: words and vectors searched side by side and fused."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from rag.clock import StageClock
from rag.library import Library
from rag.types import Hit, Paper, PaperScore

if TYPE_CHECKING:
    from numpy.typing import NDArray

# What the best match in words is worth beside a cosine of 1. The cosines of one query's
# candidates lie within about 0.2 of each other, so this is a third of what decides. Chosen on
# SciFact's train claims, where 0.08 to 0.12 did as well (docs/ranking.md).
WORD_WEIGHT = 0.1
# Chunks taken from each index before fusing; 200 found nothing more.
CANDIDATES = 100
_READ_AT_ONCE = 32  # chunks read from the catalogue; all 150 candidates would take 3 ms


@dataclass(frozen=True, slots=True)
class Candidates:
    """The chunks that either index found for a query, in the order of their ids.

    `cosines` (n,) holds NaN for a chunk whose vector is still to be made, `words` (n,) its BM25,
    0 for a chunk that shares no word with the query. `vectors_full` and `words_full` say that an
    index gave all it was asked for, and so may have more.
    """

    chunk_ids: tuple[str, ...]
    cosines: NDArray[np.float64]
    words: NDArray[np.float64]
    vectors_full: bool
    words_full: bool


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Hits for one query, best first, with the query's vector (dimension,)."""

    query: str
    vector: NDArray[np.float32]
    hits: tuple[Hit, ...]


def retrieve(library: Library, query: str, k: int, clock: StageClock | None = None) -> Retrieval:
    """The `k` best chunks for `query`, by a weighted sum of both scores (see `fuse`).

    Stages are marked on `clock`. Raises LibraryError if an index cannot serve, WeightsError if
    the embedder's file cannot be had.
    """
    clock = clock or StageClock()
    vector = library.embedder.embed([query], "query")[0]
    clock.mark("embed")
    candidates = gather(library, query, vector, max(k, CANDIDATES), clock)
    hits = tuple(islice(_hits(library, candidates), k))
    clock.mark("fuse")
    return Retrieval(query, vector, hits)


def search_papers(library: Library, query: str, k: int) -> list[tuple[Paper, Hit]]:
    """The `k` best papers for `query`, best first, each with its best hit.

    As many as the library has: papers cut into several chunks do not crowd others out. Raises as
    `retrieve` does.
    """
    vector = library.embedder.embed([query], "query")[0]
    depth = max(k, CANDIDATES)
    while True:
        candidates = gather(library, query, vector, depth)
        best: dict[str, Hit] = {}
        for hit in _hits(library, candidates):
            best.setdefault(hit.chunk.paper_id, hit)
            if len(best) == k:
                break
        if len(best) >= k or not (candidates.vectors_full or candidates.words_full):
            break
        depth *= 2
    papers = {paper.paper_id: paper for paper in library.papers(best)}
    return [(papers[name], hit) for name, hit in best.items() if name in papers]


def gather(
    library: Library,
    query: str,
    vector: NDArray[np.float32],
    depth: int,
    clock: StageClock | None = None,
) -> Candidates:
    """The `depth` best chunks of each index, each with its score in the other one too.

    A chunk that only one index ranks high is so judged by what the other says of it, not by its
    absence from a list.
    """
    clock = clock or StageClock()
    cosines = dict(library.search_vectors(vector, depth))
    vectors_full = len(cosines) == depth
    clock.mark("vectors")
    words = dict(library.search_words(query, depth))
    words_full = len(words) == depth
    words |= library.score_words(query, [name for name in cosines if name not in words])
    clock.mark("words")
    missing = library.vectors([name for name in words if name not in cosines])
    cosines |= {name: float(stored @ vector) for name, stored in missing.items()}
    clock.mark("vectors")
    chunk_ids = tuple(sorted({*cosines, *words}))
    return Candidates(
        chunk_ids,
        np.array([cosines.get(name, np.nan) for name in chunk_ids]),
        np.array([words.get(name, 0.0) for name in chunk_ids]),
        vectors_full,
        words_full,
    )


def fuse(candidates: Candidates) -> NDArray[np.float64]:
    """Scores (n,) in [0, 1], the best candidate's being 1.

    The cosine plus `WORD_WEIGHT` times BM25 as a share of the best: a convex combination (Bruch,
    Gai and Ingber, 2023), in which cosines keep their scale. A chunk without a vector takes the
    middle one's cosine, so that its words decide.
    """
    cosines, words = candidates.cosines, candidates.words
    if not candidates.chunk_ids:
        return np.empty(0)
    known = cosines[~np.isnan(cosines)]
    filled = np.where(np.isnan(cosines), np.median(known) if known.size else 0.0, cosines)
    raw = filled + WORD_WEIGHT * words / max(float(words.max()), 1e-9)
    span = float(raw.max() - raw.min())
    return (raw - raw.min()) / span if span > 0 else np.ones(len(raw))


def rank_papers(hits: Sequence[Hit]) -> tuple[PaperScore, ...]:
    """Papers by their best chunk, best first."""
    best: dict[str, float] = {}
    for hit in hits:
        paper_id = hit.chunk.paper_id
        best[paper_id] = max(best.get(paper_id, 0.0), hit.score)
    ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))
    return tuple(PaperScore(paper_id, score) for paper_id, score in ranked)


def _hits(library: Library, candidates: Candidates) -> Iterator[Hit]:
    """Candidates as hits, best first, read from the catalogue as they are asked for.

    Ties go by id, so that order is stable; what the catalogue no longer has is left out.
    """
    scores = fuse(candidates)
    order = np.argsort(-scores, kind="stable")
    for start in range(0, len(order), _READ_AT_ONCE):
        block = order[start : start + _READ_AT_ONCE]
        chunks = library.chunks(candidates.chunk_ids[i] for i in block)
        for i in block:
            if chunk := chunks.get(candidates.chunk_ids[i]):
                cosine, words = float(candidates.cosines[i]), float(candidates.words[i])
                known = None if math.isnan(cosine) else cosine
                yield Hit(chunk, float(scores[i]), known, words or None)
