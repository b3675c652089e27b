"""How fast and how exactly a library of some size is searched."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from evals.stats import percentile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rag.config import Config
    from rag.library import Library

_WARMUP = 10
_EXACT_BLOCK = 64  # queries whose products with all vectors are held at once


@dataclass(frozen=True, slots=True)
class SearchTimes:
    """Milliseconds of warm searches: whole, and what is not the embedding of the query."""

    queries: int
    p50_ms: float
    p95_ms: float
    beyond_p50_ms: float
    beyond_p95_ms: float


@dataclass(frozen=True, slots=True)
class Disk:
    """Bytes on disk of each part of a library."""

    catalogue: int
    words: int
    vectors: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.catalogue + self.words + self.vectors


def warm_search(library: Library, queries: Sequence[str], k: int = 10) -> SearchTimes:
    """Time a search for the `k` best papers with each of `queries`, after ten to warm up."""
    from rag.finding.retrieve import papers_near

    whole, beyond = [], []
    warmup = list(queries[:_WARMUP])
    for number, query in enumerate([*warmup, *queries]):
        began = time.perf_counter()
        vector = library.embedder.embed([query], "query")[0]
        embedded = time.perf_counter()
        papers_near(library, query, vector, k)  # with the embedding, what `search_papers` does
        ended = time.perf_counter()
        if number >= len(warmup):
            whole.append((ended - began) * 1000)
            beyond.append((ended - embedded) * 1000)
    return SearchTimes(
        len(queries),
        percentile(whole, 50),
        percentile(whole, 95),
        percentile(beyond, 50),
        percentile(beyond, 95),
    )


def warm_search_apart(config: Config, queries: Sequence[str]) -> SearchTimes:
    """`warm_search` of the library in `config.home`, in a process that does nothing else.

    A benchmark holds many papers itself, which would be in the way of the caches.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_open_and_search, config, queries).result()


def _open_and_search(config: Config, queries: Sequence[str]) -> SearchTimes:
    from rag.library import Library
    from rag.models.embed import OnnxEmbedder
    from rag.models.embed_api import ApiEmbedder

    here = config.embedder == "onnx"
    embedder = OnnxEmbedder.load(config) if here else ApiEmbedder.from_config(config)
    with Library.open(config, embedder) as library:
        return warm_search(library, queries)


def recall(library: Library, queries: Sequence[str], k: int = 10) -> float:
    """Share of the `k` exactly nearest chunks that the vector index finds, over all queries."""
    chunk_ids = [chunk.chunk_id for chunk in library.catalogue.chunks_of(_ids(library))]
    stored = library.vectors(chunk_ids)
    names = sorted(stored)
    matrix = np.stack([stored[name] for name in names])
    vectors = library.embedder.embed(queries, "query")
    found = 0
    for start in range(0, len(queries), _EXACT_BLOCK):
        block = vectors[start : start + _EXACT_BLOCK]
        for vector, scores in zip(block, block @ matrix.T, strict=True):
            found += _agreement(library, vector, scores, names, k)
    return float(found / (len(queries) * min(k, len(names))))


def _ids(library: Library) -> list[str]:
    return [paper.paper_id for paper in library.papers()]


def _agreement(
    library: Library,
    vector: NDArray[np.float32],
    scores: NDArray[np.float32],
    names: Sequence[str],
    k: int,
) -> int:
    """How many of the found are among the exactly best; one equal to the last of them counts."""
    k = min(k, len(names))
    least = np.partition(scores, -k)[-k] - 1e-6
    exact = dict(zip(names, scores, strict=True))
    return sum(exact[name] >= least for name, _ in library.search_vectors(vector, k))


def disk(home: Path) -> Disk:
    """What a library takes on disk."""

    def size(pattern: str) -> int:
        return sum(path.stat().st_size for path in home.glob(pattern) if path.is_file())

    return Disk(size("catalogue.sqlite3*"), size("words/**/*"), size("chroma/**/*"))
