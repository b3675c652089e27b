"""How well search finds the judged papers: a benchmark's queries through the real retrieval."""

from __future__ import annotations

import dataclasses
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evals.finding.corpora import Judged, Qrels, Run, load_judged, read_run
from evals.finding.vector_cache import CachedEmbedder
from evals.machine import machine
from evals.stats import Mean, bootstrap, percentile, randomisation
from rag.errors import LibraryError

if TYPE_CHECKING:
    from rag.config import Config
    from rag.library import Library
    from rag.models.embed import Embedder
    from rag.models.weights import Progress
    from rag.types import Paper

MEASURES = ("nDCG@10", "R@10", "R@100", "RR@10")
"""As ir-measures names them: RR@10 is the reciprocal rank of the first relevant paper."""

DEPTH = 100

PerQuery = Mapping[str, Mapping[str, float]]
"""Measure -> query id -> value in [0, 1]."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A measure's mean difference to another run, with the p of a paired randomisation test."""

    measure: str
    mean: Mean
    p: float


@dataclass(frozen=True, slots=True)
class RetrievalReport:
    """Means by measure, milliseconds a query, and differences to another run if one was given.

    `unknown` counts relevant papers that the library does not hold: no ranking finds them.
    """

    papers: int
    unknown: int
    figures: Mapping[str, Mean]
    p50_ms: float
    p95_ms: float
    machine: str
    run: Run
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Collection:
    """What to search and what to ask: `corpus` None is the present library."""

    corpus: Path | None
    queries: Path
    qrels: Path
    vectors: Path | None = None


def run_retrieval(
    config: Config,
    collection: Collection,
    *,
    against: Path | None = None,
    progress: Progress | None = None,
) -> RetrievalReport:
    """Search every judged query and measure what is found.

    Raises SourceError (a file cannot be read), WeightsError, LibraryError.
    """
    judged = load_judged(collection.queries, collection.qrels)
    other = read_run(against) if against else None
    with benchmark_library(config, collection, progress) as library:
        unknown = _unknown(library, judged)
        run, spent = search_all(library, judged.queries, progress)
        papers = library.count()
    values = measure(judged.qrels, run)
    return RetrievalReport(
        papers,
        unknown,
        {name: bootstrap(list(by_query.values())) for name, by_query in values.items()},
        percentile(spent, 50),
        percentile(spent, 95),
        machine(),
        run,
        compare(values, measure(judged.qrels, other)) if other is not None else (),
    )


@contextmanager
def benchmark_library(
    config: Config, collection: Collection, progress: Progress | None = None
) -> Iterator[Library]:
    """A temporary library of the corpus, made by the real ingest, or the user's own."""
    from ingest.run import ingest
    from rag.library import Library
    from rag.models.embed import OnnxEmbedder

    embedder: Embedder = OnnxEmbedder.load(config, progress)
    cache = CachedEmbedder(embedder, collection.vectors) if collection.vectors else None
    if collection.corpus is None:
        with Library.open(config, cache or embedder) as library:
            yield library
    else:
        with tempfile.TemporaryDirectory(prefix="askpapers-eval-") as folder:
            own = dataclasses.replace(config, home=Path(folder), chroma_url="")
            with Library.open(own, cache or embedder) as library:
                ingest(library, [str(collection.corpus)], progress=progress)
                yield library
    if cache:
        cache.save()


def search_all(
    library: Library, queries: Mapping[str, str], progress: Progress | None = None
) -> tuple[Run, list[float]]:
    """The run of all queries at `DEPTH`, and the milliseconds each took."""
    from rag.finding.retrieve import search_papers

    run: dict[str, dict[str, float]] = {}
    spent = []
    for done, (name, text) in enumerate(queries.items()):
        if progress:
            progress("searching", done, len(queries))
        began = time.perf_counter()
        found = search_papers(library, text, DEPTH)
        spent.append((time.perf_counter() - began) * 1000)
        run[name] = by_docno((paper for paper, _ in found), DEPTH)
    return run, spent


def by_docno(ranked: Iterator[Paper] | Sequence[Paper], depth: int) -> dict[str, float]:
    """At most `depth` docnos of papers given best first, with scores that fall by rank.

    A paper merged from several records stands for each of them.
    """
    docnos = dict.fromkeys(docno for paper in ranked for docno in paper.docnos or (paper.paper_id,))
    return {docno: 1.0 / (rank + 1) for rank, docno in enumerate(list(docnos)[:depth])}


def measure(qrels: Qrels, run: Run, measures: Sequence[str] = MEASURES) -> PerQuery:
    """Every measure of every judged query, 0 where the run holds nothing for it."""
    import ir_measures

    values: dict[str, dict[str, float]] = {name: dict.fromkeys(qrels, 0.0) for name in measures}
    wanted = [ir_measures.parse_measure(name) for name in measures]
    for found in ir_measures.iter_calc(
        wanted,
        {name: dict(grades) for name, grades in qrels.items()},
        {name: dict(scores) for name, scores in run.items()},
    ):
        values[str(found.measure)][found.query_id] = float(found.value)
    return values


def compare(values: PerQuery, others: PerQuery) -> tuple[Difference, ...]:
    """What `values` gain over `others`, query by query; both of the same queries."""
    differences = []
    for name, by_query in values.items():
        gains = [value - others[name][query] for query, value in by_query.items()]
        differences.append(Difference(name, bootstrap(gains), randomisation(gains)))
    return tuple(differences)


def _unknown(library: Library, judged: Judged) -> int:
    """How many relevant papers the library lacks. Raises LibraryError if it lacks them all."""
    held = {docno for paper in library.papers() for docno in (paper.paper_id, *paper.docnos)}
    unknown = len(judged.docnos - held)
    if unknown == len(judged.docnos):
        raise LibraryError(
            "none of the judged papers is in the library, by docno: do corpus and qrels belong"
            " together?"
        )
    return unknown
