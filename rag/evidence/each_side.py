"""What is found for a question and for each of its sides, joined."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from rag.evidence.amounts import gives_amount
from rag.evidence.each_paper import across, asked_of, of_its_papers
from rag.evidence.gather import Found
from rag.evidence.joined import joined
from rag.question.followup import is_name
from rag.question.understand import Query

_IF_NAMED = 0.5


def find_sides(
    query: Query,
    find: Callable[[Query], Found],
    weigh: Callable[[Query, Found], float],
    least: float,
) -> tuple[Found, float]:
    """What `find` finds for `query` and each of its sides, and how sure `weigh` is that it answers.

    A side of which it is less than `least` sure is left out and named in `Found.silent`; where no
    side is left, there is only what was found for the whole. A paper that is named itself needs to
    be half as sure, beside another side. What is put `across` papers is asked of each (see
    `rag.evidence.each_paper`).
    """
    whole = find(query)
    sure = weigh(query, whole)
    if query.across:
        return across(query, (whole, sure), find, weigh, least)
    if not query.sides or (sure >= least and _speaks_of(whole, query.sides)):
        return whole, sure

    def ask(one: Query) -> tuple[Found, float]:
        part = find(one)
        if one.within.paper_ids == query.within.paper_ids:  # by its words alone it is found
            part = _naming(one.name, part)
        return part, weigh(one, part) * gives_amount(one.read, part)

    found: list[tuple[Query, Found, float]] = []
    for side in query.sides:
        first = found[0][1].evidence[:1] if found and side.leans else ()
        tries = (*(asked_of(side, (item.paper.paper_id,)) for item in first), side)
        told = surest(tries, ask, least)
        found.append((side, *of_its_papers(query, side, told, find, weigh, least)))
    kept = which_answer([(side, weight) for side, _, weight in found], least)
    answered = [(side, part) for (side, part, _), own in zip(found, kept, strict=True) if own]
    untold = [weight for (_, _, weight), own in zip(found, kept, strict=True) if not own]
    if untold and query.compares:  # half of a comparison is none
        return whole, min(sure, *untold)
    if not answered or (untold and not query.apart):
        return whole, sure
    parts = [(side.name, part) for side, part in answered]
    if sure >= least and len(parts) < len(found):
        parts.append(("", whole))  # it may tell what the search for a side did not find
    silent = tuple(side.name for (side, _, _), own in zip(found, kept, strict=True) if not own)
    return joined(query, parts, silent), max(sure, *(weight for _, _, weight in found))


def surest(
    tries: Iterable[Query], ask: Callable[[Query], tuple[Found, float]], least: float
) -> tuple[Found, float]:
    """What is found, and how surely, at the first of the `tries` that is at least so sure; if
    none is, at the surest.
    """
    found: list[tuple[Found, float]] = []
    for one in tries:
        found.append(ask(one))
        if found[-1][1] >= least:
            break
    return max(found, key=lambda item: item[1])


def which_answer(weighed: Sequence[tuple[Query, float]], least: float) -> list[bool]:
    """Which of the queries are answered, of each of which it is given how sure that is: one that
    names its paper needs to be half as sure, beside another that is answered.
    """
    one_is = any(sure >= least for _, sure in weighed)
    return [one_is and sure >= enough(query, least) for query, sure in weighed]


def enough(query: Query, least: float) -> float:
    """How sure it must be that a query is answered, beside another."""
    return least * (_IF_NAMED if query.within.paper_ids else 1)


def _speaks_of(found: Found, sides: Sequence[Query]) -> bool:
    """Whether one of the quotes names every side: then it says of itself how they compare."""
    return any(all(_names(side.name, i.quote.text) for side in sides) for i in found.evidence)


def _naming(name: str, found: Found) -> Found:
    """What was found in papers that speak of `name`; all of it, if none does and it is a thing
    that may be called otherwise.
    """
    telling = tuple(
        item
        for item in found.evidence
        if _names(name, f"{item.paper.title}\n{item.paper.abstract}\n{item.paper.summary}")
    )
    if not telling and not is_name(name):
        return found
    return replace(found, evidence=telling, quotes=tuple(item.quote for item in telling))


def _names(name: str, text: str) -> bool:
    """Whether `name` stands in the text as it is: GPT-3 does not in GPT-3.5."""
    words = r"[\W_]+".join(map(re.escape, re.findall(r"\w+", name)))
    return bool(words) and bool(re.search(rf"(?<!\w){words}(?!\w|\.\d)", text, re.IGNORECASE))
