"""Reader of author pages: a heading names the author, then title, venue, abstract repeat."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.names import is_person, person_name
from ingest.readers.page import Line, Piece, lines_of, reject, split_abstract
from ingest.text import is_prose
from ingest.venues import venue
from rag.types import Record

_LAST_FIRST = re.compile(r"[^\W\d_][^,;:\d]*, [^\W\d_][^,;:\d]*")
_HEADING_LINES = 15  # how far down a page its heading may stand


def recognise(text: str) -> bool:
    """Near the top a line that is a name, last name first; below it short lines and prose."""
    lines = lines_of(text)
    heading = _heading(lines)
    return heading is not None and any(is_prose(line.text) for line in lines[heading + 1 :])


def read(source: str, text: str) -> Iterator[Piece]:
    """One record an abstract; the heading's name is known of its authors, the others are not."""
    lines = lines_of(text)
    heading = _heading(lines)
    if heading is None:
        return
    author = person_name(lines[heading].text)
    for line in lines[:heading]:
        yield reject(source, line, "stands before the heading of the page")
    entries, leftover = _entries(lines[heading + 1 :])
    several = sum(len(short) >= 2 for short, _ in entries)
    venues = several if several * 2 > len(entries) else 0
    for short, prose in entries:
        yield from _entry(source, author, short, prose, venues)
    for line in leftover:
        yield reject(source, line, "stands after the last abstract")


def _heading(lines: list[Line]) -> int | None:
    for i, line in enumerate(lines[:_HEADING_LINES]):
        if is_prose(line.text):
            return None
        if _LAST_FIRST.fullmatch(line.text) and is_person(person_name(line.text)):
            return i
    return None


def _entries(lines: list[Line]) -> tuple[list[tuple[list[Line], list[Line]]], list[Line]]:
    """Pairs of short lines and the prose that follows them, and the short lines at the end."""
    entries: list[tuple[list[Line], list[Line]]] = []
    short: list[Line] = []
    prose: list[Line] = []
    for line in lines:
        if is_prose(line.text):
            prose.append(line)
        else:
            if prose:
                entries.append((short, prose))
                short, prose = [], []
            short.append(line)
    if prose:
        return [*entries, (short, prose)], []
    return entries, short


def _entry(
    source: str, author: str, short: list[Line], prose: list[Line], venues: int
) -> Iterator[Piece]:
    """The title stands last before the abstract, or last but one where the page gives venues.

    A page that gives but one may as well show something else in that place.
    """
    at = max(len(short) - (2 if venues else 1), 0)
    abstract, rest = split_abstract(prose)
    title = short[at].text if short else ""
    named = venue(short[at + 1].text) if venues > 1 and at + 1 < len(short) else ""
    yield Record(source, 0, title=title, abstract=abstract, authors=(author,), venue=named)
    for i, line in enumerate(short):
        if i < at:
            yield reject(source, line, "stands between entries and is no part of one")
        elif i > at and not named:
            yield reject(source, line, "names no journal and no conference for certain")
    for line in rest:
        yield reject(source, line, "stands between entries and is no part of one")
