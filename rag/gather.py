"""From a query to the evidence an answer may rest on: hits, their papers, quotes under keys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rag.cite import evidence_keys
from rag.clock import StageClock
from rag.evidence import SentenceVectors, choose_quotes, near_best
from rag.library import Library
from rag.question import Query
from rag.rerank import Reranker
from rag.retrieve import rank_papers, retrieve
from rag.scope import Scope
from rag.settings import Settings
from rag.types import Evidence, Paper, PaperScore, Quote


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for a query, all best first: papers, quotes, and those of the quotes that a
    chat model is given.
    """

    hits: tuple[PaperScore, ...]
    papers: tuple[Paper, ...]
    quotes: tuple[Quote, ...]
    evidence: tuple[Evidence, ...]


def gather_evidence(
    library: Library,
    query: Query,
    sentences: SentenceVectors,
    reranker: Reranker,
    settings: Settings,
    clock: StageClock,
    scope: Scope | None = None,
) -> Found:
    """The evidence for `query`, from the chunks that `scope` leaves.

    Raises LibraryError, WeightsError. Stages are marked on `clock`.
    """
    found = retrieve(library, query.asked, 2 * settings.hits, clock, scope, settings.ranking)
    read = replace(found, hits=found.hits[: settings.hits])
    quotes = choose_quotes(read, sentences, reranker, settings.quotes)
    hits = rank_papers(found.hits)[: settings.hits]
    papers = {paper.paper_id: paper for paper in library.papers(hit.paper_id for hit in hits)}
    live = tuple(hit for hit in hits if hit.paper_id in papers)
    clock.mark("quotes")
    return Found(
        live,
        tuple(papers[hit.paper_id] for hit in live),
        tuple(quotes),
        keyed(near_best(quotes, settings.least_odds), papers.values()),
    )


def keyed(quotes: Sequence[Quote], papers: Iterable[Paper]) -> tuple[Evidence, ...]:
    """The quotes of `papers` under the keys by which a chat model cites them, in their order."""
    by_id = {paper.paper_id: paper for paper in papers}
    known = [quote for quote in quotes if quote.paper_id in by_id]
    keys = evidence_keys(len(known))
    return tuple(
        Evidence(key, quote, by_id[quote.paper_id]) for key, quote in zip(keys, known, strict=True)
    )
