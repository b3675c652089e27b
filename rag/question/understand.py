"""A question as it was understood: standing by itself, its filters read, its sides told apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.errors import PaperNotFound
from rag.finding.filters import EVERYTHING, Filter
from rag.library import Library
from rag.question.cited import kept_to_cited, names_in_words, read_of_one, without_cited
from rag.question.filters_named import DOES, SAID, THEIRS, merged, read_filters
from rag.question.followup import Standing, stand_alone
from rag.question.in_parts import in_parts
from rag.question.leaning import without_openers
from rag.question.mentions import Mention, mentions, one_named, without_name
from rag.question.parts import parts_of
from rag.question.several import fitted_several
from rag.question.sides import Side, sides_of
from rag.types import Exchange, Understood
from rag.writing.cite import numbers_so_far

_PAPER = re.compile(r"\b(?:paper|report|study|work)\b", re.IGNORECASE)
# What is left of "among the papers from 2021, which one …?" once the filter is out of it.
_AMONG = re.compile(r"^(?:among|in|of|from) (?:all )?(?:the )?papers,? ", re.IGNORECASE)

_SEVERAL = re.compile(
    r"\b(?:which|what|these|those|two|three|several|other|any|all|different|your|the) (?:\w+ )?"
    r"(?:papers|studies|works|authors)\b|\bpapers\b.* (?:say|mention|use|agree)"
    r"|\bwhat (?:\w+ ){0,2}(?:approaches|ideas|limits|methods|opinions|risks|views|ways)\b",
    re.IGNORECASE,
)
_LIKELY_SEVERAL = 0.25  # so probable it is that a question which is put across papers asks several
_ITS_AUTHORS = re.compile(
    rf"\b(?:they|the authors) (?:have )?(?:{DOES}|{SAID}|do)\b|\btheir {THEIRS}\b", re.IGNORECASE
)
_COMPARES = re.compile(
    r"\b(?:how (?:many|much)|what (?:number|share)) .*\b(?:compared (?:to|with)|than)\b"
    r"|\bwho \w+ (?:more|fewer|less)\b.*\bor\b"
    r"|\b(?:was|were|is|are) .*\b(?:higher|lower|larger|smaller|bigger|longer|shorter|cheaper"
    r"|faster)\b (?:for|in|with|at) .*\bor\b",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(
    r"^(?:(?:ok(?:ay)?|well|thanks|thank you|great|hm+|right|now)\b[\s,.!]+)+"
    r"(?:(?:a |an)?(?:different|another|other|next) (?:paper|question|topic|thing)[\s:,–-]+)?"
    r"|^(?:a |an)?(?:different|another|other|next) (?:paper|question|topic|thing)[\s:,–-]+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Query:
    """What the papers are asked.

    `question` is what was typed; `earlier` the question it leans on, unless `asked` says all of
    it; `spoken_of` are the papers of the answer before. `asked` is the question standing by
    itself, which is answered; `search` finds the papers and `read` the sentences in them. `within`
    are the papers that the answer may rest on: what was given and what was `understood` from the
    words. `numbers` are the printed numbers that the conversation has given to papers so far.

    `sides` are the things asked about side by side, each to be searched by itself, where there
    are any; of a side, `name` is what the question calls it, and one that `leans` names nothing
    itself. The question is `apart` if one side is worth telling without the other, which it is not
    if it only `compares` amounts: "how many more parameters than GPT-3 has GPT-4?".

    It is put `across` the nearest papers where it asks several without naming them. One that is
    asked `of_each` of several papers is answered by what tells a part of it.

    `parts` are the questions of which it is made, where it asks several things; they have no sides
    but their own. A part is first asked of the `likely` papers, which introduced what it names.
    """

    question: str
    asked: str
    search: str
    read: str
    earlier: str = ""
    spoken_of: tuple[str, ...] = ()
    within: Filter = EVERYTHING
    understood: tuple[Understood, ...] = ()
    numbers: tuple[tuple[str, int], ...] = ()
    sides: tuple[Query, ...] = ()
    name: str = ""
    apart: bool = True
    leans: bool = False
    across: bool = False
    of_each: bool = False
    compares: bool = False
    likely: tuple[str, ...] = ()
    parts: tuple[Query, ...] = ()

    @property
    def names_papers(self) -> bool:
        """Whether words of it were understood to be of papers, or things are asked side by side."""
        return bool(self.understood or self.sides or self.parts)


def understand(
    library: Library,
    question: str,
    history: Sequence[Exchange] = (),
    within: Filter = EVERYTHING,
    literally: Sequence[str] = (),
    restated: str = "",
) -> Query:
    """`question`, after the exchanges of `history`, oldest first, kept to papers `within`.

    `literally` are wordings that are no filters, whatever they look like. `restated` is the
    question standing by itself, if it is known. Raises LibraryError, WeightsError.
    """
    standing = stand_alone(question, history)
    asked = restated or (standing.asked if standing.sure else question)
    parted = parts_of(asked)
    query = _understood(library, question, history, within, literally, restated)
    if parted is None:
        return query

    def ask(text: str, before: Sequence[Exchange], kept: Sequence[Understood]) -> Query:
        among = within if within.paper_ids else merged(within, kept)
        part = _understood(library, text, before, among, literally)
        return replace(part, understood=(*part.understood, *kept)) if among is not within else part

    parts = in_parts(library, parted, () if restated or standing.sure else history, literally, ask)
    if not parts:
        return query
    return replace(
        query,
        within=within,
        understood=tuple(dict.fromkeys(one for part in parts for one in part.understood)),
        sides=(),
        parts=parts,
    )


def _understood(
    library: Library,
    question: str,
    history: Sequence[Exchange] = (),
    within: Filter = EVERYTHING,
    literally: Sequence[str] = (),
    restated: str = "",
) -> Query:
    """As `understand`, of a question that is not taken apart."""
    standing = stand_alone(_of_its_authors(library, question, within), history)
    if restated:
        standing = Standing(restated, standing.earlier)
    whole = standing.asked if standing.sure else f"{standing.earlier} {question}"
    sides = sides_of(standing.asked if standing.sure else question)
    filtered = read_filters(library, standing.asked, literally, within)
    named = mentions(library, standing.asked, literally)
    filtered = without_cited(filtered, named, within, sides)
    cited = None
    if not (named or sides or filtered.within.paper_ids or filtered.within.authors):
        cited = one_named(library, standing.asked, literally)
    if cited:
        filtered = kept_to_cited(filtered, cited, within)
    of_all, of_sides = _shared_out(filtered.understood, sides, standing.asked)
    query = Query(
        question=question,
        asked=standing.asked,
        search=_without(whole, filtered.instead),
        read=_without(_read(standing, question, cited), filtered.instead),
        earlier="" if standing.sure else standing.earlier,
        spoken_of=tuple(dict.fromkeys(name for name, _ in history[-1].cited)) if history else (),
        within=merged(within, of_all),
        understood=filtered.understood,
        numbers=tuple(numbers_so_far(history).items()),
        apart=all(side.apart for side in sides),
        compares=bool(_COMPARES.search(standing.asked)),
    )
    told = tuple(
        replace(_side(query, side, filtered.instead), within=merged(query.within, own))
        for side, own in zip(sides, of_sides, strict=True)
    )
    if within.paper_ids:  # whatever else is named, these were chosen
        return replace(query, sides=told or _each_paper(query))
    query = _each_named(query, told, named)
    one = len(query.within.paper_ids) == 1
    several = bool(_SEVERAL.search(query.asked)) or (
        fitted_several().probability(query.asked) >= _LIKELY_SEVERAL
    )
    return replace(query, across=several and not (query.sides or one or query.earlier))


def _of_its_authors(library: Library, question: str, within: Filter) -> str:
    """`question` with the title of the one paper that is asked, where it speaks of its authors
    ("What did they find?"): whatever was asked before, they are meant.
    """
    if len(within.paper_ids) != 1 or not _ITS_AUTHORS.search(question):
        return question
    try:
        title = library.paper(within.paper_ids[0]).title
    except PaperNotFound:
        return question  # which is told where the papers are looked for
    if not title or any(mark in title for mark in '“”"\n'):
        return question
    return f"{question.rstrip(' ?.!')} in “{title}”?"


def _read(standing: Standing, question: str, cited: Mention | None) -> str:
    text = without_openers(standing.asked) if standing.sure else question
    return without_name(text, cited.wording) if cited else text


def _shared_out(
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


def _is_of(wording: str, name: str) -> bool:
    """Whether the words of a filter stand in a side's name, or that is a paper which they name."""
    said, called = (text.casefold().strip(" .?!,") for text in (wording, name))
    return said in called or (bool(_PAPER.search(name)) and called in said)


def _each_paper(query: Query) -> tuple[Query, ...]:
    """The query to each of several papers that it names ("by the GPT-4 report and by …")."""
    named: dict[str, list[str]] = {}
    for one in query.understood:
        if one.kind == "paper_ids":
            named.setdefault(one.wording, []).append(one.value)
    return tuple(
        replace(query, name=wording, within=replace(query.within, paper_ids=tuple(ids)))
        for wording, ids in (named.items() if len(named) > 1 else ())
    )


def _each_named(query: Query, sides: Sequence[Query], named: Sequence[Mention]) -> Query:
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
    return replace(query, sides=apart or _each_paper(query))


def _kept_to(side: Query, kept: Sequence[str], named: Sequence[Mention]) -> Query:
    own = [one for one in named if names_in_words(one.wording, side.read)]
    if not own or tuple(side.within.paper_ids) != tuple(kept):
        return side
    read = read_of_one(side.read, own[0], ()) if len(own) == 1 else side.read
    ids = tuple(one.paper_id for one in own)
    return replace(side, read=read, within=replace(side.within, paper_ids=ids))


def _side(query: Query, side: Side, instead: Sequence[tuple[str, str]]) -> Query:
    read = _without(side.read, instead)
    search = _without(side.search, instead).strip()
    return replace(
        query,
        question=side.read,
        asked=side.read,
        search=search,
        read=read,
        name=side.name,
        leans=side.leans,
    )


def _without(text: str, instead: Sequence[tuple[str, str]]) -> str:
    """`text` without wordings that only name filters, and without what merely leads up to the
    question, unless nothing else is in it.
    """
    rest = _LEAD_IN.sub("", text)
    for wording, other in instead:
        rest = rest.replace(wording, other, 1)
    for mark in ".,?!":
        rest = " ".join(rest.split()).replace(f" {mark}", mark)
    rest = _AMONG.sub("", rest.lstrip(" ,"))
    return rest if len(rest.split()) > 1 else text
