"""Settings of the vector index side by side: what each finds of the exactly nearest, and costs."""

from __future__ import annotations

import shutil
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
from rag.stored.vectors import Hnsw, VectorIndex
from rag.types import Chunk

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from rich.table import Table

    from rag.library import Library
    from rag.models.weights import Progress

_DEPTH = 100  # chunks asked for, as `retrieve` does
_QUERIES = 200
_LEAST = 10  # chunks
_NAME = "askpapers-hnsw"

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
    cosines = vectors @ matrix.T
    rows = {chunk.chunk_id: row for row, chunk in enumerate(chunks)}
    reports = []
    with tempfile.TemporaryDirectory(prefix="askpapers-hnsw-") as folder:
        for number, (neighbours, construction) in enumerate(BUILDS):
            if progress:
                progress("building", number, len(BUILDS))
            built = Path(folder) / str(number)
            began = time.perf_counter()
            _put(built, Hnsw(neighbours, construction), chunks, matrix)
            spent = time.perf_counter() - began
            for ef_search in SEARCHES:
                copied = shutil.copytree(built, built.with_name(f"{number}-{ef_search}"))
                settings = Hnsw(neighbours, construction, ef_search)
                reports.append(_measured(copied, settings, spent, vectors, cosines, rows))
                shutil.rmtree(copied)
    return HnswReport(machine(), busy, len(chunks), len(queries), tuple(reports))


def _put(
    folder: Path, settings: Hnsw, chunks: Sequence[Chunk], matrix: NDArray[np.float32]
) -> None:
    index = VectorIndex(folder / "0", "", _NAME, settings)
    index.put(chunks, matrix)
    index.close()


def _measured(
    folder: Path,
    settings: Hnsw,
    build_s: float,
    vectors: NDArray[np.float32],
    cosines: NDArray[np.float32],
    rows: dict[str, int],
) -> SettingReport:
    index = VectorIndex(folder / "0", "", _NAME, settings)
    times, found_10, found_100 = [], 0, 0
    for vector in vectors[:10]:
        index.search(vector, _DEPTH)  # warms up
    for vector, exact in zip(vectors, cosines, strict=True):
        began = time.perf_counter()
        found = index.search(vector, _DEPTH)
        times.append((time.perf_counter() - began) * 1000)
        at = exact[[rows[name] for name, _ in found]]
        found_10 += _near(at, exact, 10)
        found_100 += _near(at, exact, _DEPTH)
    index.close()
    return SettingReport(
        settings,
        build_s,
        found_10 / (len(vectors) * min(10, len(rows))),
        found_100 / (len(vectors) * min(_DEPTH, len(rows))),
        percentile(times, 50),
        percentile(times, 95),
    )


def _near(found: NDArray[np.float32], exact: NDArray[np.float32], k: int) -> int:
    """How many of the first `k` found are as near as the exactly `k`th nearest."""
    k = min(k, len(exact))
    return int((found[:k] >= np.partition(exact, -k)[-k] - 1e-6).sum())


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
