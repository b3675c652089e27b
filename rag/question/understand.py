"""A question as it was understood: standing by itself, its filters read, its sides told apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.errors import PaperNotFound
from rag.finding.filters import EVERYTHING, Filter
from rag.library import Library
from rag.question.cited import kept_to_cited, without_cited
from rag.question.filters_named import DOES, SAID, THEIRS, merged, read_filters
from rag.question.followup import Standing, stand_alone
from rag.question.goes_on import leaning_in
from rag.question.in_parts import in_parts
from rag.question.leaning import said_to_nobody, without_openers
from rag.question.mentions import Mention, mentions, one_named, without_name
from rag.question.of_sides import each_named, each_paper, shared_out
from rag.question.parts import parts_of
from rag.question.several import asks_several
from rag.question.sides import Side, sides_of
from rag.types import Exchange, Understood
from rag.writing.cite import numbers_so_far

# What is left of "among the papers from 2021, which one …?" once the filter is out of it.
_AMONG = re.compile(r"^(?:among|in|of|from) (?:all )?(?:the )?papers,? ", re.IGNORECASE)

_SEVERAL = re.compile(
    r"\b(?:which|what|these|those|two|three|several|other|any|all|different|your|the) (?:\w+ )?"
    r"(?:papers|studies|works)\b|\bpapers\b.* (?:say|mention|use|agree)"
    # "The authors", all of them too, are most often those of one paper.
    r"|\b(?:which|several|other|any|different) (?:(?!the )\w+ )?authors\b"
    r"|\bwhat (?:\w+ ){0,2}(?:approaches|ideas|limits|methods|opinions|risks|views|ways)\b",
    re.IGNORECASE,
)
# How probable it is by its words that a question asks several papers: it may, and it surely does.
_MAY, _SURELY = 0.5, 0.7
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
    it; `spoken_of` are the papers of the answer before, of which it is asked if it `goes_on`.
    `asked` is the question standing by itself, which is answered; `search` finds the papers and
    `read` the sentences in them. `within` are the papers that the answer may rest on: those `among`
    which it was asked, and what was `understood` from the words. `numbers` are the printed numbers
    that the conversation has given to papers so far.

    `sides` are the things asked about side by side, each to be searched by itself, where there
    are any; of a side, `name` is what the question calls it, and one that `leans` names nothing
    itself. The question is `apart` if one side is worth telling without the other, which it is not
    if it only `compares` amounts: "how many more parameters than GPT-3 has GPT-4?".

    By its words it asks `several` papers, so probably (in [0, 1]); it is put `across` the nearest
    ones where it names none of them. One that is asked `of_each` of several is answered by what
    tells a part of it.

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
    among: Filter = EVERYTHING
    understood: tuple[Understood, ...] = ()
    numbers: tuple[tuple[str, int], ...] = ()
    sides: tuple[Query, ...] = ()
    name: str = ""
    apart: bool = True
    leans: bool = False
    several: float = 0.0
    across: bool = False
    goes_on: bool = False
    of_each: bool = False
    compares: bool = False
    likely: tuple[str, ...] = ()
    parts: tuple[Query, ...] = ()

    @property
    def names_papers(self) -> bool:
        """Whether words of it were understood to be of papers, or things are asked side by side."""
        return bool(self.understood or self.sides or self.parts)

    @property
    def may_be_of_several(self) -> bool:
        """Whether its words may ask several papers."""
        return self.several >= _MAY

    @property
    def of_several(self) -> bool:
        """Whether they surely do."""
        return self.several >= _SURELY


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
    talk = _about_papers(history)
    standing = stand_alone(question, talk, leaning_in(library))
    asked = restated or (standing.asked if standing.sure else question)
    parted = parts_of(asked)
    query = _understood(library, question, history, within, literally, restated)
    if parted is None:
        return query

    def ask(text: str, before: Sequence[Exchange], kept: Sequence[Understood]) -> Query:
        among = within if within.paper_ids else merged(within, kept)
        part = _understood(library, text, before, among, literally)
        return replace(part, understood=(*part.understood, *kept)) if among is not within else part

    parts = in_parts(library, parted, () if restated or standing.sure else talk, literally, ask)
    if not parts:
        return query
    return replace(
        query,
        within=within,
        among=within,
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
    asked = _of_its_authors(library, question, within)
    talk = _about_papers(history)
    standing = stand_alone(asked, talk, leaning_in(library))
    if restated:
        same = standing.same or not standing.sure
        standing = Standing(restated, standing.earlier, same=same)
    whole = standing.asked if standing.sure else f"{standing.earlier} {question}"
    sides = sides_of(standing.asked if standing.sure else question)
    of_papers = bool(_SEVERAL.search(standing.asked))
    filtered = read_filters(library, standing.asked, literally, within)
    named = mentions(library, standing.asked, literally)
    filtered = without_cited(filtered, named, within, sides)
    cited = None
    if not (named or sides or filtered.within.paper_ids or filtered.within.authors):
        cited = one_named(library, standing.asked, literally)
    if cited:
        filtered = kept_to_cited(filtered, cited, within)
    of_all, of_sides = shared_out(filtered.understood, sides, standing.asked)
    query = Query(
        question=question,
        asked=standing.asked,
        search=_without(whole, filtered.instead),
        read=_without(_read(standing, question, cited), filtered.instead),
        earlier="" if standing.sure else standing.earlier,
        spoken_of=tuple(dict.fromkeys(name for name, _ in talk[-1].cited)) if talk else (),
        goes_on=not standing.sure or (standing.same and not sides and not of_papers),
        within=merged(within, of_all),
        among=within,
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
        return replace(query, sides=told or each_paper(query))
    query = each_named(query, told, named)
    if query.goes_on:
        return query
    one = len(query.within.paper_ids) == 1
    query = replace(query, several=1.0 if of_papers else asks_several(query.asked))
    return replace(query, across=query.may_be_of_several and not (query.sides or one))


def _about_papers(history: Sequence[Exchange]) -> list[Exchange]:
    """`history` without thanks and the like, on which nothing leans."""
    return [one for one in history if one.cited or said_to_nobody(one.question) < 1]


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
