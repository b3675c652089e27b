"""Lists and counts out of the catalogue: of an author, a year, a category, a venue; the newest.

A question is taken for one of these only if all its words are accounted for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.finding.filters import category_terms, fold
from rag.library import Library
from rag.question.among import Among
from rag.question.statements import (
    LISTED,
    CatalogueReply,
    Statement,
    counted,
    lines,
    listed,
    titled,
)
from rag.question.venues_named import of_venue
from rag.question.years import SPAN, Years, holds, in_words, years_of
from rag.types import Paper

NAME_WORDS = 5  # of an author at most; a question with more that are unknown names none
_LIST_WORDS = frozenset(
    """a about all also and any anything are as at author authored authors by came can coauthor
    co-author coauthored co-authored come
    collection contain contains contributed date dated did do does else ever everything find
    from get give has have here hold holds how i in included is it know library list many me name
    named of on one ones out paper papers please publication publications publish published
    release released see show some tell that the their them there these they this titles to total
    us was we were what whats which who with work works write written wrote year you your""".split()
)
_THE_LIBRARY = re.compile(
    r"\b(?:papers?|works?|publications?|anything|everything|library|collection|titles|these)\b",
    re.IGNORECASE,
)
_NAME_PART = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_BY_SOMEONE = re.compile(
    r"\b(?:papers?|works?|anything|publications?)\b.*"
    r"\bby (?P<name>[A-Z][\w.'-]*(?: [A-Z][\w.'-]*)+)\W*$"
)
_AND = re.compile(r"\b(?:and|or)\b|,")
_EACH_BY = re.compile(r"\bby\b.*(?:\b(?:and|or)|,) by\b|\bor\b", re.IGNORECASE)
_MOST_AUTHORS = 5
_SMALL_NUMBERS = {w: n for n, w in enumerate("two three four five six seven ten".split(), start=2)}
_SMALL_NUMBERS["ten"] = 10
_EXTREME = re.compile(
    rf"\b(?:(?P<before>\d+|{'|'.join(_SMALL_NUMBERS)})\s+)?"
    r"(?P<which>oldest|earliest|newest|latest|most recent|last|first)"
    rf"(?:\s+(?P<count>\d+|{'|'.join(_SMALL_NUMBERS)}))?(?=\s+(?:papers?|works?|publications?|one)\b"
    r"|\s*$)",
    re.IGNORECASE,
)
_CATEGORY = re.compile(r"\b(?:in |from )?(?P<name>[a-z-]{2,8}\.[A-Za-z-]{2,10})\b")
_OF_ALL = re.compile(
    r"(?:(?P<how>how many)|(?:what|which|list|show|name|give me)(?: me)?) (?:all )?(?:the )?"
    r"(?:different )?(?P<what>authors|people|categories|subjects|sources|years|venues"
    r"|journals|conferences)"
    r"(?: (?:are|is|do|does|there|here|you|we|have|has|in|the|this|your|my|library|collection"
    r"|papers|cover|covered|come|came|from|represented|wrote|know|of|it|all|these))*",
    re.IGNORECASE,
)
_FIELDS: dict[str, tuple[str, Callable[[Paper], Sequence[str]]]] = {
    "authors": ("author", lambda paper: paper.authors),
    "people": ("author", lambda paper: paper.authors),
    "categories": ("category", lambda paper: paper.categories),
    "subjects": ("category", lambda paper: paper.categories),
    "sources": ("source", lambda paper: paper.sources),
    "years": ("year", lambda paper: (paper.published[:4],) if paper.published else ()),
} | dict.fromkeys(
    ("venues", "journals", "conferences"),
    ("venue", lambda paper: (paper.venue,) if paper.venue else ()),
)
_CITED_FIELD = {"author": "authors", "category": "categories", "source": "sources",
                "year": "published", "venue": "venue"}  # fmt: skip


def listing(among: Among, text: str) -> CatalogueReply | None:
    """The list or count that `text` (no mark at its end) asks for; None if it asks for none."""
    if match := _OF_ALL.fullmatch(text):
        return _tally(among, match["what"].lower(), count=bool(match["how"]))
    asked = _asked(among, text)
    if not isinstance(asked, _Asked):
        return asked
    if not asked.papers:
        return CatalogueReply((), f"no paper {among.place}{asked.which and f' is{asked.which}'}")
    if asked.extreme:
        return _extreme(among, asked.papers, asked.extreme, asked.which)
    holds = "Among the chosen papers:" if among.within else "The library holds"
    return listed(asked.papers, asked.which, asked.field, holds)


def superlative(among: Among, text: str) -> list[Paper]:
    """The papers that "the newest paper", "the first two by Long Ouyang" mean; empty for others."""
    asked = _asked(among, text)
    if not isinstance(asked, _Asked) or not asked.extreme:
        return []
    return _outermost(asked.papers, asked.extreme)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The papers that a list is to be of, `which` they are in words, and the field that says so."""

    papers: list[Paper]
    which: str
    field: str
    extreme: re.Match[str] | None


def _asked(among: Among, text: str) -> _Asked | CatalogueReply | None:
    """What list `text` asks for; the reply if it is a stranger's; None if it asks for none."""
    extreme = _EXTREME.search(text)
    rest = _cut(text, extreme)
    category = _CATEGORY.search(rest)
    rest = _cut(rest, category)
    span = SPAN.search(rest)
    rest = _cut(rest, span)
    of = of_venue(among, rest.strip()) if _THE_LIBRARY.search(rest) else None
    if isinstance(of, CatalogueReply):
        return of
    rest = of.rest if of else rest
    unknown = _unknown(rest)
    if (
        not unknown
        and not _THE_LIBRARY.search(rest)
        and not (extreme and extreme.end() < len(text))
    ):
        return None
    authors: list[str] = []
    together = True
    papers = [] if unknown else list(of.papers) if of else among.library.papers()
    if unknown:
        groups = [words for part in _AND.split(rest) if (words := _unknown(part))]
        if max(map(len, groups)) <= NAME_WORDS and len(groups) <= _MOST_AUTHORS:
            papers, authors = _by_each(among.library, groups)
        if len(authors) < len(groups):
            return _by_a_stranger(among, text, unknown)
        together = any(set(authors) <= set(p.authors) for p in papers)
        together = together and not _EACH_BY.search(rest)
    years: Years = years_of(span) if span else (None, None)
    wanted = category["name"] if category else ""
    kept = among.kept(papers)
    if of and unknown:
        there = {paper.paper_id for paper in of.papers}
        kept = [paper for paper in kept if paper.paper_id in there]
    chosen = [p for p in kept if _fits(p, authors, together, years if span else None, wanted)]
    names = f" {'and' if together else 'or'} ".join(authors)
    which = "".join(
        (f" in {wanted}" if wanted else "", f" by {names}" if names else "", in_words(years))
    )
    which += of.which if of else ""
    asked_by = (("venue", of), ("authors", authors), ("published", span), ("categories", wanted))
    field = next((name for name, given in asked_by if given), "title")
    return _Asked(chosen, which, field, extreme)


def _unknown(text: str) -> list[str]:
    """Words that a list of papers is not asked for with: somebody's name, or another question."""
    words = _NAME_PART.findall(text)
    return [word for word in words if word.lower().removesuffix("'s") not in _LIST_WORDS]


def _by_each(library: Library, groups: Sequence[Sequence[str]]) -> tuple[list[Paper], list[str]]:
    """The papers of those whom the groups of words name, newest first, and their names."""
    found: dict[str, Paper] = {}
    authors: list[str] = []
    for words in groups:
        papers = library.papers_by(map(_without_s, words))
        if author := _author_named(papers, words):
            authors.append(author)
            found |= {paper.paper_id: paper for paper in papers}
    papers = list(found.values())
    if len(groups) > 1:
        papers.sort(key=lambda paper: paper.published, reverse=True)
    return papers, authors


def _cut(text: str, match: re.Match[str] | None) -> str:
    return f"{text[: match.start()]} {text[match.end() :]}" if match else text


def _by_a_stranger(among: Among, text: str, unknown: Sequence[str]) -> CatalogueReply | None:
    stranger = _BY_SOMEONE.search(text)
    if stranger and set(unknown) <= set(re.findall(r"[\w.'-]+", stranger["name"])):
        return CatalogueReply((), f"no paper {among.place} is by {stranger['name']}")
    return None


def _fits(
    paper: Paper, authors: Sequence[str], together: bool, years: Years | None, category: str
) -> bool:
    terms = {term for name in paper.categories for term in category_terms(name)}
    by = [author in paper.authors for author in authors]
    return (
        (not by or (all(by) if together else any(by)))
        and (years is None or holds(years, paper.year))
        and (not category or fold(category) in terms)
    )


def _outermost(papers: Sequence[Paper], match: re.Match[str]) -> list[Paper]:
    """The oldest or newest of the papers that have a date, as many as are asked for."""
    said = match["before"] or match["count"] or "1"
    count = int(said) if said.isdigit() else _SMALL_NUMBERS[said.lower()]
    dated = sorted(
        (paper for paper in papers if paper.published),
        key=lambda p: p.published,
        reverse=not _is_old(match),
    )
    return dated[: min(count, LISTED)]


def _is_old(match: re.Match[str]) -> bool:
    return match["which"].lower() in ("oldest", "earliest", "first")


def _extreme(
    among: Among, papers: Sequence[Paper], match: re.Match[str], which: str
) -> CatalogueReply:
    shown = _outermost(papers, match)
    if not shown:
        return CatalogueReply((), f"no paper {among.place}{which} has a date")
    the = "Among the chosen papers, the" if among.within else "The"
    label = "oldest" if _is_old(match) else "newest"
    if len(shown) == 1:
        paper = shown[0]
        text = f"{the} {label} paper{which} is {titled(paper)}, {paper.published}."
        return CatalogueReply((Statement(text, ((paper, "published"),)),))
    facts = tuple((paper, "published") for paper in shown)
    lead = Statement(f"{the} {counted(len(shown), f'{label} paper')}{which}:", facts)
    return CatalogueReply((lead, *lines(shown, "published")))


def _tally(among: Among, what: str, *, count: bool) -> CatalogueReply:
    """How many authors, categories, sources or years there are, and the commonest of them."""
    papers = among.kept(among.library.papers())
    noun, values_of = _FIELDS[what]
    tally = Counter(value for paper in papers for value in values_of(paper))
    if not tally:
        return CatalogueReply((), f"no paper {among.place} has a {noun}")
    common = sorted(tally, key=lambda value: (-tally[value], value))
    if noun == "year":
        common.sort()
    told = [f"{value} ({counted(tally[value], 'paper')})" for value in common[:LISTED]]
    more = f", and {len(common) - LISTED} more" if len(common) > LISTED else ""
    facts = tuple((p, _CITED_FIELD[noun]) for p in papers if values_of(p))[:LISTED]
    whose = "The chosen" if among.within else "The library’s"
    text = f"{whose} papers have {counted(len(common), noun)}"
    listed_too = "" if count else f": {', '.join(told)}{more}"
    return CatalogueReply((Statement(f"{text}{listed_too}.", facts),))


def _author_named(papers: Sequence[Paper], words: Sequence[str]) -> str:
    """The one author whose name the words give, whole or by family name; else empty."""
    wanted = [_without_s(word).lower() for word in words]
    names = {name for paper in papers for name in paper.authors}
    whole = {name for name in names if _NAME_PART.findall(name.lower()) == wanted}
    family = {name for name in names if [name.lower().split()[-1]] == wanted}
    for found in (whole, family):
        if len(found) == 1:
            return found.pop()
    return ""


def _without_s(word: str) -> str:
    return re.sub(r"['’]s$", "", word)
