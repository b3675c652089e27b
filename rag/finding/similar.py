"""Papers like a given one, by the vectors that are stored of both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rag.finding.scope import Scope
from rag.library import Library
from rag.types import Hit, Paper

_MOST_CHUNKS = 16  # of the paper itself; more would be a book
_DEPTH = 50  # chunks looked at around each of them, at first


@dataclass(frozen=True, slots=True)
class Similar:
    """The papers found, most alike first, each with its most alike chunk; `score` is the cosine.

    `note` says what was out of the ordinary, or is empty.
    """

    paper: Paper
    found: tuple[tuple[Paper, Hit], ...]
    note: str = ""


def similar_papers(library: Library, name: str, k: int, scope: Scope | None = None) -> Similar:
    """The `k` papers most like the one that `name` stands for, that one left out.

    Two papers are as alike as the two chunks of theirs that are nearest. (The mean of all chunks
    confused long papers, and words of the title brought in papers that share no more than
    "language models", on the sample library.) A paper without vectors is embedded on the spot.
    Raises PaperNotFound, LibraryError, WeightsError.
    """
    paper = library.paper(name)
    own = library.catalogue.chunks_of([paper.paper_id])[:_MOST_CHUNKS]
    stored = library.vectors([chunk.chunk_id for chunk in own])
    vectors = [stored[chunk.chunk_id] for chunk in own if chunk.chunk_id in stored]
    note = ""
    if not vectors:
        vectors = list(library.embed(own))
        note = f"{paper.paper_id} has no vectors yet, so they were made for this search alone"
    depth = max(2 * k, _DEPTH)
    while True:
        best, more = _nearest(library, vectors, depth, scope)
        chunks = library.chunks(best)
        hits: dict[str, Hit] = {}
        for chunk_id, cosine in sorted(best.items(), key=lambda item: (-item[1], item[0])):
            chunk = chunks.get(chunk_id)
            if chunk is not None and chunk.paper_id != paper.paper_id:
                hits.setdefault(chunk.paper_id, Hit(chunk, cosine, cosine))
        if len(hits) >= k or not more:
            break
        depth *= 4
    papers = {other.paper_id: other for other in library.papers(list(hits)[:k])}
    found = tuple((papers[i], hits[i]) for i in list(hits)[:k] if i in papers)
    return Similar(paper, found, note)


def _nearest(
    library: Library,
    vectors: list[np.ndarray[tuple[int, ...], np.dtype[np.float32]]],
    depth: int,
    scope: Scope | None,
) -> tuple[dict[str, float], bool]:
    """Chunks with their best cosine to any of `vectors` (dimension,); whether there are more."""
    best: dict[str, float] = {}
    any_more = False
    for vector in vectors:
        if scope is None:
            near = library.search_vectors(vector, depth)
            more = len(near) == depth
        else:
            near, more = scope.search_vectors(vector, depth)
        any_more |= more
        for chunk_id, cosine in near:
            best[chunk_id] = max(cosine, best.get(chunk_id, -1.0))
    return best, any_more
