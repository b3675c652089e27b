"""What the catalogue says, in sentences: each with the papers and fields that it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.summary.bibtex import bibtex
from rag.types import Missing, Paper

_LABELS = {"published": "date", "arxiv_id": "arXiv id", "doi": "DOI", "url": "link"}
_COMPARED = {  # of two, of more
    "older": ("is the older", "is the oldest"),
    "newer": ("is the newer", "is the newest"),
    "more_authors": ("has more authors", "has the most authors"),
    "fewer_authors": ("has fewer authors", "has the fewest authors"),
}
LISTED = 50  # papers named in one answer; a longer list is a table's task


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence about catalogue fields: each `(paper, field)` it rests on. It `lacks` what is
    asked if all it says is that the library does not hold it.
    """

    text: str
    facts: tuple[tuple[Paper, str], ...]
    lacks: bool = False


@dataclass(frozen=True, slots=True)
class CatalogueReply:
    """Statements that answer the question, or none and the `reason` why not, and what kind of
    thing is `missing` then.
    """

    statements: tuple[Statement, ...]
    reason: str = ""
    missing: Missing = ""


def reply_of(statements: Sequence[Statement]) -> CatalogueReply:
    """The statements as an answer; if none of them says what is asked, why there is none."""
    if not all(one.lacks for one in statements):
        return CatalogueReply(tuple(statements))
    reasons = (one.text.rstrip(".") for one in statements)
    reason = "; ".join(one[:1].lower() + one[1:] for one in reasons)
    return CatalogueReply((), reason, "not_in_abstract")


def about(paper: Paper, field: str) -> Statement:
    """What the catalogue says of one field of a paper, or that it says nothing; `author_count` is
    how many authors it has, `url` where it can be read, `where` it appeared, `paper_id` that it is
    there at all, `bibtex` its entry.
    """
    title = titled(paper)
    if field == "author_count" and paper.authors:
        return Statement(f"{title} {_has_authors(paper)}.", ((paper, "authors"),))
    if field == "where" and not paper.venue and paper.arxiv_id:
        text = f"The library holds no venue of {title}; it is on arXiv as {paper.arxiv_id}."
        return Statement(text, ((paper, "arxiv_id"),))
    field = {"author_count": "authors", "where": "venue"}.get(field, field)
    rests_on = {
        "url": "arxiv_id" if paper.arxiv_id else "doi",
        "paper_id": "title" if paper.title else "paper_id",
        "bibtex": "title" if paper.title else "paper_id",
    }.get(field, field)
    if not getattr(paper, rests_on):
        label = _LABELS.get(field, field)
        known = "title" if paper.title else "paper_id"
        if field == "doi" and paper.arxiv_id:
            text = f"The library holds no DOI of {title}; its arXiv id is {paper.arxiv_id}."
            return Statement(text, ((paper, "arxiv_id"),))
        return Statement(f"The library holds no {label} of {title}.", ((paper, known),), lacks=True)
    text = {
        "authors": lambda: f"{title} was written by {author_list(paper)}.",
        "published": lambda: f"{title} was published {on_date(paper.published)}.",
        "arxiv_id": lambda: f"{title} is arXiv:{paper.arxiv_id}.",
        "doi": lambda: f"{title} has the DOI {paper.doi}.",
        "url": lambda: f"{title} can be read at {paper.url}.",
        "title": lambda: f"Its title is {title}.",
        "venue": lambda: f"{title} appeared in {paper.venue}.",
        "abstract": lambda: f"The library holds the abstract of {title}: “{paper.abstract}”",
        "paper_id": lambda: f"Yes, the library holds {title}.",
        "categories": lambda: f"{title} is in {_listed(paper.categories)}.",
        "sources": lambda: f"{title} was read from {_listed(paper.sources)}.",
        "bibtex": lambda: " ".join(bibtex([paper]).split()),
    }[field]()
    return Statement(text, ((paper, rests_on),))


def authors_at(paper: Paper, places: Sequence[int], is_it: Sequence[str] = ()) -> list[Statement]:
    """Who stands at these places among a paper's authors, from 1; -1 is the last; with a yes or no
    to whether it is somebody of the names `is_it`.
    """
    if not paper.authors:
        return [about(paper, "authors")]
    title, known = titled(paper), len(paper.authors)
    facts = ((paper, "authors"),)
    told: list[Statement] = []
    for place in places:
        if place < 0 and not paper.authors_complete:
            text = f"The library names only the first {counted(known, 'author')} of {title}"
            return [Statement(f"{text}: {author_list(paper)}.", facts)]
        if place == 0 or not -known <= place <= known:
            return [Statement(f"{title} {_has_authors(paper)}.", facts)]
        at = place if place > 0 else known + place + 1
        which = {-1: "last", -2: "last but one"}.get(place) or _ordinal(at)
        who = paper.authors[at - 1]
        yes = f"{'Yes' if who in is_it else 'No'}, the" if is_it else "The"
        text = f"{yes} {which} author of {title} is {who}."
        told.append(Statement(text, facts))
    return told


def other_authors(paper: Paper, names: Sequence[str]) -> Statement:
    """The authors of a paper beside those of these names."""
    others = tuple(name for name in paper.authors if name not in names)
    if not others or not names:
        return about(paper, "authors")
    listed_too = author_list(replace(paper, authors=others))
    text = f"Besides {' and '.join(names)}, {titled(paper)} was written by {listed_too}."
    return Statement(text, ((paper, "authors"),))


def is_author(paper: Paper, name: str) -> Statement:
    """Whether somebody of this name, as the catalogue spells it, wrote a paper."""
    if not paper.authors:
        return about(paper, "authors")
    if name in paper.authors:
        text = f"Yes, {name} is an author of {titled(paper)}."
    else:
        told = f"{titled(paper)} was written by {author_list(paper)}"
        text = f"No, the library does not name {name} among the authors: {told}."
    return Statement(text, ((paper, "authors"),))


def compared(papers: Sequence[Paper], how: str) -> Statement:
    """Which of several papers is `older` or `newer`, or has `more_authors` or `fewer_authors`."""
    by_date = how in ("older", "newer")
    field = "published" if by_date else "authors"
    facts = tuple((paper, field if getattr(paper, field) else "title") for paper in papers)
    unknown = [paper for paper in papers if not getattr(paper, field)]
    if unknown:
        return Statement(
            f"The library holds no {_LABELS.get(field, field)} of {titled(unknown[0])}.", facts
        )
    ordered = sorted(
        papers,
        key=lambda paper: paper.published if by_date else len(paper.authors),
        reverse=how in ("newer", "more_authors"),
    )
    first, second = (getattr(p, field) if by_date else len(p.authors) for p in ordered[:2])
    says = _COMPARED[how][len(papers) > 2]
    lead = f"{titled(ordered[0])} {says}"
    if first == second:
        lead = "They are equal"
    each = "; ".join(
        f"{titled(one)} {f'was published {on_date(one.published)}' if by_date else has}"
        for one, has in ((one, _has_authors(one)) for one in ordered)
    )
    return Statement(f"{lead}: {each}.", facts)


def _has_authors(paper: Paper) -> str:
    count = counted(len(paper.authors), "author")
    if paper.authors_complete:
        return f"has {count}"
    return f"has more than the {count} the library names; its sources say that there are others"


def on_date(date: str) -> str:
    return f"on {date}" if len(date) == len("2022-03-04") else f"in {date}"


def _ordinal(place: int) -> str:
    words = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
    return words[place - 1] if place <= len(words) else f"{place}th"


def titled(paper: Paper) -> str:
    """The title in quotation marks; the id of a paper without one."""
    return f"“{paper.title}”" if paper.title else paper.paper_id


def _listed(values: Sequence[str]) -> str:
    return values[0] if len(values) == 1 else f"{', '.join(values[:-1])} and {values[-1]}"


def author_list(paper: Paper) -> str:
    """The authors as a person would list them; "and others" where the sources name only some."""
    names = [*paper.authors, *([] if paper.authors_complete else ["others"])]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def listed(
    papers: Sequence[Paper], which: str, field: str, holds: str = "The library holds"
) -> CatalogueReply:
    """How many papers are `which` (" by Ada Wick", " from 2022"), and their titles; the words
    rest on `field`. `holds` leads up to the number.
    """
    shown = papers[:LISTED]
    facts = tuple(_rests_on(paper, field) for paper in shown)
    more = f" (the {LISTED} newest are listed)" if len(papers) > LISTED else ""
    lead = Statement(f"{holds} {counted(len(papers), 'paper')}{which}{more}.", facts)
    return CatalogueReply((lead, *lines(shown, field)))


def lines(papers: Sequence[Paper], field: str) -> tuple[Statement, ...]:
    """One line for each paper: title and date."""
    return tuple(
        Statement(
            f"{paper.title or paper.paper_id}{f' ({paper.published})' if paper.published else ''}",
            (_rests_on(paper, field),),
        )
        for paper in papers
    )


def _rests_on(paper: Paper, field: str) -> tuple[Paper, str]:
    return paper, field if getattr(paper, field) else "paper_id"


def counted(number: int, noun: str) -> str:
    """ "1 paper", "21 papers", "3 categories"."""
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun[:-1] + 'ies' if noun.endswith('y') else noun + 's'}"
