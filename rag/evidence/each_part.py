"""What is found for each part of a question that asks several things."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.evidence.amounts import gives_amount
from rag.evidence.each_paper import asked_of, of_its_papers, with_others
from rag.evidence.each_side import enough, find_sides, surest, which_answer
from rag.evidence.gather import Found
from rag.evidence.joined import joined
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
    none is left, there is only what was found for the whole (see `find_sides`). What all is of one
    paper is looked for in others, too, if the question asks several (see `with_others`).
    """
    told = _part_by_part(query, find, weigh, least)
    return with_others(query, told, find, weigh, least)


def _part_by_part(
    query: Query,
    find: Callable[[Query], Found],
    weigh: Callable[[Query, Found], float],
    least: float,
) -> tuple[Found, float]:
    if not query.parts:
        return find_sides(query, find, weigh, least)

    def ask(one: Query) -> tuple[Found, float]:
        found, sure = find_sides(one, find, weigh, least)
        return found, sure * gives_amount(one.read, found)

    asked: list[tuple[Query, Found, float]] = []
    for part in query.parts:
        first = surest(_tries(part, asked, least), ask, least)
        asked.append((part, *of_its_papers(query, part, first, find, weigh, least)))
    kept = which_answer([(part, sure) for part, _, sure in asked], least)
    told: list[tuple[str, Found]] = []
    silent: list[str] = []
    for (part, found, _), own in zip(asked, kept, strict=True):
        if own:
            told.append((part.name, found))
        silent += found.silent if own else (part.name,)
    weights = [sure for _, _, sure in asked]
    if silent:
        whole, sure = find_sides(replace(query, parts=()), find, weigh, least)
        if not told:
            return whole, sure
        if sure >= least:
            told.append(("", whole))  # it may tell what the search for a part did not find
            weights.append(sure)
    return joined(query, told, tuple(silent)), max(weights)


def _tries(part: Query, before: Sequence[tuple[Query, Found, float]], least: float) -> list[Query]:
    """A part as it is asked: first of the paper that introduces what it names, or, if it names
    nothing, of the one that answers the part before; then of all.
    """
    told = [one for query, one, sure in before if sure >= enough(query, least) and one.evidence]
    answered = [one.evidence[0].paper.paper_id for one in told[-1:]]
    papers = answered if part.leans else part.likely
    return [*([asked_of(part, papers)] if papers else []), part]
