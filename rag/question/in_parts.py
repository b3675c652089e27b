"""What each part of a question asks: of which papers, and in which words by itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.finding.terms import content_stems
from rag.library import Library
from rag.question.followup import stand_alone
from rag.question.leaning import ACTS, THING
from rag.question.mentions import Mention, named_in, without_name
from rag.question.naming import papers_named
from rag.types import Exchange, Understood

if TYPE_CHECKING:
    from rag.question.parts import Parted
    from rag.question.understand import Query

    Ask = Callable[[str, Sequence[Exchange], Sequence[Understood]], Query]

# "How with books?", "what in InstructGPT?", "how many for WebGPT?": the part before, of another.
_ELSEWHERE = re.compile(
    r"(?:how|what|which|where)(?: about| for| many| much)? "
    r"(?P<phrase>(?:at|by|for|from|in|of|on|to|with) .+)",
    re.IGNORECASE,
)
_ACTS, _RELATIVE = re.compile(rf"\b{ACTS}\b", re.IGNORECASE), re.compile(r"\b(?:that|which|who)\b")
_SEE = re.compile(r"(?:please )?(?:check|consider|cover|include|mention|see|use)\b", re.IGNORECASE)
# "The first" of papers is followed by nothing that it could be the first of: no "first author".
_ONE_OF = re.compile(
    r"(?:(?:according to|by|for|in|of|with) )?the (?:(?P<which>first|former|second|latter)"
    r"|(?P<when>earlier|older|later|newer))"
    r"(?: (?:one|paper|study|report|of (?:them|these|those))\b|(?=\W*$|[,;:.!?)]"
    r"| (?:and |but )?(?:at|by|for|from|in|on|to|with)\b"
    r"| (?:argue|conclude|describe|propose|recommend|say|suggest)s?\b))",
    re.IGNORECASE,
)
_PAPERS_BEHIND = re.compile(r" (?:technical )?(?:articles|papers|reports|studies)\b", re.IGNORECASE)
_PAPERS_BEFORE = re.compile(r"\b(?:articles|papers|reports|studies)[,:]? \(?$", re.IGNORECASE)
_FORMER = ("first", "former", "earlier", "older")
_OF_EACH = re.compile(r"\b(?:both|each|either|they|them|their|these|those|two)\b", re.IGNORECASE)
# Stems of what is asked of any paper.
_EMPTY = frozenset(
    """address agre answer argu both claim compar conclud contrast each exact give mention paper
    quot report side""".split()
)
_LITTLE = 3  # stems of a part that says too little without what was said before
_MARKS = " .,;:"


@dataclass(frozen=True, slots=True)
class _Told:
    """A part: its words, the papers that it names, and those that introduced what it speaks of."""

    text: str
    named: tuple[Mention, ...]
    likely: tuple[str, ...]

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
        return (
            bool(self.named and _SEE.match(self.text)) or not set(content_stems(self.rest)) - _EMPTY
        )


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

    def told(text: str) -> _Told:
        found = named_in(library, text, literally)
        sure = tuple(one for one in found if one.sure)
        named = found if len(found) > 1 and (sure or _as_papers(text, found)) else sure
        return _Told(text, named, tuple(one.paper_id for one in found if one not in named))

    before_all = told(parted.lead).named or _called(library, parted.lead)
    lead = "" if before_all else parted.lead
    every = [told(text) for text in parted.parts]
    parts = [part for part in every if lead or not part.is_empty]
    if len(parts) < 2:  # one is the whole question
        return ()
    left = (one for part in every if part not in parts for one in part.named)
    shared = (*before_all, *told(parted.hints).named, *left)
    found: list[Query] = []
    before: Sequence[Exchange] = history
    for one in parts:
        part = _which(library, one, shared)
        said = _said(part, before, lead, first=not found)
        own = part.named or (() if part.likely else shared)
        of_each = len(own) > 1 and not part.named and _OF_EACH.search(part.text)
        kept = tuple(Understood("paper_ids", one.paper_id, one.wording) for one in own)
        if len(part.named) > 1 or of_each:
            query = _of_each(said, own, before, ask)
        else:
            query = ask(said, before, kept)
        leans = bool(found) and not (own or THING.search(part.text) or query.within)
        likely = part.likely if len(part.likely) == 1 and not query.within else ()
        query = _after(lead, query)
        found.append(replace(query, name=one.text, leans=leans, likely=likely))
        before = (*history, Exchange(f"{part.text}?", query.asked))
    return tuple(found)


def _which(library: Library, part: _Told, shared: Sequence[Mention]) -> _Told:
    """A part that asks of "the first" of the papers named around it, or of "the later one"."""
    match = _ONE_OF.search(part.text)
    if not match or part.named or len(shared) < 2:  # of one there is no second
        return part
    order = list(shared)
    if match["when"]:
        dates = {paper.paper_id: paper.published for paper in library.papers(_ids(shared))}
        order.sort(key=lambda one: dates.get(one.paper_id, ""))
    place = 0 if (match["which"] or match["when"]).lower() in _FORMER else 1
    return _Told(_ONE_OF.sub("", part.text, count=1).strip(_MARKS), (order[place],), ())


def _ids(named: Sequence[Mention]) -> list[str]:
    return [one.paper_id for one in named]


def _as_papers(text: str, found: Sequence[Mention]) -> bool:
    """Whether things of several names are called papers: "the WebGPT and InstructGPT papers"."""
    before = text[: text.find(found[0].wording)]
    behind = text[text.find(found[-1].wording) + len(found[-1].wording) :]
    return bool(_PAPERS_BEHIND.match(behind) or _PAPERS_BEFORE.search(before))


def _after(lead: str, query: Query) -> Query:
    """`query` and its sides, searched for with what was said before all parts."""
    if not lead or lead in query.search:
        return query
    sides = tuple(_after(lead, side) for side in query.sides)
    return replace(query, search=f"{lead}: {query.search}", sides=sides)


def _called(library: Library, lead: str) -> tuple[Mention, ...]:
    """ "kaplan scaling laws: …": words of a paper's title and its authors' names, and no others."""
    papers = papers_named(library, f"the {lead} paper") if lead else []
    if len(papers) != 1:
        return ()
    known = f"{papers[0].title} {' '.join(papers[0].authors)}"
    stands = set(content_stems(lead)) <= set(content_stems(known))
    return (Mention(lead, papers[0].paper_id, sure=True),) if stands else ()


def _said(part: _Told, before: Sequence[Exchange], lead: str, *, first: bool) -> str:
    """A part by itself: without the name of the one paper that it is asked of, which no sentence
    says; with what was said before it, where it says too little.
    """
    text = part.text
    if len(part.named) == 1:
        text = without_name(text, part.named[0].wording)
    elsewhere = _ELSEWHERE.fullmatch(part.text)
    if elsewhere and before and not first and not _asks_whole(elsewhere["phrase"]):
        standing = stand_alone(f"and {elsewhere['phrase']}?", before[-1:], lambda *_: True)
        if standing.sure:
            return standing.asked
        return f"{before[-1].asked.rstrip(' ?')} {elsewhere['phrase']}?"
    if lead and len(set(content_stems(part.rest))) < _LITTLE:
        return f"{lead}: {text}?"
    return f"{text}?"


def _asks_whole(phrase: str) -> bool:
    """Whether it says by itself what is asked ("of the problems did Codex solve"), not only of what
    ("for the model that is smaller").
    """
    return bool(_ACTS.search(_RELATIVE.split(phrase)[0]))


def _of_each(said: str, named: Sequence[Mention], before: Sequence[Exchange], ask: Ask) -> Query:
    """What is asked of each of several papers."""
    sides: list[Query] = []
    for one in named:
        text = said
        for other in named:
            text = text.replace(other.wording, "the paper")
        kept = (Understood("paper_ids", one.paper_id, one.wording),)
        sides.append(replace(ask(text, before, kept), name=one.wording, sides=()))
    return replace(ask(said, before, ()), sides=tuple(sides), across=False)
