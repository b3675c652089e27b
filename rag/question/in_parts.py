"""What each part of a question asks: of which papers, and in which words by itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.finding.terms import content_stems
from rag.library import Library
from rag.question.followup import stand_alone
from rag.question.leaning import THING
from rag.question.mentions import Mention, named_in, without_name
from rag.question.naming import papers_named
from rag.types import Exchange, Understood

if TYPE_CHECKING:
    from rag.question.parts import Parted
    from rag.question.understand import Query

    Ask = Callable[[str, Sequence[Exchange], Sequence[Understood]], Query]

# "How with books?", "what in InstructGPT?", "how many for WebGPT?": the part before, of another.
_ELSEWHERE = re.compile(
    r"(?:how|what|which|where)(?: about| many| much)? "
    r"(?P<phrase>(?:at|by|for|from|in|of|on|to|with) .+)",
    re.IGNORECASE,
)
_OF_EACH = re.compile(r"\b(?:both|each|either|they|them|their|these|those|two)\b", re.IGNORECASE)
# Stems of what is asked of any paper.
_EMPTY = frozenset(
    "address agre argu both claim conclud each give mention paper report side".split()
)
_LITTLE = 3  # stems of a part that says too little without what was said before
_MARKS = " .,;:"


@dataclass(frozen=True, slots=True)
class _Told:
    """A part: its words, and the papers that it names."""

    text: str
    named: tuple[Mention, ...]

    @property
    def rest(self) -> str:
        """Its words without the names."""
        text = self.text
        for one in self.named:
            text = text.replace(one.wording, "")
        return text

    @property
    def is_empty(self) -> bool:
        """Whether it only names papers: "see A and B", "what do both papers say"."""
        return not set(content_stems(self.rest)) - _EMPTY


def in_parts(
    library: Library,
    parted: Parted,
    history: Sequence[Exchange],
    literally: Sequence[str],
    ask: Ask,
) -> tuple[Query, ...]:
    """The queries of a question's parts, in their order; none if fewer than two ask something.

    `ask` understands one part after exchanges, kept to papers. Wordings in `literally` name no
    papers. Raises LibraryError, WeightsError.
    """
    taken_back = {wording.casefold().strip() for wording in literally}

    def named(text: str) -> tuple[Mention, ...]:
        found = named_in(library, text)
        return tuple(o for o in found if o.sure and o.wording.casefold() not in taken_back)

    every = [_Told(text, named(text)) for text in parted.parts]
    parts = [part for part in every if not part.is_empty]
    if len(parts) < 2:  # one is the whole question
        return ()
    lead = named(parted.lead) or _called(library, parted.lead)
    shared = (*lead, *named(parted.hints), *(m for p in every if p.is_empty for m in p.named))
    found: list[Query] = []
    before: Sequence[Exchange] = history
    for part in parts:
        said = _said(part, before, "" if lead else parted.lead, first=not found)
        own = part.named or shared
        of_each = len(own) > 1 and not part.named and _OF_EACH.search(part.text)
        kept = tuple(Understood("paper_ids", one.paper_id, one.wording) for one in own)
        if len(part.named) > 1 or of_each:
            query = _of_each(said, part.named or shared, before, ask)
        else:
            query = ask(said, before, kept)
        leans = bool(found) and not (own or THING.search(part.text) or query.within)
        found.append(replace(query, name=part.text, leans=leans))
        before = (*history, Exchange(f"{part.text}?", query.asked))
    return tuple(found)


def _called(library: Library, lead: str) -> tuple[Mention, ...]:
    """ "kaplan scaling laws: …": a paper's name, if nothing else is said there."""
    if not lead:
        return ()
    papers = papers_named(library, f"the {lead} paper")
    return (Mention(lead, papers[0].paper_id, sure=True),) if len(papers) == 1 else ()


def _said(part: _Told, before: Sequence[Exchange], lead: str, *, first: bool) -> str:
    """A part by itself: without the name of the one paper that it is asked of, which no sentence
    says; with what was said before it, where it says too little.
    """
    text = part.text
    if len(part.named) == 1:
        text = without_name(text, part.named[0].wording)
    elsewhere = _ELSEWHERE.fullmatch(part.text)
    if elsewhere and before and not first:
        standing = stand_alone(f"and {elsewhere['phrase']}?", before[-1:])
        if standing.sure:
            return standing.asked
    if lead and len(set(content_stems(part.rest))) < _LITTLE:
        return f"{lead}: {text}?"
    return f"{text}?"


def _of_each(said: str, named: Sequence[Mention], before: Sequence[Exchange], ask: Ask) -> Query:
    """What is asked of each of several papers."""
    sides: list[Query] = []
    for one in named:
        text = said
        for other in named:
            text = text.replace(other.wording, "the paper")
        kept = (Understood("paper_ids", one.paper_id, one.wording),)
        sides.append(replace(ask(text, before, kept), name=one.wording))
    return replace(ask(said, before, ()), sides=tuple(sides))
