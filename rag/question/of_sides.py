"""Which papers all of a question is kept to, and which each of its sides."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.question.cited import names_in_words, read_of_one
from rag.question.mentions import Mention
from rag.question.sides import Side
from rag.types import Understood

if TYPE_CHECKING:
    from rag.question.understand import Query

_PAPER = re.compile(r"\b(?:paper|report|study|work)\b", re.IGNORECASE)


def shared_out(
    understood: Sequence[Understood], sides: Sequence[Side], asked: str
) -> tuple[list[Understood], list[list[Understood]]]:
    """The filters of all that is asked, and those of each side: what stands in the name of one
    side ("Compare WebGPT with the work by Ouyang") is no filter of the others.
    """
    leads = [one for one in understood if asked.casefold().startswith(one.wording.casefold())]
    leans = any(sides[0].name in side.search for side in sides[1:])
    of_all: list[Understood] = []
    of_sides: list[list[Understood]] = [[] for _ in sides]
    for one in understood:
        own = [place for place, side in enumerate(sides) if _is_of(one.wording, side.name)]
        if len(own) == 1 and one not in leads and not leans:
            of_sides[own[0]].append(one)
        else:
            of_all.append(one)
    return of_all, of_sides


def each_paper(query: Query) -> tuple[Query, ...]:
    """The query to each of several papers that it names ("by the GPT-4 report and by …")."""
    named: dict[str, list[str]] = {}
    for one in query.understood:
        if one.kind == "paper_ids":
            named.setdefault(one.wording, []).append(one.value)
    return tuple(
        replace(query, name=wording, within=replace(query.within, paper_ids=tuple(ids)))
        for wording, ids in (named.items() if len(named) > 1 else ())
    )


def each_named(query: Query, sides: Sequence[Query], named: Sequence[Mention]) -> Query:
    """`query` with its `sides`, each kept to the papers that it names itself; a side for each
    paper named, where there are none.
    """
    kept = query.within.paper_ids
    if query.within:  # by its words: "Codex in the InstructGPT paper" is none of the Codex paper
        named = [one for one in named if one.sure and kept]
        named = named if len(named) > 1 else []
    missed = [one for one in named if one.paper_id not in kept] if kept else []
    if missed:  # "the A paper and the B paper" keeps to both, if it keeps to one
        more = tuple(Understood("paper_ids", one.paper_id, one.wording) for one in missed)
        ids = (*kept, *(one.paper_id for one in missed))
        query = replace(
            query,
            understood=(*query.understood, *more),
            within=replace(query.within, paper_ids=ids),
        )
    if sides:
        return replace(query, sides=tuple(_kept_to(side, kept, named) for side in sides))
    apart = tuple(
        replace(
            query,
            read=read_of_one(query.read, one, named),
            name=one.wording,
            within=replace(query.within, paper_ids=(one.paper_id,)),
        )
        for one in named
    )
    return replace(query, sides=apart or each_paper(query))


def _is_of(wording: str, name: str) -> bool:
    """Whether the words of a filter stand in a side's name, or that is a paper which they name."""
    said, called = (text.casefold().strip(" .?!,") for text in (wording, name))
    return said in called or (bool(_PAPER.search(name)) and called in said)


def _kept_to(side: Query, kept: Sequence[str], named: Sequence[Mention]) -> Query:
    called = (side.name, f"the {side.name}")
    own = [one for one in named if one.wording in called or names_in_words(one.wording, side.read)]
    if not own or tuple(side.within.paper_ids) != tuple(kept):
        return side
    read = read_of_one(side.read, own[0], ()) if len(own) == 1 else side.read
    ids = tuple(one.paper_id for one in own)
    return replace(side, read=read, within=replace(side.within, paper_ids=ids))
