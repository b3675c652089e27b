"""Reader of structured summaries: a third party's page on one paper, facts, then sections."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.dates import iso_date
from ingest.identifiers import arxiv_id, doi
from ingest.names import author_list
from ingest.readers.page import Line, Piece, lines_of, reject
from rag.types import Record

_FACT = re.compile(r"(?:[-*•]\s*)?(?P<key>[A-Z][^:\n]{1,60}):\s+(?P<value>\S.*)")
_HEADING = re.compile(r"[A-Z#*][^.!?:]{2,60}:?\**")
_FIELDS = (
    ("authors", re.compile(r"\bauthors?\b", re.IGNORECASE)),
    ("published", re.compile(r"\b(?:date|published|year)\b", re.IGNORECASE)),
    ("title", re.compile(r"\btitle\b", re.IGNORECASE)),
    ("arxiv_id", re.compile(r"\barxiv\b", re.IGNORECASE)),
    ("doi", re.compile(r"\bdoi\b", re.IGNORECASE)),
)


def recognise(text: str) -> bool:
    """The page begins with facts, authors or a date or a title among them; sections follow."""
    facts, body = _split(lines_of(text))
    known = {_field(line) for line in facts} - {""}
    return len(known) >= 2 and "authors" in known and bool(body)


def read(source: str, text: str) -> Iterator[Piece]:
    """One record, whose summary is all that follows the facts, line by line as it stands."""
    facts, body = _split(lines_of(text))
    values: dict[str, str] = {}
    for line in facts:
        field, match = _field(line), _FACT.fullmatch(line.text)
        if field and match and field not in values and _usable(field, match["value"]):
            values[field] = match["value"].strip()
        else:
            yield reject(source, line, "is a remark about the summary, not about the paper")
    authors, complete = author_list(values.get("authors", ""))
    yield Record(
        source,
        0,
        title=values.get("title", ""),
        summary="\n".join(line.text for line in body),
        authors=authors,
        authors_complete=complete and bool(authors),
        published=iso_date(values.get("published", "")),
        arxiv_id=arxiv_id(values.get("arxiv_id", "")),
        doi=doi(values.get("doi", "")),
    )


def _split(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """The facts at the top, and everything from the first line that is none."""
    end = next((i for i, line in enumerate(lines) if not _FACT.fullmatch(line.text)), len(lines))
    body = lines[end:]
    return lines[:end], body if body and _HEADING.fullmatch(body[0].text) else []


def _field(line: Line) -> str:
    match = _FACT.fullmatch(line.text)
    if not match:
        return ""
    return next((field for field, key in _FIELDS if key.search(match["key"])), "")


def _usable(field: str, value: str) -> bool:
    checks = {"published": iso_date, "arxiv_id": arxiv_id, "doi": doi}
    return field not in checks or bool(checks[field](value))
