"""Reader of RIS, which reference managers export: records from `TY  -` to `ER  -`, by rispy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from ingest.readers.fields import Unusable, listed_names, make_record
from ingest.readers.page import Line, Piece, reject
from rag.types import Record

_START = re.compile(r"\s*TY\s{1,2}- ")
_TAG = re.compile(r"\s*([A-Z][A-Z0-9])\s{1,2}-(?:\s|$)")
_RECORD_CHARS = 2_000_000
_APPEARED_IN = frozenset("ABST CHAP CONF CPAPER ECHAP EJOUR INPR JFULL JOUR MGZN NEWS".split())
"""The types of which T2 is what the work appeared in; of others it may be a series of reports."""


def recognise(text: str) -> bool:
    """The first line that is not blank begins a record."""
    return _START.match(text.lstrip("\ufeff \r\n\t")) is not None


def read(source: str, lines: Iterable[str]) -> Iterator[Piece]:
    """One record a reference; one that holds none is rejected with the line on which it begins."""
    position = 0
    for number, reference in _references(lines):
        try:
            if isinstance(reference, str):
                raise Unusable(reference)
            yield _record(source, position, reference)
            position += 1
        except Unusable as unusable:
            first = reference[0] if isinstance(reference, list) else ""
            yield reject(source, Line(number, first, False), str(unusable))


def _references(lines: Iterable[str]) -> Iterator[tuple[int, list[str] | str]]:
    """For each reference the line it begins on, and its lines, continued ones put together.

    In place of the lines a reason, where it is too long to be one.
    """
    parts: list[list[str]] = []
    start = size = 0
    for number, line in enumerate(lines, start=1):
        match = _TAG.match(line)
        tag = match[1] if match else ""
        if tag == "TY" or not parts:
            if parts:
                yield start, _whole(parts, size)
            parts, start, size = [], number, 0
        if not line.strip() or (tag == "ER" and not parts):
            continue
        size += len(line)
        if size > _RECORD_CHARS:
            parts[1:] = []
        elif match:
            parts.append([f"{tag}  - {line[match.end() :].strip()}"])
        elif parts:
            parts[-1].append(line.strip())
        else:
            parts.append([line.strip()])  # stands outside a reference
        if tag == "ER":
            yield start, _whole(parts, size)
            parts = []
    if parts:
        yield start, _whole(parts, size)


def _whole(parts: list[list[str]], size: int) -> list[str] | str:
    if size > _RECORD_CHARS:
        return f"has more than {_RECORD_CHARS:,} characters; is its last line (ER) missing?"
    return [" ".join(part) for part in parts]


def _record(source: str, position: int, lines: list[str]) -> Record:
    import rispy

    if not lines[0].startswith("TY  -"):
        raise Unusable("stands outside a reference, which begins with 'TY  -'")
    found = rispy.RisParser(enforce_list_tags=False).parse_lines(iter([*lines, "ER  - "]))
    fields: dict[str, Any] = found[0]
    return make_record(
        source,
        position,
        docno=_text(fields, "id", "accession_number", "label"),
        title=_text(fields, "title", "primary_title", "translated_title"),
        abstract=_text(fields, "abstract", "notes_abstract"),
        authors=listed_names(_texts(fields, "authors") or _texts(fields, "first_authors")),
        published=_date(_text(fields, "date")) or _date(_text(fields, "year", "publication_year")),
        arxiv=_arxiv(fields),
        their_doi=_text(fields, "doi"),
        categories=_texts(fields, "keywords"),
        venues=_venues(fields),
    )


def _texts(fields: dict[str, Any], *names: str) -> list[str]:
    for name in names:
        value = fields.get(name)
        values = value if isinstance(value, list) else [value]
        found = [text for text in values if isinstance(text, str) and text]
        if found:
            return found
    return []


def _text(fields: dict[str, Any], *names: str) -> str:
    """The first of these fields that is there; of one that is repeated the first."""
    return next(iter(_texts(fields, *names)), "")


def _venues(fields: dict[str, Any]) -> list[str]:
    """The journal, or the proceedings or the book that holds it, the full names first."""
    named = dict(fields)
    if _text(fields, "type_of_reference") in _APPEARED_IN:
        named |= fields.get("unknown_tag", {})  # BT, which rispy does not know
    else:
        named |= dict.fromkeys(("secondary_title", "custom3"))
    journal = ("alternate_title3", "secondary_title", "journal_name")  # JF, T2, JO
    short = ("alternate_title1", "alternate_title2")  # J2, JA
    return [_text(named, name) for name in (*journal, "custom3", "BT", *short)]


def _date(text: str) -> str:
    """`2021/03/05/spring` without what is missing and the free text at its end."""
    match = re.match(r"\d{4}(?:[/-]\d{1,2}){0,2}", text)
    return match[0] if match else ""


def _arxiv(fields: dict[str, Any]) -> str:
    links = [link for text in _texts(fields, "urls", "url") for link in text.split(";")]
    return next((link for link in links if "arxiv.org/" in link.lower()), "")
