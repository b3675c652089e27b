"""Reader of JSONL: one record a line, as an object with fields of our own or a known export's.

Known are the arXiv metadata snapshot, the BEIR layout, and what OpenAlex, Semantic Scholar and
CSL-JSON (Zotero) write. See `FIELDS`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from ingest.latex import accents
from ingest.readers.fields import (
    Names,
    Unusable,
    listed_names,
    make_record,
    printed_names,
    printed_subjects,
)
from ingest.readers.page import Line, Piece, reject
from ingest.sources import LINE_BYTES, not_utf8
from ingest.venues import of_location
from rag.types import Record

Fields = dict[str, Any]

DOCNO = ("id", "_id", "docno", "paperId", "paper_id", "corpusid", "doc_id")
TITLE = ("title", "display_name")
ABSTRACT = ("abstract", "text")
PUBLISHED = ("published", "date", "publication_date", "publicationDate", "year", "publication_year")
VENUE = (
    "venue", "journal", "booktitle", "journal-ref", "journal_ref", "journal_name", "journalName",
    "container-title", "containerTitle", "publicationTitle", "publicationVenue", "host_venue",
)  # fmt: skip
"""What the parts of a record are called, the more exact names first."""

_MOST_WORDS = 20_000  # of an abstract spelled as an index of its words
_CREATED = re.compile(r"\d{1,2} [A-Z][a-z]{2} \d{4}")  # Mon, 2 Apr 2007 19:18:42 GMT
_INDENTED = re.compile(r"\n {2,}")  # so the snapshot begins a paragraph


def recognise(text: str) -> bool:
    """The first line that is not blank begins an object."""
    return text.lstrip().startswith("{")


def read(source: str, lines: Iterable[str | bytes]) -> Iterator[Piece]:
    """One record a line; a line that holds none is rejected with its number."""
    position = 0
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield record_of(source, position, _object(line))
            except Unusable as unusable:
                shown = line[:1000]
                text = shown if isinstance(shown, str) else shown.decode(errors="replace")
                yield reject(source, Line(number, text.strip(), False), str(unusable))
            else:
                position += 1


def _object(line: str | bytes) -> Fields:
    if len(line) > LINE_BYTES:
        raise Unusable("is longer than 16 MiB, too long for one record")
    try:
        fields = orjson.loads(line)
    except orjson.JSONDecodeError:
        fields = _precisely(line)
    if not isinstance(fields, dict):
        raise Unusable(f"is no JSON object but {type(fields).__name__}")
    return fields


def _precisely(line: str | bytes) -> object:
    """What the standard library makes of a line: it allows more, and says better what is wrong."""
    try:
        return json.loads(line.decode() if isinstance(line, bytes) else line)
    except UnicodeDecodeError as error:
        raise Unusable(not_utf8(error)) from error
    except (ValueError, RecursionError) as error:
        raise Unusable(f"is not JSON ({error})") from error


def record_of(source: str, position: int, fields: Fields) -> Record:
    """The record that an object stands for. Raises Unusable."""
    if "authors_parsed" in fields or "versions" in fields:
        return _of_snapshot(source, position, fields)
    ids = _table(fields.get("externalIds"))
    return make_record(
        source,
        position,
        docno=_text(fields, *DOCNO),
        title=_text(fields, *TITLE),
        abstract=_text(fields, *ABSTRACT) or _uninverted(fields.get("abstract_inverted_index")),
        authors=_authors(fields),
        published=_text(fields, *PUBLISHED) or _issued(fields.get("issued")),
        arxiv=_text(fields, "arxiv_id") or _text(ids, "ArXiv"),
        their_doi=_text(fields, "doi", "DOI") or _text(ids, "DOI"),
        categories=_categories(fields, "categories", "keywords", "fieldsOfStudy"),
        venues=_venues(fields),
    )


def _of_snapshot(source: str, position: int, fields: Fields) -> Record:
    """A record of arXiv's metadata snapshot: TeX accents, lines broken, names in parts."""
    parts = fields.get("authors_parsed")
    names: Names
    if isinstance(parts, list) and parts:
        names = listed_names([_spoken(name) for name in parts])
    else:
        names = printed_names(accents(_text(fields, "authors")))
    versions = fields.get("versions")
    first = _table(versions[0]) if isinstance(versions, list) and versions else {}
    created = _CREATED.search(_text(first, "created")[:100])
    docno = _text(fields, "id")
    return make_record(
        source,
        position,
        docno=docno,
        title=accents(_text(fields, "title")),
        abstract=_INDENTED.sub("\n\n", accents(_text(fields, "abstract"))),
        authors=names,
        published=created[0] if created else "",
        arxiv=docno,
        their_doi=_text(fields, "doi").partition(" ")[0],  # a few papers have several
        categories=_categories(fields, "categories"),
        venues=(accents(name) for name in _venues(fields)),
    )


def _spoken(name: object) -> str:
    """`["Le Cun", "Yann", "Jr."]`, last name first, as it is spoken."""
    if not isinstance(name, list) or not all(isinstance(part, str) for part in name):
        raise Unusable("its 'authors_parsed' holds something that is no name")
    last, first, suffix = [*name, "", "", ""][:3]
    return accents(" ".join(part for part in (first, last, suffix) if part))


def _text(fields: Fields, *names: str) -> str:
    """The first of these fields that is there, as text without surrounding white space."""
    for name in names:
        value = fields.get(name)
        if value is None or value == "":
            continue
        if isinstance(value, str):
            return value.strip()
        if isinstance(value, float) and value.is_integer():
            value = int(value)  # as pandas writes a year
        if isinstance(value, bool) or not isinstance(value, int):
            raise Unusable(f"its {name!r} is {type(value).__name__}, not text")
        return str(value)
    return ""


def _table(value: object) -> Fields:
    return value if isinstance(value, dict) else {}


def _authors(fields: Fields) -> Names:
    """Names as a list of strings or of objects, or as one printed list."""
    for field in ("authors", "author", "authorships"):
        value = fields.get(field)
        if value is None or value == "" or value == []:
            continue
        if isinstance(value, str):
            return printed_names(value)
        if not isinstance(value, list):
            raise Unusable(f"its {field!r} is {type(value).__name__}, not a list of names")
        names = [entry if isinstance(entry, str) else _name(entry) for entry in value]
        if None in names:
            raise Unusable(f"its {field!r} holds something that is no name")
        return listed_names([name for name in names if name is not None])
    return (), False


def _name(entry: object) -> str | None:
    """The name in an object: `name`, OpenAlex's nested one, or `given` and `family`."""
    person = _table(entry)
    person = _table(person.get("author")) or person
    name = person.get("name") or person.get("display_name") or person.get("literal")
    if name is None and isinstance(person.get("family"), str):
        return f"{person.get('given') or ''} {person['family']}".strip()
    return name if isinstance(name, str) else None


def _categories(fields: Fields, *names: str) -> list[str]:
    """Subjects as a list of strings or of objects with a name, or as one printed list."""
    for field in names:
        value = fields.get(field)
        if isinstance(value, str):
            return printed_subjects(value)
        if isinstance(value, list) and value:
            subjects = [entry if isinstance(entry, str) else _name(entry) for entry in value]
            return [subject for subject in subjects if subject]
    return []


def _venues(fields: Fields) -> list[str]:
    """What may name the venue: text, a list of it (Crossref), or an object (OpenAlex)."""
    values = [fields.get(name) for name in VENUE]
    values = [value[0] if isinstance(value, list) and value else value for value in values]
    names = [value if isinstance(value, str) else _name(value) for value in values]
    return [name for name in names if name] + [of_location(fields.get("primary_location"))]


def _issued(value: object) -> str:
    """CSL-JSON's date: `{"date-parts": [[2021, 3, 5]]}`."""
    dates = _table(value).get("date-parts")
    parts = dates[0] if isinstance(dates, list) and dates and isinstance(dates[0], list) else []
    return "-".join(f"{part:02}" if isinstance(part, int) else str(part) for part in parts[:3])


def _uninverted(value: object) -> str:
    """OpenAlex's abstract, given as the places at which each word stands."""
    places = [
        (place, word)
        for word, where in _table(value).items()
        if isinstance(where, list)
        for place in where
        if isinstance(place, int)
    ]
    if len(places) > _MOST_WORDS:
        raise Unusable(f"its abstract has {len(places):,} words, more than {_MOST_WORDS:,}")
    return " ".join(word for _, word in sorted(places))
