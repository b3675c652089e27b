"""What is found for each part of a question that asks several things."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.evidence.each_side import IF_NAMED, find_sides, joined
from rag.evidence.gather import Found
from rag.question.understand import Query
from rag.types import Paper


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
            if sure >= need:
                break
        surest = max(surest, sure)
        if sure >= need:
            told.append((part.name, found))
            silent += found.silent
        else:
            silent.append(part.name)
    if not told:
        return find_sides(replace(query, parts=()), find, weigh, least)
    return joined(query, told, tuple(silent)), max(surest, least)


def _asked(part: Query, told: Sequence[tuple[str, Found]]) -> list[Query]:
    """A part as it is asked: one that names nothing first of the paper that answers the one before,
    then of all.
    """
    papers = [found.evidence[0].paper for _, found in told[-1:] if found.evidence]
    return [*(_of(part, paper) for paper in papers if part.leans), part]


def _of(part: Query, paper: Paper) -> Query:
    kept = replace(part.within, paper_ids=(paper.paper_id,))
    return replace(part, within=kept, spoken_of=(paper.paper_id,))
