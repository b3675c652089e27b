"""Ways of choosing quotes side by side: what the best few sentences say, and how soon."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from evals.cases import Case, load_cases
from evals.evidence.confidence_cases import ARXIV_CASES, arxiv_library
from evals.machine import machine
from evals.scorers.wording import any_said
from evals.stats import Rate, percentile, rate
from rag.evidence.quotes import RERANKED, best_quotes, sigmoid
from rag.models.answering import fitted_probes
from rag.settings import DEFAULTS
from rag.types import Paper, Quote

if TYPE_CHECKING:
    from rich.table import Table

    from rag.config import Config
    from rag.library import Library
    from rag.models.rerank import Reranker
    from rag.models.weights import Progress

DEPTHS = (1, 2, 3, 4)
_READ = 12  # the most sentences that any way reads


@dataclass(frozen=True, slots=True)
class Way:
    """How many of the first pass's best sentences are read, what of that ranks them, and what
    points of the first pass and of the hit still count: log-odds.
    """

    reads: int
    by: Literal["ranks", "says", "logit"] = "ranks"
    first_pass: float = 0.0
    hit: float | None = None  # as fitted


SHIPPED = "shipped"
WAYS: Mapping[str, Way] = {
    SHIPPED: Way(RERANKED),
    "first pass alone": Way(0),
    "4 sentences read": Way(4),
    "8 sentences read": Way(8),
    "12 sentences read": Way(12),
    "hit does not count": Way(RERANKED, hit=0.0),
    "first pass counts too": Way(RERANKED, first_pass=0.25),
    "probe that abstains": Way(RERANKED, "says", first_pass=0.25, hit=0.0),
    "reranker's logit": Way(RERANKED, "logit", first_pass=0.25, hit=0.0),
    "reranker's logit of 12": Way(12, "logit", first_pass=0.25, hit=0.0),
}


@dataclass(frozen=True, slots=True)
class Material:
    """What the ways choose from for one case: the first pass's best, scored by it, best first, and
    what reading so many of them gave, by what ranks, with its milliseconds; `hits` are the scores
    by which their chunks were found.
    """

    case: Case
    wanted: frozenset[str]
    quotes: tuple[Quote, ...]
    hits: tuple[float, ...]
    read: Mapping[tuple[int, str], tuple[tuple[float, ...], float]]
    papers: Mapping[str, Paper]


@dataclass(frozen=True, slots=True)
class WayReport:
    """`holds[d]`: cases of which every fact stands in the best d sentences. `shown`: in those that
    `extractive` shows; `beside`: answers that show a sentence of a paper beside the point.
    """

    name: str
    holds: tuple[Rate, ...]
    shown: Rate
    beside: Rate
    words: float
    ms: float


@dataclass(frozen=True, slots=True)
class QuotesReport:
    """One library's ways, the shipped one first."""

    library: str
    machine: str
    cases: int
    ways: tuple[WayReport, ...]


def run_quotes(
    config: Config,
    data: Path | None = None,
    vectors: Path | None = None,
    progress: Progress | None = None,
) -> tuple[QuotesReport, ...]:
    """The ways over the dev cases that papers answer, of the sample library and, where `data` holds
    the arXiv papers, of those. Raises WeightsError, SourceError.
    """
    from evals.sample_library import sample_library
    from rag.models.rerank import CrossEncoder

    reranker = CrossEncoder.load(config, progress)
    with sample_library(config, progress) as library:
        reports = [report_on("sample library", gather(library, reranker, load_cases(), progress))]
    if data:
        cases = load_cases(ARXIV_CASES)
        dev = [case for case in cases if case.split == "dev"]
        with arxiv_library(config, data, dev, vectors, progress) as library:
            materials = gather(library, reranker, dev, progress)
        reports.append(report_on("arXiv library", materials))
    return tuple(reports)


def gather(
    library: Library,
    reranker: Reranker,
    cases: Iterable[Case],
    progress: Progress | None = None,
) -> list[Material]:
    """What the ways choose from, for the dev cases that stand by themselves and can be answered."""
    from rag.evidence.passages import passage_of
    from rag.evidence.quotes import SentenceVectors, candidates_of, nearest_sentences
    from rag.finding.retrieve import retrieve

    sentences = SentenceVectors(library.embedder)
    titles = {paper.title: paper.paper_id for paper in library.papers()}
    asked = [
        case
        for case in cases
        if case.split == "dev" and case.answerable and not case.history and case.kind != "catalogue"
    ]
    readings = sorted({(way.reads, way.by) for way in WAYS.values()})
    found = []
    for done, case in enumerate(asked):
        if progress:
            progress("choosing quotes", done, len(asked))
        hits = retrieve(library, case.question, DEFAULTS.hits)
        every = candidates_of(hits, sentences)
        near = nearest_sentences(every, sentences.nearness, _READ)
        passages = [passage_of(every.asked, quote, hit.chunk) for quote, hit in near]
        papers = library.papers({quote.paper_id for quote, _ in near})
        found.append(
            Material(
                case,
                frozenset(titles.get(name, name) for name in case.papers),
                tuple(quote for quote, _ in near),
                tuple(hit.score for _, hit in near),
                {key: _read(reranker, every.asked, passages, *key) for key in readings},
                {paper.paper_id: paper for paper in papers},
            )
        )
    return found


def _read(
    reranker: Reranker, question: str, passages: Sequence[str], reads: int, by: str
) -> tuple[tuple[float, ...], float]:
    began = time.perf_counter()
    if by == "logit":
        weights = tuple(reranker.score(question, passages[:reads]))
    else:
        found = reranker.answering(question, passages[:reads])
        weights = tuple(one.says if by == "says" else one.ranks for one in found)
    return weights, 1000 * (time.perf_counter() - began)


def ranked(material: Material, way: Way) -> list[Quote]:
    """The sentences as `way` ranks them, best first; those that it does not read come last."""
    weights, _ = material.read[way.reads, way.by]
    worth = fitted_probes().hit if way.hit is None else way.hit
    scores = [quote.score for quote in material.quotes]
    highest = max(scores, default=0.0)
    read = [
        replace(
            quote, score=sigmoid(weight + worth * hit + way.first_pass * (quote.score - highest))
        )
        for quote, near, hit, weight in zip(
            material.quotes, scores, material.hits, weights, strict=False
        )
    ]
    return sorted(read, key=lambda quote: -quote.score) + list(material.quotes[len(read) :])


def report_on(library: str, materials: Sequence[Material]) -> QuotesReport:
    """Every way over the same cases."""
    ways = tuple(_report(name, way, materials) for name, way in WAYS.items())
    return QuotesReport(library, machine(), len(materials), ways)


def _report(name: str, way: Way, materials: Sequence[Material]) -> WayReport:
    order = [ranked(material, way) for material in materials]
    shown = [shown_of(quotes, m.papers) for m, quotes in zip(materials, order, strict=True)]
    pairs = list(zip(materials, shown, strict=True))
    return WayReport(
        name,
        tuple(
            rate([holds(m.case, q[:d]) for m, q in zip(materials, order, strict=True)])
            for d in DEPTHS
        ),
        rate([holds(m.case, quotes) for m, quotes in pairs]),
        rate([any(q.paper_id not in m.wanted for q in quotes) for m, quotes in pairs]),
        sum(len(q.text.split()) for quotes in shown for q in quotes) / max(len(materials), 1),
        percentile([m.read[way.reads, way.by][1] for m in materials], 50),
    )


def shown_of(quotes: Sequence[Quote], papers: Mapping[str, Paper]) -> list[Quote]:
    """Those of the sentences, best first, that `extractive` shows."""
    from rag.evidence.gather import keyed
    from rag.evidence.quotes import near_best
    from rag.models.chat import answering

    chosen = near_best(best_quotes(quotes, DEFAULTS.quotes), DEFAULTS.least_odds)
    evidence = keyed(chosen, papers.values())
    return [evidence[position].quote for position in answering(evidence)]


def holds(case: Case, quotes: Sequence[Quote]) -> bool:
    """Whether every fact of the case stands in the quotes."""
    return all(any(any_said(fact, quote.text) for quote in quotes) for fact in case.facts)


def quotes_table(report: QuotesReport) -> Table:
    """The ways for a terminal."""
    from rich.table import Table

    table = Table(
        title=f"Ways of choosing quotes: {report.library}, {report.cases} dev cases",
        caption=f"share of cases of which every fact stands there; {report.machine}",
    )
    table.add_column("way")
    headings = (*(f"best {d}" for d in DEPTHS), "shown", "beside", "words", "ms")
    for heading in headings:
        table.add_column(heading, justify="right")
    for way in report.ways:
        rates = (*way.holds, way.shown, way.beside)
        cells = (*(f"{r.value:.2f}" for r in rates), f"{way.words:.0f}", f"{way.ms:.0f}")
        table.add_row(way.name, *cells, style="bold" if way.name == SHIPPED else "")
    return table
