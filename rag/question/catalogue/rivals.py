"""Of which year, or by whom of several, there are more papers, and who wrote in each year."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.question.catalogue.among import Among
from rag.question.catalogue.people import only_small_words, people_named, unknown
from rag.question.catalogue.slots import conditions
from rag.question.catalogue.statements import LISTED, CatalogueReply, Statement, counted
from rag.types import Paper

_MORE = re.compile(
    r"\b(?P<how>more|fewer|less|the most|most|the fewest)"
    r"(?: (?:papers?|works?|publications?|articles?|entries|titles|often|prolific|productive))?\b"
    r"(?! (?:than )?(?:\d{1,3}\b|one\b|two\b|three\b|once\b|twice\b|(?:co-?)?authors?\b|people\b"
    r"|names\b|recent))",
    re.IGNORECASE,
)
_SIDES = re.compile(
    r"\b(?:or|than|vs\.?|versus|compared (?:to|with)|against)\b|[,:]", re.IGNORECASE
)
_YEAR = re.compile(r"\b(?:(?:in|from|of|for|year) )*(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE)
_MOST_SIDES = 5
_IN_EACH = re.compile(
    r"(?=.*\b(?:who|authors?|people|anyone|anybody|somebody|someone)\b).*\b(?:both|each)\b"
    r"(?! (?:wrote|papers))|.*\b(?:who|authors?)\b.*(?:19|20)\d\d,? (?:as well as|and (?:also|again"
    r"|then)) ",
    re.IGNORECASE,
)


def rivals(among: Among, text: str) -> CatalogueReply | None:
    """Which of the years or people that `text` sets against each other has more papers, or fewer,
    or who wrote in each of the years; None if it does not ask that.

    Raises as `Among` does.
    """
    if _IN_EACH.match(text) and (reply := _in_each(among, text)):
        return reply
    more = _MORE.search(text)
    if more is None or not _SIDES.search(text):
        return None
    rest = f"{text[: more.start()]} {text[more.end() :]}"
    fewer = more["how"].lower().endswith(("fewer", "less", "fewest"))
    years = list(dict.fromkeys(match["year"] for match in _YEAR.finditer(rest)))
    if len(years) > 1:
        papers = among.kept(among.library.papers())
        sides = [(year, [one for one in papers if one.published[:4] == year]) for year in years]
        only_years = only_small_words(_YEAR.sub(" ", rest))
        return _compared(sides, "published", fewer=fewer) if only_years else None
    wanted, rest = conditions(rest)
    people = people_named(among, rest, unknown(rest), (), surely=True) or []
    if not 1 < len(people) <= _MOST_SIDES or any(one.without for one in people):
        return None
    papers = [
        paper
        for paper in among.kept(among.library.papers())
        if all(condition.holds(paper) for condition in wanted)
    ]
    each = [(one.told, [paper for paper in papers if one.wrote(paper)]) for one in people]
    return _compared(each, "authors", fewer=fewer)


def _in_each(among: Among, text: str) -> CatalogueReply | None:
    """Who has papers of each of the years that `text` names; None if it says anything else."""
    years = list(dict.fromkeys(match["year"] for match in _YEAR.finditer(text)))
    if len(years) < 2 or not only_small_words(_YEAR.sub(" ", text)):
        return None
    papers = among.kept(among.library.papers())
    each = [{n for p in papers if p.published[:4] == year for n in p.authors} for year in years]
    names = sorted(set.intersection(*each))
    facts = tuple(
        (paper, "authors")
        for paper in papers
        if paper.published[:4] in years and not {*names}.isdisjoint(paper.authors)
    )
    told = f"{counted(len(names), 'author') if names else 'No author'} of papers {among.place}"
    have = "has" if len(names) < 2 else "have"
    lead = f"{told} {have} some from {', '.join(years[:-1])} and from {years[-1]}"
    shown = f": {', '.join(names[:LISTED])}" if names else ""
    return CatalogueReply((Statement(f"{lead}{shown}.", facts[:LISTED]),))


def _compared(
    sides: Sequence[tuple[str, list[Paper]]], field: str, *, fewer: bool
) -> CatalogueReply:
    ordered = sorted(sides, key=lambda side: len(side[1]), reverse=not fewer)
    numbers = [len(papers) for _, papers in ordered]
    how = "fewer" if fewer else "more"
    lead = f"{ordered[0][0]} has {how} papers"
    if numbers[0] == numbers[1]:
        lead = "They have equally many papers" if len(set(numbers)) == 1 else "The first are equal"
    each = ", ".join(f"{told} {counted(len(papers), 'paper')}" for told, papers in ordered)
    facts = {paper.paper_id: (paper, field) for _, papers in ordered for paper in papers}
    return CatalogueReply((Statement(f"{lead}: {each}.", tuple(facts.values())[:LISTED]),))
