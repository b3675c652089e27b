"""Who wrote most, which years and sources there are, with whom somebody wrote: values counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from rag.question.catalogue.among import Among
from rag.question.catalogue.dates import month_named
from rag.question.catalogue.sets import Asked
from rag.question.catalogue.statements import LISTED, CatalogueReply, Statement, counted
from rag.types import Paper

_FIELDS: dict[str, tuple[str, Callable[[Paper], Sequence[str]]]] = {
    "authors": ("author", lambda paper: paper.authors),
    "categories": ("category", lambda paper: paper.categories),
    "sources": ("source", lambda paper: paper.sources),
    "published": ("year", lambda paper: (paper.published[:4],) if paper.published else ()),
    "months": ("month", lambda paper: month_named(paper.published)),
    "venue": ("venue", lambda paper: (paper.venue,) if paper.venue else ()),
}
_A = {"author": "an"}


def tally(among: Among, asked: Asked, *, count: bool) -> CatalogueReply:
    """How many authors, categories, sources or years the papers have, and the commonest of them;
    or those of most papers, or of so many.
    """
    noun, _ = _FIELDS[asked.head.field]
    values_of = _values_of(asked)
    tallied = Counter(value for paper in asked.papers for value in values_of(paper))
    if not tallied:
        return CatalogueReply(
            (), f"no paper {among.place}{asked.which} has {_A.get(noun, 'a')} {noun}"
        )
    whose = f"{'The chosen' if among.within else 'The library’s'} papers{asked.which}"
    common = sorted(tallied, key=lambda value: (-tallied[value], value))
    if asked.head.most:
        return _most(asked, whose, tallied)
    if asked.head.often:
        return _often(asked, whose, tallied, common)
    if noun == "year":
        common.sort()
    text = f"{whose} have {counted(len(common), noun)}"
    return _told(asked, f"{text}." if count else f"{text}: {_each(common, tallied)}.", common)


def coauthors(among: Among, asked: Asked) -> CatalogueReply:
    """With whom those whom the question names wrote papers: with each of them, if several."""
    writers = [one for one in asked.people if not one.without]
    shared = [
        Counter(
            name
            for paper in among.library.papers_by_author(one.names[0])
            if one.wrote(paper) and among.kept([paper])
            for name in paper.authors
            if not any(name in other.names for other in writers)
        )
        for one in writers
    ]
    names = set.intersection(*(set(one) for one in shared)) if shared else set()
    tallied = Counter({name: sum(one[name] for one in shared) for name in names})
    common = sorted(tallied, key=lambda value: (-tallied[value], value))
    whom = " and ".join(one.told for one in writers)
    facts = tuple((paper, "authors") for paper in asked.papers)[:LISTED]
    if not common:
        return CatalogueReply(
            (Statement(f"Nobody wrote a paper {among.place} with {whom}.", facts),)
        )
    if asked.head.most or asked.head.often:
        return _coauthors_so_often(asked, whom, tallied, facts)
    text = f"{whom} wrote papers {among.place} with {counted(len(common), 'other')}"
    return CatalogueReply((Statement(f"{text}: {_each(common, tallied)}.", facts),))


def _coauthors_so_often(
    asked: Asked, whom: str, tallied: Counter[str], facts: tuple[tuple[Paper, str], ...]
) -> CatalogueReply:
    """With whom somebody wrote most papers or fewest, or so many."""
    if asked.head.most:
        shown, how = (
            _outermost(asked.head.most, tallied),
            "most" if asked.head.most[0] else "fewest",
        )
    else:
        least, most, how = asked.head.often or (1, None, "at least 1")
        shown = [v for v in tallied if least <= tallied[v] and (most is None or tallied[v] <= most)]
    shown.sort(key=lambda value: (-tallied[value], value))
    noun = "paper" if how.endswith((" single", " 1")) else "papers"
    told = _each(shown, tallied) if shown else "nobody"
    return CatalogueReply((Statement(f"{whom} wrote {how} {noun} with {told}.", facts),))


def _outermost(wanted: tuple[bool, int], tallied: Counter[str]) -> list[str]:
    """The values that most papers have, or fewest: so many as are wanted, and their equals."""
    most, number = wanted
    ordered = sorted(tallied, key=lambda v: (-tallied[v] if most else tallied[v], v))
    bound = tallied[ordered[min(number, len(ordered)) - 1]]
    return [v for v in ordered if (tallied[v] >= bound if most else tallied[v] <= bound)]


def _most(asked: Asked, whose: str, tallied: Counter[str]) -> CatalogueReply:
    """The values that most papers have, or fewest."""
    noun, _ = _FIELDS[asked.head.field]
    wanted = asked.head.most or (True, 1)
    shown = _outermost(wanted, tallied)
    how = "most" if wanted[0] else "fewest"
    if len(shown) == 1:
        papers = counted(tallied[shown[0]], "paper")
        link = {"author": "by", "category": "in", "venue": "in"}.get(noun, "from")
        text = f"Of {whose[0].lower()}{whose[1:]}, {how} are {link} {shown[0]}: {papers}."
    else:
        text = (
            f"{counted(len(shown), noun).capitalize()} of {whose[0].lower()}{whose[1:]} have the"
            f" {how}: {_each(shown, tallied)}."
        )
    return _told(asked, text, shown)


def _often(
    asked: Asked, whose: str, tallied: Counter[str], common: Sequence[str]
) -> CatalogueReply:
    """The values that so many papers have."""
    noun, _ = _FIELDS[asked.head.field]
    least, most, told = asked.head.often or (1, None, "at least 1")
    shown = [v for v in common if least <= tallied[v] and (most is None or tallied[v] <= most)]
    papers = "paper" if told.endswith((" single", " 1")) else "papers"
    if not shown:
        return _told(asked, f"No {noun} of {whose[0].lower()}{whose[1:]} has {told} {papers}.", [])
    have = "has" if len(shown) == 1 else "have"
    text = f"{counted(len(shown), noun)} of {whose[0].lower()}{whose[1:]} {have} {told} {papers}"
    return _told(asked, f"{text}: {_each(shown, tallied)}.", shown)


def _each(values: Sequence[str], tallied: Counter[str]) -> str:
    told = [f"{value} ({counted(tallied[value], 'paper')})" for value in values[:LISTED]]
    return ", ".join(told) + (f", and {len(values) - LISTED} more" if len(values) > LISTED else "")


def _values_of(asked: Asked) -> Callable[[Paper], Sequence[str]]:
    """What is counted of a paper: of its authors, those at the place asked for, nobody left out."""
    _, values_of = _FIELDS[asked.head.field]
    if asked.head.field != "authors":
        return values_of
    place, besides = asked.place, asked.besides

    def authors(paper: Paper) -> Sequence[str]:
        known = -len(paper.authors) <= (place or 0) < len(paper.authors)
        named = paper.authors if place is None else (paper.authors[place],) if known else ()
        return [name for name in named if name not in besides]

    return authors


def _told(asked: Asked, text: str, values: Sequence[str]) -> CatalogueReply:
    """The sentence, resting on the papers that have one of the values."""
    values_of = _values_of(asked)
    held = set(values)
    field = {"months": "published"}.get(asked.head.field, asked.head.field)
    facts = [(p, field) for p in asked.papers if not held.isdisjoint(values_of(p))]
    return CatalogueReply((Statement(text, tuple(facts[:LISTED])),))
