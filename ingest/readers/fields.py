"""From the fields of a source to a record: what every reader of fields shares.

Fields are checked and bounded here, so that no reader hands on what cannot be stored or what
would make a later comparison slow.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ingest.dates import iso_date
from ingest.identifiers import arxiv_id, arxiv_id_of_doi, doi
from ingest.names import author_list, person_name, strip_et_al
from ingest.text import one_line
from ingest.venues import venue
from rag.types import Record

Names = tuple[tuple[str, ...], bool]
"""Authors as they are spoken, and whether the list is complete."""

_NO_TEXT = re.compile("[\0\ud800-\udfff]")
_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*")
_CODE = re.compile(r"[a-z]+(?:-[a-z]+)*(?:\.[A-Za-z]+(?:-[a-z]+)*)?")  # cs.LG, hep-th
_DATE_CHARS = 100  # no date is longer
_MOST_CHARS = {"title": 5_000, "venue": 5_000, "id": 1_000, "doi": 2_000, "categories": 100_000}
_MOST_CHARS_ELSE = 500_000  # of an abstract, of all authors
_MOST_NAMES = 20_000  # the largest collaborations sign with five thousand
_MOST_CATEGORIES = 1_000


class Unusable(ValueError):
    """A piece of a source that holds no record; its text is the reason."""


def make_record(
    source: str,
    position: int,
    *,
    docno: str = "",
    title: str = "",
    abstract: str = "",
    authors: Names = ((), False),
    published: str = "",
    arxiv: str = "",
    their_doi: str = "",
    categories: Iterable[str] = (),
    venues: Iterable[str] = (),
) -> Record:
    """A record of these fields as the source writes them. Raises Unusable.

    The arXiv id may also stand in `docno` or be part of the DOI. `venues` are what may name the
    venue, the more exact first. White space around all fields,
    and line breaks in the title and within a paragraph of the abstract, are not kept.
    """
    clean_doi = doi(sound("doi", their_doi)) if their_doi else ""
    of_doi = arxiv_id_of_doi(clean_doi) if clean_doi else ""
    names, complete = authors
    sound("authors", " ".join(names))
    record = Record(
        source,
        position,
        docno=sound("id", docno).strip(),
        title=one_line(sound("title", title)),
        abstract=unwrapped(sound("abstract", abstract)),
        authors=names,
        authors_complete=complete and bool(names),
        published=iso_date(published) if 0 < len(published) <= _DATE_CHARS else "",
        arxiv_id=arxiv_id(arxiv) or of_doi or arxiv_id(docno),
        doi="" if of_doi else clean_doi,
        categories=_subjects(categories),
        venue=venue(*(sound("venue", name) for name in venues)),
    )
    if not (record.title or record.abstract or record.arxiv_id or record.doi):
        raise Unusable("has neither title nor abstract nor identifier")
    if len(names) > _MOST_NAMES:
        raise Unusable(f"has {len(names):,} authors, more than the {_MOST_NAMES:,} that are read")
    return record


def sound(name: str, text: str) -> str:
    """`text` of the field `name`, if it can be stored. Raises Unusable for half characters, NUL."""
    most = _MOST_CHARS.get(name, _MOST_CHARS_ELSE)
    if len(text) > most:
        raise Unusable(f"its {name!r} has {len(text):,} characters, more than {most:,}")
    if not text.isprintable() and _NO_TEXT.search(text):
        raise Unusable(f"its {name!r} holds characters that are no text")
    return text


def unwrapped(text: str) -> str:
    """`text` with the lines of each paragraph put together; paragraphs are kept, one a line."""
    text = text.strip()
    if "\n" not in text and "\r" not in text:
        return text
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(filter(None, map(one_line, _PARAGRAPH.split(lines))))


def printed_names(text: str) -> Names:
    """The names in a printed list."""
    return author_list(sound("authors", text)) if text else ((), False)


def listed_names(names: Sequence[str]) -> Names:
    """Names given one by one, each as `First Last` or `Last, First`; the last may be "et al."."""
    if not names:
        return (), False
    sound("authors", " ".join(names))
    last, complete = strip_et_al(names[-1].strip())
    return tuple(person_name(name) for name in [*names[:-1], last] if name.strip()), complete


def printed_subjects(text: str) -> list[str]:
    """The categories or keywords in a printed list: `cs.LG stat.ML`, `moss; walls`."""
    for mark in (";", "|", ","):
        if mark in text:
            return text.split(mark)
    parts = sound("categories", text).split()
    return parts if all(map(_CODE.fullmatch, parts)) and any("." in p for p in parts) else [text]


def _subjects(categories: Iterable[str]) -> tuple[str, ...]:
    """Categories without repeats, in the order given."""
    found = {one_line(sound("categories", category)): None for category in categories}
    found.pop("", None)
    if len(found) > _MOST_CATEGORIES:
        raise Unusable(f"has {len(found):,} categories, more than {_MOST_CATEGORIES:,}")
    return tuple(found)
