"""What is found for each part of a question that asks several things."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.evidence.amounts import gives_amount
from rag.evidence.each_side import IF_NAMED, find_sides, joined
from rag.evidence.gather import Found
from rag.question.understand import Query


def find_all(
    query: Query,
    find: Callable[[Query], Found],
    weigh: Callable[[Query, Found], float],
    least: float,
) -> tuple[Found, float]:
    """What `find` finds for `query`, part by part and side by side, and how sure `weigh` is that
    it answers.

    A part of which it is less than `least` sure is left out and named in `Found.silent`; where
    none is left, there is only what was found for the whole (see `find_sides`).
    """
    if not query.parts:
        return find_sides(query, find, weigh, least)
    told: list[tuple[str, Found]] = []
    silent: list[str] = []
    surest = 0.0
    for part in query.parts:
        need = least * (IF_NAMED if part.within.paper_ids else 1)
        for one in _asked(part, told):
            found, sure = find_sides(one, find, weigh, need)
            sure *= gives_amount(one.read, found)
            if sure >= need:
                break
        surest = max(surest, sure)
        if sure >= need:
            told.append((part.name, found))
            silent += found.silent
        else:
            silent.append(part.name)
    if silent or not told:
        whole, sure = find_sides(replace(query, parts=()), find, weigh, least)
        if not told:
            return whole, sure
        if sure >= least:
            told.append(("", whole))  # it may tell what the search for a part did not find
    return joined(query, told, tuple(silent)), max(surest, least)


def _asked(part: Query, told: Sequence[tuple[str, Found]]) -> list[Query]:
    """A part as it is asked: first of the paper that introduces what it names, or, if it names
    nothing, of the one that answers the part before; then of all.
    """
    before = [found.evidence[0].paper.paper_id for _, found in told[-1:] if found.evidence]
    papers = before if part.leans else part.likely
    return [*([_of(part, papers)] if papers else []), part]


def _of(part: Query, papers: Sequence[str]) -> Query:
    kept = replace(part.within, paper_ids=tuple(papers))
    return replace(part, within=kept, spoken_of=tuple(papers))
