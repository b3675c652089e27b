"""The layouts that can be read, and which reader a source goes to.

A new layout is one row in `LAYOUTS`: how it is recognised, and the function that reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from ingest.encoding import head_text, text_lines
from ingest.readers import (
    abstracts,
    author_page,
    bibtex,
    html_page,
    id_closed,
    json_array,
    jsonl,
    listing,
    paper_text,
    pdf,
    ris,
    summary,
    tables,
)
from ingest.readers.page import Piece
from ingest.sources import UTF16, Source, fault
from rag.errors import SourceError
from rag.types import Record, Reject


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of a source: its name, its bytes, and these as text, decoded leniently."""

    name: str
    data: bytes
    text: str


@dataclass(frozen=True, slots=True)
class Layout:
    """A way in which sources are laid out.

    `recognise` judges by the beginning of the source, and by its name only where the beginning
    leaves a doubt; `read` yields Records (their positions may be set afterwards) and Rejects,
    and raises SourceError. With `of_records` it is written by a program, one record after another:
    whatever is rejected was a record.
    """

    name: str
    recognise: Callable[[Head], bool]
    read: Callable[[Source], Iterator[Piece]]
    of_records: bool = False


def _page(
    name: str, recognise: Callable[[str], bool], read: Callable[[str, str], Iterator[Piece]]
) -> Layout:
    """A layout of pages, whose reader takes a source's name and whole text."""
    return Layout(
        name, lambda head: recognise(head.text), lambda source: read(source.name, source.text())
    )


def _lines(
    name: str,
    recognise: Callable[[Head], bool],
    read: Callable[[str, Iterator[str]], Iterator[Piece]],
) -> Layout:
    """A layout of other programs' exports, read line by line in whatever encoding they wrote."""
    return Layout(
        name, recognise, lambda source: read(source.name, text_lines(source)), of_records=True
    )


def _json_lines(source: Source) -> Iterator[str] | Iterator[bytes]:
    """JSON is UTF-8 and parsed as bytes, unless a mark says UTF-16, as PowerShell writes."""
    return text_lines(source) if source.head().startswith(UTF16) else source.lines()


LAYOUTS = (
    Layout("PDF", lambda head: pdf.recognise(head.data), pdf.read),
    Layout(
        "JSONL",
        lambda head: jsonl.recognise(head.text),
        lambda source: jsonl.read(source.name, _json_lines(source)),
        of_records=True,
    ),
    Layout("JSON", lambda head: json_array.recognise(head.text), json_array.read, of_records=True),
    _lines("RIS", lambda head: ris.recognise(head.text), ris.read),
    _lines("BibTeX", lambda head: bibtex.recognise(head.text), bibtex.read),
    Layout("HTML", lambda head: html_page.recognise(head.text), html_page.read),
    _lines("CSV or TSV", lambda head: tables.recognise(head.text, head.name), tables.read),
    _page("paper", paper_text.recognise_labelled, paper_text.read),
    _page("title and abstract", paper_text.recognise_bare, paper_text.read),
    _page("structured summary", summary.recognise, summary.read),
    _page("abstracts closed by ids", id_closed.recognise, id_closed.read),
    _page("listing", listing.recognise, listing.read),
    _page("author page", author_page.recognise, author_page.read),
    _page("abstract list", abstracts.recognise, abstracts.read),
)
"""Tried from the top: the stricter before the more general."""


def layout_of(source: Source) -> Layout:
    """The layout of `source`. Raises SourceError if it is empty or binary, or no layout fits."""
    data = source.head()
    head = Head(source.name, data, head_text(data))
    reason = "" if pdf.recognise(data) else fault(data)
    if reason:
        raise SourceError(source.label, reason)
    for layout in LAYOUTS:
        if layout.recognise(head):
            return layout
    text = source.text()  # a wrong encoding is the better explanation
    if reason := paper_text.refusal(text):
        raise SourceError(source.label, reason)
    names = ", ".join(layout.name for layout in LAYOUTS)
    raise SourceError(
        source.label, f"has none of the layouts that can be read ({names}); see README, Ingest"
    )


def read(source: Source) -> Iterator[Piece]:
    """The records and rejected pieces of `source`, records numbered from 0. Raises SourceError."""
    layout = layout_of(source)
    position = 0
    piece: Piece | None = None
    for piece in layout.read(source):
        if isinstance(piece, Record) and not _says_something(piece):
            yield Reject(source.name, 1, "is laid out like a paper, but names none")
        elif isinstance(piece, Record):
            yield piece if piece.position == position else replace(piece, position=position)
            position += 1
        else:
            yield replace(piece, record=layout.of_records)
    if piece is None:
        raise SourceError(source.label, f"is {layout.name} without a record in it; export it again")


def _says_something(record: Record) -> bool:
    return bool(record.title or record.abstract or record.summary or record.arxiv_id or record.doi)
