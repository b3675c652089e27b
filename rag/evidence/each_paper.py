"""What papers tell, one by one, of a question that is put to several of them.

One paper tells a part of what is asked, which to whoever looks for the whole is no answer. So each
is asked all of it by itself, and its sentences are read for a part (see `rag.models.answering`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.evidence.amounts import gives_amount
from rag.evidence.confidence import said_at
from rag.evidence.gather import Found
from rag.evidence.joined import joined
from rag.evidence.namesakes import about_what_is_asked
from rag.question.understand import Query
from rag.types import Quote

_ACROSS = 5  # papers that a question to several is put to
_MOST = 3  # of them that are cited
_BESIDE = 0.6  # of the least confidence, for a paper beside one that answers
_HOPELESS = 0.03  # so unsure of the whole, no paper is asked for a part


def across(
    query: Query,
    told: tuple[Found, float],
    find: Callable[[Query], Found],
    weigh: Callable[[Query, Found], float],
    least: float,
) -> tuple[Found, float]:
    """What each of the papers nearest to `query` tells of it, and how sure it is that it answers,
    where `told` is what was found for all of it and how surely. Where fewer than two tell a part,
    that stands.
    """
    whole, sure = told
    if sure < _HOPELESS:
        return told
    parts: list[tuple[float, str, Found]] = []
    for paper in whole.papers[:_ACROSS]:
        one = _of_each(query, (paper.paper_id,))
        part = _of_what_is_asked(query, find(one))
        weight = weigh(one, part)
        if part.evidence and weight >= least * _BESIDE:
            parts.append((weight, paper.paper_id, part))
    best = sorted(parts, key=lambda part: -part[0])[:_MOST]
    if len(best) < 2:
        return told
    sure = max(sure, between(sure, best[1][0]))
    found = joined(query, [(name, part) for _, name, part in best], ())
    return _no_surer(replace(found, hits=whole.hits, papers=whole.papers), sure), sure


def _of_what_is_asked(query: Query, part: Found) -> Found:
    """Without what is said of a namesake: the paper was not named by whoever asks."""
    papers = {paper.paper_id: paper for paper in part.papers}
    quotes = tuple(about_what_is_asked(query.asked, part.quotes, papers))
    evidence = tuple(item for item in part.evidence if item.quote in quotes)
    return replace(part, quotes=quotes, evidence=evidence)


def _no_surer(found: Found, sure: float) -> Found:
    """What was `found`, no quote surer of saying what is asked than `sure`: as a part it may be."""
    most = said_at(sure)

    def lowered(quote: Quote) -> Quote:
        return replace(quote, says=min(quote.says, most))

    return replace(
        found,
        quotes=tuple(map(lowered, found.quotes)),
        evidence=tuple(replace(item, quote=lowered(item.quote)) for item in found.evidence),
    )


def of_its_papers(
    query: Query,
    part: Query,
    told: tuple[Found, float],
    find: Callable[[Query], Found],
    weigh: Callable[[Query, Found], float],
    least: float,
) -> tuple[Found, float]:
    """What was `told` of a part or side of `query`, and how surely; where that is too little, what
    the papers that the part names tell of all that is asked: it may stand in other words there.
    Not of papers that another part is asked of as well, which would answer that one again.
    """
    _, sure = told
    ids = part.within.paper_ids
    others = (one for one in (*query.parts, *query.sides) if one is not part)
    shared = any(set(ids) & {*one.within.paper_ids, *one.likely} for one in others)
    if sure >= least or not ids or shared:
        return told
    one = _of_each(query, ids)
    found = find(one)
    raised = between(sure, weigh(one, found)) * gives_amount(part.read, found)
    return (_no_surer(found, raised), raised) if raised > sure else told


def _of_each(query: Query, papers: Sequence[str]) -> Query:
    """All of `query`, asked of `papers` for a part of it."""
    return replace(asked_of(query, papers), sides=(), parts=(), of_each=True)


def asked_of(query: Query, papers: Sequence[str]) -> Query:
    """What names no paper itself, of those that were spoken of before it."""
    kept = replace(query.within, paper_ids=tuple(papers))
    across = query.across and len(papers) > 1
    return replace(query, within=kept, spoken_of=tuple(papers), across=across)


def between(one: float, other: float) -> float:
    """The probability whose log-odds are midway between those of two: what tells that a question
    has an answer, and what tells that a paper has a part of it, err in other places.
    """
    first, second = (min(max(sure, 1e-4), 1 - 1e-4) for sure in (one, other))
    odds = (math.log(first / (1 - first)) + math.log(second / (1 - second))) / 2
    return round(1 / (1 + math.exp(-odds)), 4)
