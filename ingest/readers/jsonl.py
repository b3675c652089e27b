"""Reader of JSONL: one record a line, as an object with our own field names."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from ingest.dates import iso_date
from ingest.identifiers import arxiv_id, arxiv_id_of_doi, doi
from ingest.names import author_list, person_name, strip_et_al
from ingest.readers.page import Line, Piece, reject
from ingest.text import one_line
from rag.types import Record


class _Unusable(ValueError):
    """A line that holds no record; its text is the reason."""


def recognise(text: str) -> bool:
    """The first line that is not blank begins an object."""
    return text.lstrip().startswith("{")


def read(source: str, lines: Iterable[str]) -> Iterator[Piece]:
    """One record a line; a line that holds none is rejected with its number."""
    for number, text in enumerate(lines, start=1):
        if text.strip():
            try:
                yield _record(source, text)
            except _Unusable as unusable:
                yield reject(source, Line(number, text.strip(), False), str(unusable))


def _record(source: str, text: str) -> Record:
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _Unusable(f"is not JSON ({error})") from error
    if not isinstance(fields, dict):
        raise _Unusable(f"is no JSON object but {type(fields).__name__}")
    docno = _text(fields, "id")
    their_doi = doi(_text(fields, "doi"))
    authors, complete = _authors(fields.get("authors"))
    record = Record(
        source,
        0,
        docno=docno,
        title=one_line(_text(fields, "title")),
        abstract=_text(fields, "abstract"),
        authors=authors,
        authors_complete=complete,
        published=iso_date(_text(fields, "published", "date", "year")),
        arxiv_id=arxiv_id(_text(fields, "arxiv_id"))
        or arxiv_id_of_doi(their_doi)
        or arxiv_id(docno),
        doi="" if arxiv_id_of_doi(their_doi) else their_doi,
    )
    if not (record.title or record.abstract or record.arxiv_id or record.doi):
        raise _Unusable("has neither title nor abstract nor identifier")
    return record


def _text(fields: dict[str, Any], *names: str) -> str:
    """The first of these fields that is there, as text without surrounding white space."""
    for name in names:
        value = fields.get(name)
        if value is None or value == "":
            continue
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise _Unusable(f"its {name!r} is {type(value).__name__}, not text")
        return _sound(name, str(value)).strip()
    return ""


def _sound(name: str, text: str) -> str:
    """`text` of the field `name`, if it can be stored: JSON can spell half a character."""
    if not text.isprintable() and ("\0" in text or any("\ud800" <= c <= "\udfff" for c in text)):
        raise _Unusable(f"its {name!r} holds characters that are no text")
    return text


def _authors(value: object) -> tuple[tuple[str, ...], bool]:
    """Names from a list of strings, a list of objects with a `name`, or one printed list."""
    if value is None or value == "" or value == []:
        return (), False
    if isinstance(value, str):
        return author_list(_sound("authors", value))
    if not isinstance(value, list):
        raise _Unusable(f"its 'authors' is {type(value).__name__}, not a list of names")
    names = [entry.get("name") if isinstance(entry, dict) else entry for entry in value]
    if any(not isinstance(name, str) for name in names):
        raise _Unusable("its 'authors' holds something that is no name")
    stripped = [strip_et_al(_sound("authors", str(name)).strip()) for name in names]
    complete = all(whole for _, whole in stripped)
    return tuple(person_name(name) for name, _ in stripped if name), complete
