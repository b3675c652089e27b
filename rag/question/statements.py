"""What the catalogue says, in sentences: each with the papers and fields that it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.types import Paper

LISTED = 50  # papers named in one answer; a longer list is a table's task


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence about catalogue fields: each `(paper, field)` it rests on."""

    text: str
    facts: tuple[tuple[Paper, str], ...]


@dataclass(frozen=True, slots=True)
class CatalogueReply:
    """Statements that answer the question, or none and the `reason` why not."""

    statements: tuple[Statement, ...]
    reason: str = ""


def about(paper: Paper, field: str) -> Statement:
    """What the catalogue says of one field of a paper, or that it says nothing; `author_count` is
    how many authors it has.
    """
    title = titled(paper)
    if field == "author_count" and paper.authors:
        count = counted(len(paper.authors), "author")
        told = (
            f"{title} has {count}."
            if paper.authors_complete
            else (f"The library names {count} of {title}; its sources say that there are others.")
        )
        return Statement(told, ((paper, "authors"),))
    field = "authors" if field == "author_count" else field
    text = {
        "authors": f"{title} was written by {author_list(paper)}.",
        "published": f"{title} was published on {paper.published}.",
        "arxiv_id": f"{title} is arXiv:{paper.arxiv_id}.",
        "title": f"Its title is {title}.",
        "venue": f"{title} appeared in {paper.venue}.",
    }[field]
    if not getattr(paper, field):
        label = {"published": "date", "arxiv_id": "arXiv id"}.get(field, field)
        known = "title" if paper.title else "paper_id"
        return Statement(f"The library holds no {label} of {title}.", ((paper, known),))
    if field == "published" and len(paper.published) < len("2022-03-04"):
        text = f"{title} was published in {paper.published}."
    return Statement(text, ((paper, field),))


def titled(paper: Paper) -> str:
    """The title in quotation marks; the id of a paper without one."""
    return f"“{paper.title}”" if paper.title else paper.paper_id


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
