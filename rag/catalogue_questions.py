"""Questions about the library itself (who wrote, when, which, how many), answered exactly.

A question is taken for one of these only if all its words are accounted for; anything else is
left to retrieval.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.errors import PaperNotFound
from rag.library import Library
from rag.retrieve import rank_papers, retrieve
from rag.terms import content_stems
from rag.types import Paper

NAME_WORDS = 5  # of an author at most; a question with more that are unknown names none
LISTED = 50  # papers named in one answer; a longer list is a table's task
_NAME_CANDIDATES = 20
_ARXIV_ID = re.compile(r"\d{4}\.\d{4,5}")


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


_WROTE = "wrote|authored|co-?authored|published|is behind|are behind|was behind"
_PUBLISHED = (
    "(?:first )?(?:published|released|come out|came out|appear(?:ed)?|written|posted|submitted)"
)
_WHAT_IS = "(?:what(?:'s| is|s| are)? |give me |show (?:me )?|list |name )?(?:the )?"
_ABOUT_ONE = tuple(
    (field, re.compile(pattern, re.IGNORECASE))
    for field, pattern in (
        (
            "authors",
            r"who(?:'s| is| are| was| were)? (?:all )?(?:the )?\w* ?authors? (?:of|on)"
            r" (?P<name>.+)",
        ),
        ("authors", rf"(?:who|which (?:people|authors|researchers)) (?:{_WROTE}) (?P<name>.+)"),
        ("authors", r"(?:by )?whom? (?:was|is) (?P<name>.+?) (?:written|authored)(?: by)?"),
        ("authors", rf"{_WHAT_IS}(?:\w+ )?authors? (?:of|for) (?P<name>.+)"),
        ("published", rf"when (?:was|were|is|did) (?P<name>.+?) {_PUBLISHED}"),
        (
            "published",
            r"(?:in )?(?:what|which) (?:year|month|date) (?:was|were|is|did) (?P<name>.+?)"
            rf" (?:{_PUBLISHED}|from)",
        ),
        ("published", rf"{_WHAT_IS}(?:publication|release) (?:date|year) (?:of|for) (?P<name>.+)"),
        ("published", r"how old is (?P<name>.+)"),
        ("arxiv_id", rf"{_WHAT_IS}arxiv (?:id|number|identifier|link) (?:of|for) (?P<name>.+)"),
        ("title", rf"{_WHAT_IS}(?:full |exact )?title of (?P<name>.+)"),
    )
)
_LIST_WORDS = frozenset(
    """a about all also and any anything are as at author authored authors by came can come
    collection contain contains contributed date dated did do does else ever everything find
    from get give has have here hold holds how i in included is it know library list many me name
    named of on one ones out paper papers please publication publications publish published
    release released see show some tell that the their them there these they this titles to total
    us was we were what whats which who with work works write written wrote year you your""".split()
)
_YEAR = r"(?:19|20)\d\d"
_SPAN = re.compile(
    rf"(?:between |from )?(?P<low>{_YEAR})\s*(?:-|–|to|and|until)\s*(?P<high>{_YEAR})"
    rf"|(?P<since>since|from|starting in)\s+(?P<start>{_YEAR})(?=\s+on\b|\s+onwards?\b)"
    rf"|since\s+(?P<after_or_in>{_YEAR})|(?:after|later than)\s+(?P<after>{_YEAR})"
    rf"|(?:before|earlier than|until)\s+(?P<before>{_YEAR})|(?P<year>{_YEAR})",
    re.IGNORECASE,
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


def answer_from_catalogue(
    library: Library, question: str, earlier: str = ""
) -> CatalogueReply | None:
    """The exact answer if `question` asks about the library itself, else None.

    A pronoun in place of a paper's name means the paper that `earlier`, if given, is best met by.
    """
    text = " ".join(question.split()).strip(" ?!.")
    for field, pattern in _ABOUT_ONE:
        match = pattern.fullmatch(text)
        if match:
            papers = papers_named(library, match["name"])
            if not papers and earlier and not content_stems(match["name"]):
                papers = _met_by(library, earlier)
            if papers:
                return CatalogueReply(tuple(_about(paper, field) for paper in papers))
    return _listing(library, text)


def papers_named(library: Library, name: str) -> list[Paper]:
    """The papers that a person may mean by `name` ("the weak-to-strong paper"); mostly one.

    All words of the name must be in the title; failing that, in the text, and then the paper
    that speaks of it most often is meant.
    """
    if identifier := _ARXIV_ID.search(name):
        try:
            return [library.paper(identifier[0])]
        except PaperNotFound:
            return []
    stems = set(content_stems(name))
    if not stems:
        return []
    ranked = rank_papers(retrieve(library, name, _NAME_CANDIDATES).hits)
    by_id = {paper.paper_id: paper for paper in library.papers(p.paper_id for p in ranked)}
    papers = [by_id[item.paper_id] for item in ranked if item.paper_id in by_id]
    titled = [(paper, set(content_stems(paper.title))) for paper in papers]
    exact = [paper for paper, title in titled if stems == title]
    if exact:
        return exact
    within = [paper for paper, title in titled if stems <= title]
    if within:
        return within
    mentions = [
        (paper, content_stems(f"{paper.title} {paper.abstract} {paper.summary}"))
        for paper in papers
    ]
    told = [(paper, words) for paper, words in mentions if stems <= {*words}]
    told.sort(key=lambda item: -sum(word in stems for word in item[1]))
    return [paper for paper, _ in told[:1]]


def _met_by(library: Library, question: str) -> list[Paper]:
    ranked = rank_papers(retrieve(library, question, 1).hits)
    return library.papers(paper.paper_id for paper in ranked)


def _about(paper: Paper, field: str) -> Statement:
    title = f"“{paper.title}”" if paper.title else paper.paper_id
    text = {
        "authors": f"{title} was written by {author_list(paper)}.",
        "published": f"{title} was published on {paper.published}.",
        "arxiv_id": f"{title} is arXiv:{paper.arxiv_id}.",
        "title": f"Its title is {title}.",
    }[field]
    if not getattr(paper, field):
        label = {"published": "date", "arxiv_id": "arXiv id"}.get(field, field)
        known = "title" if paper.title else "paper_id"
        return Statement(f"The library holds no {label} of {title}.", ((paper, known),))
    if field == "published" and len(paper.published) < len("2022-03-04"):
        text = f"{title} was published in {paper.published}."
    return Statement(text, ((paper, field),))


def author_list(paper: Paper) -> str:
    """The authors as a person would list them; "and others" where the sources name only some."""
    names = [*paper.authors, *([] if paper.authors_complete else ["others"])]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _listing(library: Library, text: str) -> CatalogueReply | None:
    span = _SPAN.search(text)
    rest = text[: span.start()] + " " + text[span.end() :] if span else text
    words = _NAME_PART.findall(rest)
    unknown = [word for word in words if word.lower().removesuffix("'s") not in _LIST_WORDS]
    if not unknown and not _THE_LIBRARY.search(rest):
        return None
    author = ""
    if not unknown:
        papers = library.papers()
    else:
        papers = library.papers_by(map(_without_s, unknown)) if len(unknown) <= NAME_WORDS else []
        author = _author_named(papers, unknown)
        if not author:
            stranger = _BY_SOMEONE.search(text)
            if stranger and set(unknown) <= set(re.findall(r"[\w.'-]+", stranger["name"])):
                return CatalogueReply((), f"no paper in the library is by {stranger['name']}")
            return None
    years = _years(span) if span else None
    chosen = [
        paper
        for paper in papers
        if (not author or author in paper.authors)
        and (years is None or (paper.year is not None and years[0] <= paper.year <= years[1]))
    ]
    which = f"{f' by {author}' if author else ''}{_years_in_words(years)}"
    if not chosen:
        return CatalogueReply((), f"no paper in the library is{which}")
    return _listed(chosen, which, "authors" if author else "published" if years else "title")


def _listed(papers: Sequence[Paper], which: str, field: str) -> CatalogueReply:
    shown = papers[:LISTED]
    facts = tuple((paper, field) for paper in shown)
    number = f"{len(papers)} paper{'s' if len(papers) > 1 else ''}"
    more = f" (the {LISTED} newest are listed)" if len(papers) > LISTED else ""
    lead = Statement(f"The library holds {number}{which}{more}.", facts)
    lines = tuple(
        Statement(f"{paper.title}{f' ({paper.published})' if paper.published else ''}", (fact,))
        for paper, fact in zip(shown, facts, strict=True)
    )
    return CatalogueReply((lead, *lines))


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


def _years(span: re.Match[str]) -> tuple[int, int]:
    groups = {key: int(v) for key, v in span.groupdict().items() if v and v.isdigit()}
    if "low" in groups:
        return groups["low"], groups["high"]
    if "start" in groups or "after_or_in" in groups:
        return groups.get("start", groups.get("after_or_in", 0)), 9999
    if "after" in groups:
        return groups["after"] + 1, 9999
    if "before" in groups:
        return 0, groups["before"] - 1
    return groups["year"], groups["year"]


def _years_in_words(years: tuple[int, int] | None) -> str:
    if years is None:
        return ""
    low, high = years
    if low == high:
        return f" from {low}"
    if high == 9999:
        return f" from {low} or later"
    return f" from {high} or earlier" if low == 0 else f" from {low} to {high}"
