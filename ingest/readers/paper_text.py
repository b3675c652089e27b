"""Reader of one paper as plain text or Markdown: a title, perhaps authors, an abstract.

What has not this shape is refused: arbitrary prose must not become a paper.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.dates import WRITTEN_DATE, iso_date
from ingest.identifiers import arxiv_id, doi
from ingest.names import author_list, is_person
from ingest.readers.fields import Names, Unusable, make_record, printed_names
from ingest.readers.front_matter import page_lines
from ingest.readers.page import Line, Piece, ends_sentence, reject
from ingest.text import PROSE_WORDS, words
from rag.types import Reject

_LABEL = re.compile(
    r"(?P<mark>#{1,6}\s+|\*\*|__|_)?abstract(?:\*\*|__|_)?\s*(?P<sign>[:.—–-]*)\s*(?:\*\*|__|_)?"
    r"(?P<rest>.*)",
    re.IGNORECASE,
)
_FACT = re.compile(
    r"\W{0,4}(title|authors?|by|date|published|year|doi|arxiv(?: id)?|keywords|categories|tags"
    r"|venue|journal)"
    r"\*{0,2}\s*:\*{0,2}\s+(\S.*)",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"#{1,6}\s+\S|(?:\d+|[IVX]+)\.?\s+[A-Z]\w+(?:\s\w+){0,6}$"
    r"|(?:introduction|references|contents|background|methods)\W*$",
    re.IGNORECASE,
)
_FURNITURE = re.compile(r"(?:skip|menu|home|search|log ?in|sign|view|download|share)\b", re.I)
_LAST_FIRST = re.compile(r"[^\W\d_]+, [^\W\d_]+")
_SIGNS = re.compile(r"(?<=\w)[\d*∗†‡§¶]+")  # of affiliations, behind a name
_DATE = re.compile(rf"[A-Za-z.\-]*?\s*{WRITTEN_DATE}")
_RULE = re.compile(r"[-=*_]{3,}")
_TITLE_WORDS = 40
_BETWEEN = 12  # lines that may stand between title and abstract


@dataclass(frozen=True, slots=True)
class Shape:
    """Where a text has what: the title, the lines between, the abstract, the rest."""

    title: Line
    between: Sequence[Line]
    abstract: Sequence[Line]
    rest: Sequence[Line]


def recognise_labelled(text: str) -> bool:
    """A title comes first, and the one abstract below it is called so."""
    return _labelled(_content(text)) is not None


def recognise_bare(text: str) -> bool:
    """A title, perhaps a line of authors, one paragraph of prose, and no more."""
    return _bare(_content(text)) is not None


def read(source: str, text: str) -> Iterator[Piece]:
    """One record; lines that are no part of it are rejected, those after the abstract as one."""
    lines = _content(text)
    shape = _labelled(lines) or _bare(lines)
    if shape is None:
        return
    facts, left = _facts(shape)
    try:
        yield make_record(
            source,
            0,
            title=_fact(shape.title, "title") or _stripped(shape.title.text),
            abstract=_paragraphs(shape.abstract),
            authors=_authors(facts, left),
            published=iso_date(facts.get("date", "")),
            arxiv=facts.get("arxiv", ""),
            their_doi=facts.get("doi", ""),
            categories=re.split(r"[;,]", facts.get("keywords", "")),
            venues=(facts.get("venue", ""),),
        )
    except Unusable as unusable:
        yield reject(source, shape.title, str(unusable))
    for line in left:
        if not _names(line):
            yield reject(source, line, "stands beside title and abstract and is no part of them")
    if shape.rest:
        first = shape.rest[0]
        more = f", nor are the {len(shape.rest) - 1} lines below" if len(shape.rest) > 2 else ""
        reason = f"stands after the abstract and is not kept{more}"
        yield Reject(source, first.number, reason, first.text[:200])


def _content(text: str) -> list[Line]:
    """The lines without rules; a title underlined is a title without that too."""
    return [line for line in page_lines(text) if not _RULE.fullmatch(line.text)]


def refusal(text: str) -> str:
    """Why a text is refused that has the shape of a paper, but a short abstract; else empty."""
    shape = _called(_content(text))
    count = _word_count(shape.abstract) if shape else PROSE_WORDS
    if count >= PROSE_WORDS:
        return ""
    return (
        f"is laid out like a paper, but its abstract has {count} words, too few to tell it from a"
        f" note: give at least {PROSE_WORDS}, or the paper as JSONL, which may be of any length"
    )


def _labelled(lines: Sequence[Line]) -> Shape | None:
    shape = _called(lines)
    return shape if shape and _word_count(shape.abstract) >= PROSE_WORDS else None


def _word_count(lines: Sequence[Line]) -> int:
    return sum(len(line.text.split()) for line in lines)


def _called(lines: Sequence[Line]) -> Shape | None:
    """A title and, of whatever length, the one abstract below it that is called so."""
    labels = [i for i, line in enumerate(lines) if _label(line)]
    if len(labels) != 1 or not 0 < labels[0] <= _BETWEEN:
        return None
    at = labels[0]
    title, between = lines[0], lines[1:at]
    if not _is_title(title) or any(_is_prose(line) for line in between):
        return None
    if any(_DATE.fullmatch(line.text) for line in lines[: at - 1]):
        return None  # a listing, whose entries begin with a date
    match = _LABEL.fullmatch(lines[at].text)
    rest = match["rest"] if match else ""
    body = [Line(lines[at].number, rest, False)] if rest else []
    end = _end(lines, at + 1, inline=bool(rest))
    abstract = [*body, *lines[at + 1 : end]]
    return Shape(title, between, abstract, lines[end:])


def _label(line: Line) -> bool:
    """A heading "Abstract", or the word with a colon or the like, and prose behind it."""
    match = _LABEL.fullmatch(line.text)
    if not match:
        return False
    return not match["rest"] if not match["sign"] and not match["mark"] else True


def _end(lines: Sequence[Line], start: int, *, inline: bool) -> int:
    """Where the abstract that begins at `start` ends: at a heading or a fact, else a blank line.

    Behind a heading "Abstract" paragraphs are taken up to the next heading, if there is one.
    """
    blank = len(lines)
    for i in range(start, len(lines)):
        if _HEADING.match(lines[i].text) or _FACT.fullmatch(lines[i].text):
            return min(i, blank) if inline else i
        if lines[i].after_blank and (i > start or inline):
            blank = min(i, blank)
    return blank


def _bare(lines: Sequence[Line]) -> Shape | None:
    if len(lines) < 2 or not _is_title(lines[0]):
        return None
    if _LAST_FIRST.fullmatch(lines[0].text):
        return None  # the heading of an author's page
    start, end = 1, len(lines)
    while end > 1 and _is_fact(lines[end - 1]):
        end -= 1
    while start < end and (_is_fact(lines[start]) or _names(lines[start])):
        start += 1
    body = lines[start:end]
    if not body or not (body[0].after_blank or lines[0].text.startswith("#")):
        return None
    one = not any(line.after_blank or _HEADING.match(line.text) for line in body[1:])
    text = " ".join(line.text for line in body)
    if not one or len(text.split()) < PROSE_WORDS or not ends_sentence(text):
        return None
    return Shape(lines[0], [*lines[1:start], *lines[end:]], body, ())


def _is_fact(line: Line) -> bool:
    return bool(_FACT.fullmatch(line.text) or _form(line.text))


def _is_title(line: Line) -> bool:
    text = _fact(line, "title") or _stripped(line.text)
    return (
        len(words(text)) >= 2 and len(text.split()) <= _TITLE_WORDS
        and not text.endswith((".", ":", ";", ","))
        and not _FURNITURE.match(text)
        and not re.search(r"https?://|[{}<>]", text)
    )  # fmt: skip


def _is_prose(line: Line) -> bool:
    return len(line.text.split()) >= PROSE_WORDS and not _names(line)


def _stripped(text: str) -> str:
    """A heading or bold line without its marks."""
    return re.sub(r"^#{1,6}\s+|^\*\*|\*\*$|\s#+$", "", text).strip()


def _fact(line: Line, name: str) -> str:
    match = _FACT.fullmatch(line.text)
    return match[2].strip() if match and match[1].lower() == name else ""


_NAMES = {
    "by": "authors", "author": "authors", "published": "date", "year": "date",
    "arxiv id": "arxiv", "categories": "keywords", "tags": "keywords", "journal": "venue",
}  # fmt: skip


def _facts(shape: Shape) -> tuple[dict[str, str], list[Line]]:
    """What the lines beside the abstract say by name or by their form; the others."""
    facts: dict[str, str] = {}
    left: list[Line] = []
    for line in shape.between:
        match = _FACT.fullmatch(line.text)
        name = _NAMES.get(match[1].lower(), match[1].lower()) if match else _form(line.text)
        if name and name not in facts and name != "title":
            facts[name] = match[2].strip() if match else line.text
        else:
            left.append(line)
    return facts, left


def _form(text: str) -> str:
    """What a line is that says no name: an arXiv id, a DOI, a date."""
    for name, read_as in (("arxiv", arxiv_id), ("doi", doi), ("date", iso_date)):
        if len(text) <= 200 and read_as(text):
            return name
    return ""


def _authors(facts: dict[str, str], left: Sequence[Line]) -> Names:
    if "authors" in facts:
        return printed_names(facts["authors"])
    return next(filter(None, map(_names, left)), ((), False))


def _names(line: Line) -> Names | None:
    """The line as a list of authors, if it is nothing else."""
    text = _SIGNS.sub("", line.text.strip("*_ "))
    if len(text) > 5_000:
        return None
    names, complete = author_list(text)
    return (names, complete) if names and all(map(is_person, names)) else None


def _paragraphs(lines: Sequence[Line]) -> str:
    return "".join(("\n\n" if line.after_blank else "\n") + line.text for line in lines)
