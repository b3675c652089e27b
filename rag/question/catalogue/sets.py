"""A question about sets of papers, read as slots: what is left over must be names and small words.

So a question is understood in whatever order its words stand, and one that says anything else is
left to the papers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.question.catalogue.among import Among
from rag.question.catalogue.dates import Condition
from rag.question.catalogue.heads import (
    PAPER,
    Head,
    Superlative,
    head_of,
    so_many,
    superlative_of,
)
from rag.question.catalogue.people import (
    Named,
    by_a_stranger,
    names_told,
    people_named,
    unknown,
)
from rag.question.catalogue.set_words import EACH, EVERYTHING, NOT_JUST, SIZE, SORTED, VALUES
from rag.question.catalogue.slots import conditions, position
from rag.question.catalogue.statements import CatalogueReply
from rag.question.catalogue.venues_named import OfVenue, of_venue
from rag.types import Paper

_THE_LIBRARY = re.compile(
    r"\b(?:papers?|works|publications?|articles|studies|reports|titles|records?|entr(?:y|ies)"
    r"|anything|everything|library|collection|catalogue?|database|corpus|these|those)\b",
    re.IGNORECASE,
)
_HERE = re.compile(
    r"\b(?:are there|there are|here|(?:do )?you (?:have|know|hold))\b", re.IGNORECASE
)
_ONE_PAPER = re.compile(
    r"\b(?:the|this|that|its) (?:paper|work|article|study|report|publication|title|abstract)\b",
    re.IGNORECASE,
)
_OR = re.compile(r"\b(?:or|either|any of)\b|\bby\b.*(?:\b(?:and|or)|,) by\b", re.IGNORECASE)
_TOGETHER = re.compile(
    r"\b(?:together|both|jointly|joint|shared?|with|collaborat\w+|co-?(?:auth|wr)\w+|in common)\b",
    re.IGNORECASE,
)
# Left over, these deny something else than what was read.
_DENIED = re.compile(
    r"\b(?:no|nobody|none|not|without)\b|n['’]t\b(?! there)"
    r"|\ball (?:(?:the|of|five) )*(?:source|file)"
    r"|\bmore (?!(?:papers?|works?|publications?|by|from)\b)\w",
    re.IGNORECASE,
)
_IN_BOTH = re.compile(r"\bboth (?:19|20)\d\d and\b", re.IGNORECASE)
_CAME_OUT = re.compile(
    r"\b(?:publish\w*|(?:came|come) out|written|wrote|write|you have|in here|there)\b",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"(?!.*\b(?:the|its|their) (?:co-?)?authors\b)"
    r".*\b(?:list|show|name|give|all|different|how many|number of)\b",
    re.IGNORECASE,
)
_ONE_YEAR = re.compile(r" from (?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks of sets of papers.

    `papers` are those that it speaks of, `which` they are in words, and the `field` that says so;
    `people` are whom it names, `place` which of the authors they are to be (from 0; -1 the last).
    """

    papers: list[Paper]
    which: str
    field: str
    head: Head
    superlative: Superlative | None = None
    people: tuple[Named, ...] = ()
    place: int | None = None

    @property
    def besides(self) -> frozenset[str]:
        """Whom not to count among the authors."""
        return frozenset(name for one in self.people if one.without for name in one.names)

    def of(self, papers: Sequence[Paper], which: str) -> Asked:
        """The same asked of these papers."""
        return replace(self, papers=list(papers), which=which)


@dataclass(frozen=True, slots=True)
class _Said:
    """What a question says of the papers it asks for; `rest` are its small words and names. If
    those whom it leaves out are left `aside`, their papers are still among them.
    """

    rest: str
    wanted: Sequence[Condition]
    people: Sequence[Named]
    place: int | None = None
    venue: OfVenue | None = None
    pool: Sequence[Paper] = ()
    aside: bool = False

    @property
    def writers(self) -> list[Named]:
        return [one for one in self.people if not one.without]

    @property
    def others(self) -> list[Named]:
        return [one for one in self.people if one.without]


def read(
    among: Among,
    text: str,
    pool: Sequence[Paper] = (),
    he: Sequence[str] = (),
    *,
    surely: bool = False,
) -> Asked | CatalogueReply | None:
    """What `text` (no mark at its end) asks of sets of papers; None if it asks anything else, and
    a reply if it asks for somebody's whom nobody knows.

    `pool` are the papers that “these” are, if any; `he` are those whom “he” or “they” means. If it
    is `surely` the catalogue that is asked, words that say nothing may be left over.
    """
    text = SORTED.sub(" ", NOT_JUST.sub(" ", text) if surely else text)
    place, rest = position(SIZE.sub("papers", text))
    superlative, rest = superlative_of(rest)
    wanted, rest = conditions(rest)
    apart = surely and len(years := [one for one in wanted if _ONE_YEAR.fullmatch(one.told)]) > 1
    if apart:  # "how many of 2020, how many of 2019"
        wanted = [*(one for one in wanted if one not in years), _any_of(years)]
    head, rest = head_of(rest)
    if not head.field and not superlative:
        superlative, rest = so_many(rest)
    elif superlative and (superlative.count, superlative.rank) == (1, 0):
        several, rest = so_many(rest)  # "which two papers are the oldest"
        superlative = replace(superlative, count=several.count) if several else superlative
    venue = of_venue(among, rest.strip()) if not pool and _THE_LIBRARY.search(rest) else None
    if isinstance(venue, CatalogueReply):
        return venue
    rest = venue.rest if venue else rest
    head = Head("published") if apart and not head.field else head
    names = unknown(rest)
    if _ONE_PAPER.search(rest) and not superlative:
        return None
    speaks = names or he or pool or _speaks_of_sets(text, rest, wanted, head, superlative)
    says_enough = wanted or superlative or EVERYTHING.fullmatch(rest) or VALUES.search(rest)
    if not (speaks or (surely and says_enough)):
        return None
    people = people_named(among, rest, names, he, surely=surely)
    if people is None:
        return by_a_stranger(among, text, names, surely=surely)
    denied = _DENIED.search(rest) and not any(one.without for one in people)
    of_all = surely and place is not None and not people and EACH.search(text)
    head = Head("authors") if of_all and not head.field else head  # "last authors of all papers"
    placed = head.field == "authors" and (head.most or head.often or of_all)
    if denied or (place is not None and not people and not placed):
        return None
    if head.field and _IN_BOTH.search(text):
        return None
    aside = head.field == "authors" and head.most is not None
    said = _Said(rest, wanted, people, place, venue, pool, aside)
    return Asked(*_gathered(among, said), _field(said), head, superlative, tuple(people), place)


def _any_of(conditions: Sequence[Condition]) -> Condition:
    """Papers of any of these years."""
    told = " or".join(one.told.removeprefix(" from") for one in conditions)
    return Condition(
        f" from{told}", "published", lambda paper: any(one.holds(paper) for one in conditions)
    )


def _speaks_of_sets(
    text: str,
    rest: str,
    wanted: Sequence[Condition],
    head: Head,
    superlative: Superlative | None,
) -> bool:
    """Whether a question that names nobody speaks of the papers there are."""
    fields = {one.field for one in wanted}
    if _THE_LIBRARY.search(rest) or fields & {"title", "sources"}:
        return True
    if "published" in fields and _CAME_OUT.search(rest):
        return True
    if head.field and (head.most or _ALL.search(rest) or _HERE.search(text)):
        return True
    if head.field:
        return _THE_LIBRARY.search(text) is not None
    if superlative is None:
        return False
    if superlative.key != "published" and EVERYTHING.fullmatch(rest):
        return True  # "smallest team?"
    return superlative.count > 1 or bool(re.search(rf"\b{PAPER}\b", rest, re.IGNORECASE))


def _field(said: _Said) -> str:
    """The field that a list rests on."""
    given = ("venue" if said.venue else "", "authors" if said.people else "")
    return next(filter(None, (*given, *(one.field for one in said.wanted), "title")))


def _gathered(among: Among, said: _Said) -> tuple[list[Paper], str]:
    """The papers that are all that was said of them, and that in words."""
    if said.pool or said.venue:
        papers = [*said.pool] or [*(said.venue.papers if said.venue else ())]
    else:
        papers = _by_any(among, said.writers) if said.writers else among.library.papers()
    papers = among.kept(papers)
    together = _are_together(said, papers)
    match = all if together else any
    kept = [
        paper
        for paper in papers
        if all(condition.holds(paper) for condition in said.wanted)
        and (not said.writers or match(_has_place(o, paper, said.place) for o in said.writers))
        and (said.aside or not any(one.wrote(paper) for one in said.others))
    ]
    categories = [one.told for one in said.wanted if one.field == "categories"]
    others = [one.told for one in said.wanted if one.field != "categories"]
    people = _told_of_people(said, together)
    venue = said.venue.which if said.venue else ""
    return kept, "".join((*categories, people, *others, venue))


def _are_together(said: _Said, papers: Sequence[Paper]) -> bool:
    """Whether all who are named are to have written each paper, not any of them."""
    if len(said.writers) < 2 or _OR.search(said.rest):
        return len(said.writers) < 2
    if _TOGETHER.search(said.rest):
        return True
    return any(all(one.wrote(paper) for one in said.writers) for paper in papers)


def _by_any(among: Among, writers: Sequence[Named]) -> list[Paper]:
    """Papers by any of them, newest first."""
    papers = {
        paper.paper_id: paper
        for one in writers
        for name in one.names
        for paper in among.library.papers_by_author(name)
        if name in paper.authors
    }
    found = sorted(papers.values(), key=lambda paper: (paper.title, paper.paper_id))
    return sorted(found, key=lambda paper: paper.published, reverse=True)


def _has_place(one: Named, paper: Paper, place: int | None) -> bool:
    if place is None:
        return one.wrote(paper)
    return -len(paper.authors) <= place < len(paper.authors) and paper.authors[place] in one.names


def _told_of_people(said: _Said, together: bool) -> str:
    names = names_told(said.writers, "and" if together else "or")
    by = f" by {names}" if names else ""
    if said.place is not None and names:
        by = f" with {names} as {('first', 'second', 'third', 'last')[said.place]} author"
    if said.aside:
        return by
    return by + (f" without {names_told(said.others, 'or')}" if said.others else "")
