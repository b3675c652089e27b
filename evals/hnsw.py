"""Settings of the vector index side by side: what each finds of the exactly nearest, and costs."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from evals.machine import load, machine
from evals.stats import percentile
from rag.errors import LibraryError
from rag.vectors import Hnsw, VectorIndex

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from rich.table import Table

    from rag.library import Library
    from rag.weights import Progress

_DEPTH = 100  # chunks asked for, as `retrieve` does
_QUERIES = 200
_LEAST = 10  # chunks

BUILDS = ((16, 100), (16, 200), (24, 200))
"""Neighbours a chunk is linked to, and those looked at to find them."""
SEARCHES = (100, 200, 300, 400)


@dataclass(frozen=True, slots=True)
class SettingReport:
    """One setting: seconds to build, share found of the exact 10 and 100, milliseconds."""

    settings: Hnsw
    build_s: float
    recall_10: float
    recall_100: float
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class HnswReport:
    """All settings over the same vectors."""

    machine: str
    busy: float
    chunks: int
    queries: int
    settings: tuple[SettingReport, ...]


def run_hnsw(library: Library, progress: Progress | None = None) -> HnswReport:
    """Build the index of `library`'s vectors anew with each setting, in a temporary folder.

    The queries are titles of its papers. Raises LibraryError if there are too few vectors.
    """
    busy = load()
    papers = library.papers()
    chunks = library.catalogue.chunks_of([paper.paper_id for paper in papers])
    stored = library.vectors([chunk.chunk_id for chunk in chunks])
    chunks = [chunk for chunk in chunks if chunk.chunk_id in stored]
    if len(chunks) < _LEAST:
        raise LibraryError(
            f"the library has {len(chunks)} vectors, {_LEAST} are needed; `askpapers ingest` and"
            " `askpapers index` make them"
        )
    matrix = np.stack([stored[chunk.chunk_id] for chunk in chunks])
    titles = [paper.title for paper in papers if paper.title]
    queries = titles[:: max(1, len(titles) // _QUERIES)][:_QUERIES]
    vectors = library.embedder.embed(queries, "query")
    names = np.array([chunk.chunk_id for chunk in chunks])
    exact = [names[np.argsort(-(matrix @ vector))[:_DEPTH]].tolist() for vector in vectors]
    reports = []
    with tempfile.TemporaryDirectory(prefix="askpapers-hnsw-") as folder:
        for number, (neighbours, construction) in enumerate(BUILDS):
            if progress:
                progress("building", number, len(BUILDS))
            place, spent = Path(folder) / str(number) / "0", 0.0
            for ef_search in SEARCHES:
                settings = Hnsw(neighbours, construction, ef_search)
                index = VectorIndex(place, "", "askpapers-hnsw", settings)
                if not spent:
                    began = time.perf_counter()
                    index.put(chunks, matrix)
                    spent = time.perf_counter() - began
                reports.append(_measured(index, settings, spent, vectors, exact))
                index.close()
    return HnswReport(machine(), busy, len(chunks), len(queries), tuple(reports))


def _measured(
    index: VectorIndex,
    settings: Hnsw,
    build_s: float,
    vectors: NDArray[np.float32],
    exact: Sequence[Sequence[str]],
) -> SettingReport:
    times, found_10, found_100 = [], 0, 0
    for vector in vectors[:10]:
        index.search(vector, _DEPTH)  # warms up
    for vector, nearest in zip(vectors, exact, strict=True):
        began = time.perf_counter()
        found = [name for name, _ in index.search(vector, _DEPTH)]
        times.append((time.perf_counter() - began) * 1000)
        found_10 += len(set(found[:10]) & set(nearest[:10]))
        found_100 += len(set(found) & set(nearest))
    wanted = len(exact) * len(exact[0])
    return SettingReport(
        settings,
        build_s,
        found_10 / (len(exact) * 10),
        found_100 / wanted,
        percentile(times, 50),
        percentile(times, 95),
    )


def hnsw_table(report: HnswReport) -> Table:
    """The settings for a terminal, the shipped one in bold."""
    from rich.table import Table

    table = Table(
        title=f"{report.chunks:,} vectors, {report.queries} queries, the best 100 asked for",
        caption=f"{report.machine}; {report.busy:.0%} busy with other work",
    )
    for heading in ("neighbours", "looked at to build", "looked at to search", "build s"):
        table.add_column(heading, justify="right")
    for heading in ("recall@10", "recall@100", "p50 ms", "p95 ms"):
        table.add_column(heading, justify="right")
    for row in report.settings:
        settings = row.settings
        table.add_row(
            str(settings.max_neighbors),
            str(settings.ef_construction),
            str(settings.ef_search),
            f"{row.build_s:.0f}",
            f"{row.recall_10:.4f}",
            f"{row.recall_100:.4f}",
            f"{row.p50_ms:.1f}",
            f"{row.p95_ms:.1f}",
            style="bold" if settings == Hnsw() else "",
        )
    return table
