"""From a query to the evidence an answer may rest on: hits, their papers, quotes under keys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from rag.clock import StageClock
from rag.evidence.clauses import clause_that_answers, is_too_long
from rag.evidence.namesakes import about_what_is_asked, names_numbered
from rag.evidence.passages import as_spelt, passage_of
from rag.evidence.quotes import SentenceVectors, choose_quotes, log_odds, near_best, sigmoid
from rag.evidence.told_of import told_of
from rag.finding.retrieve import rank_papers, retrieve, search_papers
from rag.finding.scope import Scope
from rag.library import Library
from rag.models.answering import Reading
from rag.models.rerank import Reranker
from rag.question.understand import Query
from rag.settings import Settings
from rag.types import Chunk, Evidence, Hit, Paper, PaperScore, Quote
from rag.writing.cite import evidence_keys

_NEAREST = 2  # papers that a question may mean which leans on one, if none was cited before it


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for a query, all best first: papers, quotes, and those of the quotes that a
    chat model is given. `silent` names the sides of the query of which nothing says it.
    """

    hits: tuple[PaperScore, ...]
    papers: tuple[Paper, ...]
    quotes: tuple[Quote, ...]
    evidence: tuple[Evidence, ...]
    silent: tuple[str, ...] = ()


def gather_evidence(
    library: Library,
    query: Query,
    sentences: SentenceVectors,
    reranker: Reranker,
    settings: Settings,
    clock: StageClock,
    scope: Scope | None = None,
) -> Found:
    """The evidence for `query` as a whole, from the chunks that `scope` leaves.

    Raises LibraryError, WeightsError. Stages are marked on `clock`.
    """
    found = retrieve(library, query.search, 2 * settings.hits, clock, scope, settings.ranking)
    read = replace(found, hits=found.hits[: settings.hits])
    if query.goes_on:
        spoken_of = query.spoken_of or _nearest_to(library, query.earlier, scope)
        read = replace(read, hits=_of_what_was_spoken(read.hits, spoken_of))
    if query.read != query.search:
        vector = library.queries.of(query.read)
        read = replace(read, query=query.read, vector=vector)
    every = bool(query.earlier or names_numbered(query.asked))  # what is sure may yet be left out
    quotes = choose_quotes(
        read, sentences, reranker, settings.quotes, parts=query.of_each, every=every
    )
    quotes = [_short_enough(quote, query, read.hits, reranker) for quote in quotes]
    if query.earlier:
        quotes = _weighed_in_context(quotes, query, read.hits, reranker)
    hits = rank_papers(found.hits)[: settings.hits]
    papers = {paper.paper_id: paper for paper in library.papers(hit.paper_id for hit in hits)}
    live = tuple(hit for hit in hits if hit.paper_id in papers)
    quotes = told_of(query, quotes, papers)
    if not query.within.paper_ids:  # a paper that is named itself is meant, whatever it names
        quotes = about_what_is_asked(query.asked, quotes, papers)
    clock.mark("quotes")
    return Found(
        live,
        tuple(papers[hit.paper_id] for hit in live),
        tuple(quotes),
        keyed(near_best(quotes, settings.least_odds), papers.values(), query.asked),
    )


def _nearest_to(library: Library, earlier: str, scope: Scope | None) -> tuple[str, ...]:
    """The paper nearest to the `earlier` question, where nobody knows what its answer cited."""
    found = search_papers(library, earlier, 1, scope) if earlier else ()
    return tuple(paper.paper_id for paper, _ in found)


def _of_what_was_spoken(hits: Sequence[Hit], spoken_of: Sequence[str]) -> tuple[Hit, ...]:
    """Those of the hits, best first, in papers that a question that leans on another may mean: its
    own words ("With which models?") say too little to tell by them.
    """
    near = dict.fromkeys(hit.chunk.paper_id for hit in hits)
    meant = {*list(near)[: 1 if spoken_of else _NEAREST], *spoken_of}
    return tuple(hit for hit in hits if hit.chunk.paper_id in meant)


def _weighed_in_context(
    quotes: Sequence[Quote], query: Query, hits: Sequence[Hit], reranker: Reranker
) -> list[Quote]:
    """The quotes, best first, each by the mean of what it comes to for the question alone, for the
    question with the one it leans on, and for the question of that paper's title.

    Alone it finds the right sentence, of which it is not sure; with the other it is as sure of
    what answers only that one. Of 163 such questions whose answer was read, the best sentence
    tells it for .76 by the question alone, .64 with the earlier one, .79 by the mean of all three;
    how well the surest tells which have an answer at all, AUC of 317: .81, .72 and .82. How well
    its chunk was found counts in the first alone.
    """
    spelt = [hit.chunk.passage for hit in hits]
    chunks = [_chunk_of(quote, hits) for quote in quotes]
    read = [[Reading(quote.says, log_odds(quote))] for quote in quotes]

    def reads(context: str, places: Iterable[int]) -> None:
        asked, own = as_spelt(context, spelt), list(places)
        passages = [passage_of(asked, quotes[place], chunks[place]) for place in own]
        readings = reranker.answering(asked, passages, parts=query.of_each)
        for place, one in zip(own, readings, strict=True):
            read[place].append(one)

    reads(f"{query.question} {query.earlier}", range(len(quotes)))
    for title in dict.fromkeys(chunk.title for chunk in chunks):
        own = (place for place, chunk in enumerate(chunks) if chunk.title == title)
        named = f"{query.question.rstrip(' ?.!')} in “{title}”?"
        reads(named if title else query.question, own)
    weighed = [
        replace(
            quote,
            says=fmean(one.says for one in own),
            score=sigmoid(fmean(one.ranks for one in own)),
        )
        for quote, own in zip(quotes, read, strict=True)
    ]
    return sorted(weighed, key=lambda quote: -quote.score)


def _short_enough(quote: Quote, query: Query, hits: Sequence[Hit], reranker: Reranker) -> Quote:
    """The quote, or what of it answers where it is longer than an answer may be."""
    if not is_too_long(quote):
        return quote
    asked = as_spelt(query.read, (hit.chunk.passage for hit in hits))
    return clause_that_answers(asked, quote, _chunk_of(quote, hits), reranker, parts=query.of_each)


def _chunk_of(quote: Quote, hits: Sequence[Hit]) -> Chunk:
    return next(
        hit.chunk
        for hit in hits
        if (hit.chunk.paper_id, hit.chunk.field) == (quote.paper_id, quote.field)
        and hit.chunk.start <= quote.start < hit.chunk.end
    )


def keyed(
    quotes: Sequence[Quote], papers: Iterable[Paper], question: str = ""
) -> tuple[Evidence, ...]:
    """The quotes of `papers` under the keys by which a chat model cites them, in their order.

    The keys are such as stand in none of these texts, nor in the `question`.
    """
    by_id = {paper.paper_id: paper for paper in papers}
    known = [quote for quote in quotes if quote.paper_id in by_id]
    texts = [text for quote in known for text in (quote.text, by_id[quote.paper_id].title)]
    keys = evidence_keys(len(known), (*texts, question))
    return tuple(
        Evidence(key, quote, by_id[quote.paper_id]) for key, quote in zip(keys, known, strict=True)
    )
