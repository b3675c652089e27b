"""What papers tell, one by one, of a question that is put to several of them.

One paper tells a part of what is asked, which to whoever looks for the whole is no answer. So each
is asked all of it by itself, and its sentences are read for a part (see `rag.models.answering`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.evidence.amounts import gives_amount
from rag.evidence.gather import Found
from rag.evidence.joined import joined
from rag.question.understand import Query

_ACROSS = 5  # papers that a question to several is put to
_BESIDE = 0.6  # of the least confidence, for a paper beside one that answers


def across(
    query: Query,
    told: tuple[Found, float],
    find: Callable[[Query], Found],
    weigh: Callable[[Query, Found], float],
    least: float,
) -> tuple[Found, float]:
    """What each of the papers nearest to `query` tells of it, and how sure it is that it answers,
    where `told` is what was found for all of it and how surely.
    """
    whole, sure = told
    asked = [_of_each(query, (paper.paper_id,)) for paper in whole.papers[:_ACROSS]]
    found = [find(one) for one in asked]
    weights = [weigh(one, part) for one, part in zip(asked, found, strict=True)]
    sure = max(sure, between(sure, max(weights, default=0.0)))
    parts = [
        (part.papers[0].paper_id, part)
        for part, weight in zip(found, weights, strict=True)
        if part.papers and weight >= least * _BESIDE
    ]
    return (joined(query, parts, ()) if len(parts) > 1 else whole), sure


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
    """
    _, sure = told
    ids = part.within.paper_ids
    if sure >= least or not ids or ids == query.within.paper_ids:
        return told
    one = _of_each(query, ids)
    found = find(one)
    raised = between(sure, weigh(one, found)) * gives_amount(part.read, found)
    return (found, raised) if raised > sure else told


def _of_each(query: Query, papers: Sequence[str]) -> Query:
    """All of `query`, asked of `papers` for a part of it."""
    return replace(asked_of(query, papers), sides=(), parts=(), across=False, of_each=True)


def asked_of(query: Query, papers: Sequence[str]) -> Query:
    """What names no paper itself, of those that were spoken of before it."""
    kept = replace(query.within, paper_ids=tuple(papers))
    return replace(query, within=kept, spoken_of=tuple(papers))


def between(one: float, other: float) -> float:
    """The probability whose log-odds are midway between those of two: what tells that a question
    has an answer, and what tells that a paper has a part of it, err in other places.
    """
    first, second = (min(max(sure, 1e-4), 1 - 1e-4) for sure in (one, other))
    odds = (math.log(first / (1 - first)) + math.log(second / (1 - second))) / 2
    return 1 / (1 + math.exp(-odds))
