"""The speed benchmark: libraries of growing size, built from one, each measured alike."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from evals.machine import load, machine
from evals.speed.bench_ingest import IngestRate, ingest_rate
from evals.speed.bench_process import Arrival, arrival, first_result, serving_memory
from evals.speed.bench_search import Disk, SearchTimes, disk, recall, warm_search_apart
from evals.speed.snapshot import Snapshot, StoredVectors, take_snapshot
from rag.errors import LibraryError

if TYPE_CHECKING:
    from rag.config import Config
    from rag.library import Library
    from rag.models.embed import Embedder
    from rag.models.weights import Progress

_ARRIVING = 100  # papers that another process adds while this one searches
_FRESH = 5  # fresh processes timed
_LEAST = 10  # papers: fewer give no figures
SIZES = (1_000, 3_000, 10_000, 30_000, 100_000)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure: library sizes in papers, queries a size, papers of a round of ingest."""

    sizes: tuple[int, ...] = SIZES
    queries: int = 200
    ingest_papers: int = 300
    ingest_rounds: int = 2


@dataclass(frozen=True, slots=True)
class SizeReport:
    """A library of `papers` papers: until all words were searchable, until the vectors (stored
    ones, not made anew) were in, opening, first result of a fresh process (all in seconds),
    memory of a process that serves it (MB), warm searches, recall@10 of the vectors, disk.
    """

    papers: int
    words_s: float
    vectors_s: float
    open_s: float
    first_result_s: float
    serving_mb: float
    search: SearchTimes
    recall: float
    disk: Disk


@dataclass(frozen=True, slots=True)
class BenchReport:
    """All figures; `busy` is the share of the processor that others used when it began."""

    machine: str
    busy: float
    embedder: str
    ingest: IngestRate
    sizes: tuple[SizeReport, ...]
    arrival: Arrival


def run_bench(
    library: Library, config: Config, plan: Plan, progress: Progress | None = None
) -> BenchReport:
    """Measure with the papers and vectors of `library`, which stays as it is.

    Sizes beyond it become the whole of it. Everything happens in a temporary folder with the
    embedded Chroma. Raises LibraryError if it holds too few papers or a process fails.
    """
    tell = progress or _silent
    began_busy = load()
    snapshot = take_snapshot(library, tell=lambda done, n: tell("reading papers", done, n))
    if len(snapshot.papers) < _LEAST:
        raise LibraryError(
            f"the library holds {len(snapshot.papers)} papers, a benchmark needs {_LEAST};"
            " `askpapers ingest` adds the sample library"
        )
    arriving = min(_ARRIVING, len(snapshot.papers) // 5)
    most = len(snapshot.papers) - arriving
    sizes = sorted({min(size, most) for size in plan.sizes})
    with tempfile.TemporaryDirectory(prefix="askpapers-bench-") as folder:
        tell("ingest against the bare loop", 0, 0)
        rate = ingest_rate(
            config,
            library.embedder,
            snapshot,
            plan.ingest_papers,
            plan.ingest_rounds,
            Path(folder),
        )
        reports = []
        for done, size in enumerate(sizes):
            tell(f"library of {size:,} papers", done, len(sizes))
            own = replace(config, home=Path(folder) / f"size-{size}", chroma_url="")
            reports.append(_measure(own, library.embedder, snapshot, size, plan.queries))
        tell("papers from another process", 0, 0)
        arrived = _arrival(own, library.embedder, snapshot, arriving)
    return BenchReport(machine(), began_busy, library.embedder.name, rate, tuple(reports), arrived)


def _silent(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def _measure(
    config: Config, embedder: Embedder, snapshot: Snapshot, size: int, queries: int
) -> SizeReport:
    words_s, vectors_s = _build(config, StoredVectors(snapshot, embedder), snapshot, size)
    asked = _queries(snapshot, queries)
    fresh = first_result(config, asked[:_FRESH])
    memory = serving_memory(config, asked[:_FRESH])
    searches = warm_search_apart(config, asked)
    from rag.library import Library

    began = time.perf_counter()
    with Library.open(config, embedder) as library:
        open_s = time.perf_counter() - began
        return SizeReport(
            library.count(),
            words_s,
            vectors_s,
            open_s,
            fresh,
            memory,
            searches,
            recall(library, asked),
            disk(config.home),
        )


def _build(
    config: Config, embedder: Embedder, snapshot: Snapshot, size: int
) -> tuple[float, float]:
    """Ingest the first `size` papers; seconds until words, and from there until vectors."""
    from ingest.run import ingest
    from rag.library import Library

    config.home.mkdir(parents=True)
    source = snapshot.jsonl(config.home / "papers.jsonl", snapshot.papers[:size])
    began = time.perf_counter()
    with Library.open(config, embedder) as library:
        ingest(library, [str(source)], fill=False)
        words = time.perf_counter()
        library.fill()
    return words - began, time.perf_counter() - words


def _queries(snapshot: Snapshot, most: int) -> list[str]:
    """Titles of papers from all over the snapshot: what a person might look for."""
    titles = [paper.title for paper in snapshot.papers if paper.title]
    return titles[:: max(1, len(titles) // most)][:most]


def _arrival(config: Config, embedder: Embedder, snapshot: Snapshot, papers: int) -> Arrival:
    from rag.library import Library

    new = snapshot.papers[-papers:]
    source = snapshot.jsonl(config.home / "arriving.jsonl", new)
    with Library.open(config, embedder) as library:
        return arrival(library, config, source, [paper.paper_id for paper in new])
