"""Reader of listings: category and date run together, title and authors run together, abstract."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.dates import WRITTEN_DATE, iso_date
from ingest.names import split_title_authors
from ingest.readers.page import Line, Piece, groups, lines_of, reject, split_abstract
from ingest.text import is_prose
from rag.types import Record

_DATE_LINE = re.compile(rf"(?P<category>[A-Za-z][A-Za-z.\-]*?)??\s*(?P<date>{WRITTEN_DATE})")
_AFFILIATIONS = re.compile(r"\s+[·•|]\s+")


def recognise(text: str) -> bool:
    """A line that is a date, perhaps behind a category, then a short line, then prose."""
    lines = lines_of(text)
    return any(
        _DATE_LINE.fullmatch(a.text) and not is_prose(b.text) and is_prose(c.text)
        for a, b, c in zip(lines, lines[1:], lines[2:], strict=False)
    )


def read(source: str, text: str) -> Iterator[Piece]:
    """One record a date line."""
    lines = lines_of(text)
    starts = [i for i, line in enumerate(lines) if _DATE_LINE.fullmatch(line.text)]
    for line in lines[: starts[0]]:
        yield reject(source, line, "stands before the first entry of the listing")
    for group in groups(lines, starts):
        yield from _entry(source, group)


def _entry(source: str, group: list[Line]) -> Iterator[Piece]:
    date_line, *body = group
    match = _DATE_LINE.fullmatch(date_line.text)
    published = iso_date(match["date"]) if match else ""
    if not body or is_prose(body[0].text):
        for line in group:
            yield reject(source, line, "is part of an entry without a title")
        return
    heading, *affiliations = _AFFILIATIONS.split(body[0].text)
    title, authors, complete = split_title_authors(heading)
    abstract, rest = split_abstract(body[1:])
    yield Record(
        source,
        0,
        title=title,
        abstract=abstract,
        authors=authors,
        authors_complete=complete,
        published=published,
    )
    if match and match["category"]:
        yield reject(source, date_line, "names a category, which is not kept", match["category"])
    for text in affiliations:
        yield reject(source, body[0], "names affiliations, not authors", text)
    for line in rest:
        yield reject(source, line, "stands between entries and is no part of one")
