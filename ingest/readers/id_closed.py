"""Reader of id-closed pages: an arXiv id closes each abstract and may run into the next."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.identifiers import ARXIV_ID
from ingest.readers.page import Line, Piece, ends_sentence, lines_of, reject, split_abstract
from ingest.text import is_prose
from rag.types import Record

# Only an id at the start of a line closes a record; within a sentence it cites another paper.
_CLOSING = re.compile(
    rf"arXiv:\s*(?P<id>{ARXIV_ID})(?:v\d+)?(?:\s*\[[\w.\-]+\])?\s*", re.IGNORECASE
)


def recognise(text: str) -> bool:
    """Ids stand at line starts, prose before the first, nothing (or another entry) after each."""
    lines = lines_of(text)
    ids = [i for i, line in enumerate(lines) if _CLOSING.match(line.text)]
    return bool(ids) and any(is_prose(line.text) for line in lines[: ids[0]])


def read(source: str, text: str) -> Iterator[Piece]:
    """One record an id, and one for prose after the last id."""
    entry: list[Line] = []
    for line in lines_of(text):
        match = _CLOSING.match(line.text)
        if not match:
            entry.append(line)
            continue
        yield from _entry(source, entry, match["id"])
        rest = line.text[match.end() :]
        entry = [Line(line.number, rest, True)] if rest else []
    yield from _entry(source, entry, "")


def _entry(source: str, lines: list[Line], arxiv_id: str) -> Iterator[Piece]:
    """A title may stand before the abstract; short lines after it are remarks."""
    first = next((i for i, line in enumerate(lines) if is_prose(line.text)), None)
    if first is None:
        if arxiv_id:
            yield Record(source, 0, arxiv_id=arxiv_id)
        for line in lines:
            yield reject(source, line, "is too short for an abstract")
        return
    titled = first > 0 and not ends_sentence(lines[first - 1].text)
    for line in lines[: first - titled]:
        yield reject(source, line, "stands before an abstract and is no part of it")
    abstract, rest = split_abstract(lines[first:])
    title = lines[first - 1].text if titled else ""
    yield Record(source, 0, title=title, abstract=abstract, arxiv_id=arxiv_id)
    for line in rest:
        yield reject(source, line, "is a remark about the paper, no part of its abstract")
