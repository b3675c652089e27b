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
from rag.evidence.joined import OF_A_SIDE, joined
from rag.evidence.namesakes import about_what_is_asked
from rag.evidence.quotes import sigmoid
from rag.question.understand import Query
from rag.types import Paper, Quote, Understood

_ACROSS = 5  # papers that a question to several is put to
_MOST = 3  # of them that are cited
_BESIDE = 0.6  # of the least confidence, for a paper beside one that answers
_HOPELESS = 0.03  # so unsure of the whole, no paper is asked for a part
_ALSO = 0.6  # so sure is a paper that the question does not name, beside the one it is told by
# How sure a further paper must be that tells a part: at least so sure, and the surer, the less the
# words ask several, in log-odds of both together (from 0.91 on the former decides). Of 283
# questions to one paper that look as if they asked several 15 had answers of 80 words and more
# with these, 22 without; of 589 to several 362 were answered rightly, 364 without.
_FURTHER, _TOGETHER = 0.45, 2.1
_SUREST = 0.99  # that words ask several, short of what has no log-odds


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
    parts = _told_by(query, whole.papers[:_ACROSS], find, weigh, least * _BESIDE)
    parts = [*parts[:1], *(part for part in parts[1:] if part[0] >= _enough_further(query))]
    if len(parts) < 2:
        return told
    sure = max(sure, between(sure, parts[1][0]))
    found = joined(query, [(name, part) for _, name, part in parts], ())
    return _no_surer(replace(found, hits=whole.hits, papers=whole.papers), sure), sure


def with_others(
    query: Query,
    told: tuple[Found, float],
    find: Callable[[Query], Found],
    weigh: Callable[[Query, Found], float],
    least: float,
) -> tuple[Found, float]:
    """What was `told` of a question that, by its words, asks several papers, with what others tell
    where all of it is of one: "… in Ouyang and in the book summaries?" names one paper in words
    that are known to be its name.
    """
    found, sure = told
    names = dict.fromkeys(item.paper.paper_id for item in found.evidence)
    # A paper that is named is not left without words that leave no doubt.
    several = query.of_several if query.within.paper_ids else query.may_be_of_several
    asked_already = query.across and not query.parts
    if not several or asked_already or sure < least or len(names) != 1:
        return told
    within = replace(query.within, paper_ids=query.among.paper_ids)
    asked = replace(query, within=within, sides=(), parts=())
    whole = find(asked)
    near = [paper for paper in whole.papers[:_ACROSS] if paper.paper_id not in names]
    others = _told_by(asked, near, find, weigh, _ALSO)[: _MOST - 1]
    if not others:
        return told
    own = [(side, _of_side(found, side)) for side in dict.fromkeys(i.side for i in found.evidence)]
    more = [(name, _no_surer(part, sure)) for _, name, part in others]
    # What only may ask several is told by the one as it was, the others beside it.
    most = OF_A_SIDE if query.of_several else len(found.evidence)
    every = joined(query, [*own, *more], found.silent, most)
    hits = {hit.paper_id: hit for hit in (*found.hits, *whole.hits)}
    ranked = sorted(hits.values(), key=lambda hit: (-hit.score, hit.paper_id))
    known = {paper.paper_id: paper for paper in (*whole.papers, *found.papers)}
    papers = tuple(known[hit.paper_id] for hit in ranked)
    return replace(every, hits=tuple(ranked), papers=papers), sure


def kept_to(query: Query, found: Found) -> tuple[Understood, ...]:
    """What was understood of `query` that holds of all that was `found`: not the papers that it
    names, where others were asked for a part of it, too, and tell it under their ids.
    """
    asked = {i.paper.paper_id for i in found.evidence if i.side == i.paper.paper_id}
    named = {one.value for one in query.understood if one.kind == "paper_ids"}
    if query.among.paper_ids or asked <= named:
        return query.understood
    return tuple(one for one in query.understood if one.kind != "paper_ids")


def _of_side(found: Found, side: str) -> Found:
    own = (replace(item, side="") for item in found.evidence if item.side == side)
    return replace(found, evidence=tuple(own))


def _told_by(
    query: Query,
    papers: Sequence[Paper],
    find: Callable[[Query], Found],
    weigh: Callable[[Query, Found], float],
    least: float,
) -> list[tuple[float, str, Found]]:
    """Those of the papers that tell a part of `query`, at least so surely: how surely, its id and
    what it tells, which is beside the question if that may ask one; the surest first, _MOST at
    most.
    """
    parts: list[tuple[float, str, Found]] = []
    for paper in papers:
        one = _of_each(query, (paper.paper_id,))
        part = _of_what_is_asked(query, find(one))
        weight = weigh(one, part)
        if part.evidence and weight >= least:
            own = part.evidence[:OF_A_SIDE]
            own = tuple(replace(item, beside=not query.of_several) for item in own)
            parts.append((weight, paper.paper_id, replace(part, evidence=own)))
    return sorted(parts, key=lambda part: -part[0])[:_MOST]


def _enough_further(query: Query) -> float:
    """How sure a further paper must be to tell a part of `query`, which names none; where it only
    may ask several, what it tells is beside the answer, and needs no more than any.
    """
    if not query.of_several:
        return 0.0
    several = min(query.several, _SUREST)
    return max(_FURTHER, sigmoid(_TOGETHER - math.log(several / (1 - several))))


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
