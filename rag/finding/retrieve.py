"""From a query to hits and papers: words and vectors searched side by side and fused."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from rag.clock import StageClock
from rag.finding.fuse import RESCORED, Candidates, best_first, feedback, fuse, unit
from rag.finding.scope import Scope
from rag.library import Library
from rag.settings import Ranking
from rag.types import Hit, Paper, PaperScore

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Chunks taken from each index before fusing, or as many as are asked for: 30, 50 and 100 gave the
# same first ten papers' nDCG to four digits.
CANDIDATES = 30
_READ_AT_ONCE = 12  # chunks read from the catalogue; all candidates would take 2 ms


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Hits for one query, best first, with the vector (dimension,) that the embedder makes of it:
    sentences are compared with that, not with the one that papers were searched with.
    """

    query: str
    vector: NDArray[np.float32]
    hits: tuple[Hit, ...]


def retrieve(
    library: Library,
    query: str,
    k: int,
    clock: StageClock | None = None,
    scope: Scope | None = None,
    ranking: Ranking = "both",
) -> Retrieval:
    """The `k` best chunks for `query`, by both scores (see `rag.finding.fuse`) or by one `ranking`.

    With `scope`, of the chunks that it leaves. Stages are marked on `clock`. Raises LibraryError
    if an index cannot serve, WeightsError if the embedder's file cannot be had.
    """
    clock = clock or StageClock()
    vector = library.queries.to_search(query)
    clock.mark("embed")
    ways = {"both": gather, "vectors": _by_vectors, "words": _by_words}
    candidates = ways[ranking](library, query, vector, max(k, CANDIDATES), clock, scope)
    hits = tuple(islice(_hits(library, candidates, vector), k))
    clock.mark("fuse")
    return Retrieval(query, library.queries.of(query), hits)


def search_papers(
    library: Library, query: str, k: int, scope: Scope | None = None
) -> list[tuple[Paper, Hit]]:
    """The `k` best papers for `query`, best first, each with its best hit.

    As many as the library, or the `scope`, has: papers cut into several chunks do not crowd others
    out. Raises as `retrieve` does.
    """
    vector = library.queries.to_search(query)
    return papers_near(library, query, vector, k, scope)


def papers_near(
    library: Library, query: str, vector: NDArray[np.float32], k: int, scope: Scope | None = None
) -> list[tuple[Paper, Hit]]:
    """As `search_papers`, with any `vector` (dimension,) beside the words of `query`."""
    depth = max(k, CANDIDATES)
    while True:
        candidates = gather(library, query, vector, depth, scope=scope)
        best: dict[str, Hit] = {}
        for hit in _hits(library, candidates, vector):
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
    scope: Scope | None = None,
) -> Candidates:
    """The `depth` best chunks of each index, each with its score in the other one too.

    A chunk that only one index ranks high is so judged by what the other says of it, not by its
    absence from a list.
    """
    clock = clock or StageClock()
    searched = scope or library
    with ThreadPoolExecutor(1) as aside:  # both search without Python's lock: 1 ms less
        by_words = aside.submit(searched.search_words, query, depth)
        if scope is None:
            near = library.search_vectors(vector, depth)
            vectors_full = len(near) == depth
        else:
            near, vectors_full = scope.search_vectors(vector, depth)
        clock.mark("vectors")
        found = dict(by_words.result())
    words_full = len(found) == depth
    words = found | library.score_words(query, [name for name, _ in near if name not in found])
    clock.mark("words")
    cosines = dict(near)
    chunk_ids = tuple(sorted({*cosines, *words}))
    top = [name for name, _ in near[:RESCORED]]
    stored = searched.vectors(sorted({*found, *top}))
    cosines |= {name: float(stored[name] @ vector) for name in stored if name not in cosines}
    clock.mark("vectors")
    return Candidates(
        chunk_ids,
        np.array([cosines.get(name, np.nan) for name in chunk_ids]),
        np.array([words.get(name, 0.0) for name in chunk_ids]),
        stored,
        vectors_full,
        words_full,
    )


def _by_vectors(
    library: Library,
    query: str,  # noqa: ARG001  # the signature of `gather`
    vector: NDArray[np.float32],
    depth: int,
    clock: StageClock,
    scope: Scope | None,
) -> Candidates:
    """The `depth` best chunks by their cosine alone; no vectors are given, so none is rescored."""
    if scope is None:
        near = library.search_vectors(vector, depth)
        full = len(near) == depth
    else:
        near, full = scope.search_vectors(vector, depth)
    clock.mark("vectors")
    near = sorted(near)
    cosines = np.array([cosine for _, cosine in near], dtype=np.float64)
    chunk_ids = tuple(name for name, _ in near)
    return Candidates(chunk_ids, cosines, np.zeros(len(near)), {}, full, words_full=False)


def _by_words(
    library: Library,
    query: str,
    vector: NDArray[np.float32],  # noqa: ARG001  # the signature of `gather`
    depth: int,
    clock: StageClock,
    scope: Scope | None,
) -> Candidates:
    """The `depth` best chunks by BM25 alone."""
    found = sorted((scope or library).search_words(query, depth))
    clock.mark("words")
    words = np.array([score for _, score in found], dtype=np.float64)
    chunk_ids = tuple(name for name, _ in found)
    nowhere = np.full(len(found), np.nan)
    return Candidates(chunk_ids, nowhere, words, {}, False, len(found) == depth)


def rank_papers(hits: Sequence[Hit]) -> tuple[PaperScore, ...]:
    """Papers by their best chunk, best first."""
    best: dict[str, Hit] = {}
    for hit in sorted(hits, key=lambda hit: (-hit.score, hit.chunk.paper_id)):
        best.setdefault(hit.chunk.paper_id, hit)
    return tuple(
        PaperScore(paper_id, hit.score, hit.vector_score, hit.word_score)
        for paper_id, hit in best.items()
    )


def _hits(library: Library, candidates: Candidates, vector: NDArray[np.float32]) -> Iterator[Hit]:
    """Candidates as hits, best first, read from the catalogue as they are asked for.

    Ties go by id, so that order is stable; what the catalogue no longer has is left out.
    """
    fused = fuse(candidates)
    scores = unit(feedback(candidates, fused, vector))
    order = best_first(scores)
    for start in range(0, len(order), _READ_AT_ONCE):
        block = order[start : start + _READ_AT_ONCE]
        chunks = library.chunks(candidates.chunk_ids[i] for i in block)
        for i in block:
            if chunk := chunks.get(candidates.chunk_ids[i]):
                cosine, words = float(candidates.cosines[i]), float(candidates.words[i])
                known = None if math.isnan(cosine) else cosine
                yield Hit(chunk, float(scores[i]), known, words or None)
