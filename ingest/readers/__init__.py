"""The layouts that can be read, and which reader a source goes to.

A new layout is one row in `LAYOUTS`: how it is recognised, and the function that reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from ingest.readers import abstracts, author_page, id_closed, jsonl, listing, summary
from ingest.readers.page import Piece
from ingest.sources import Source, fault
from rag.errors import SourceError
from rag.types import Record


@dataclass(frozen=True, slots=True)
class Layout:
    """A way in which sources are laid out.

    `recognise` judges by the beginning of the source, decoded leniently; `read` yields Records
    (their positions are set afterwards) and Rejects, and raises SourceError.
    """

    name: str
    recognise: Callable[[str], bool]
    read: Callable[[Source], Iterator[Piece]]


def _page(read: Callable[[str, str], Iterator[Piece]]) -> Callable[[Source], Iterator[Piece]]:
    """A reader of pages, which takes name and whole text, as a reader of sources."""
    return lambda source: read(source.name, source.text())


LAYOUTS = (
    Layout("JSONL", jsonl.recognise, lambda source: jsonl.read(source.name, source.lines())),
    Layout("structured summary", summary.recognise, _page(summary.read)),
    Layout("abstracts closed by ids", id_closed.recognise, _page(id_closed.read)),
    Layout("listing", listing.recognise, _page(listing.read)),
    Layout("author page", author_page.recognise, _page(author_page.read)),
    Layout("abstract list", abstracts.recognise, _page(abstracts.read)),
)
"""Tried from the top: the stricter before the more general."""


def layout_of(source: Source) -> Layout:
    """The layout of `source`. Raises SourceError if it is no text, or no layout fits."""
    head = source.head()
    reason = fault(head)
    if reason:
        raise SourceError(source.label, reason)
    text = head.decode("utf-8-sig", errors="replace")
    for layout in LAYOUTS:
        if layout.recognise(text):
            return layout
    source.text()  # a wrong encoding is the better explanation
    names = ", ".join(layout.name for layout in LAYOUTS)
    raise SourceError(
        source.label, f"has none of the layouts that can be read ({names}); see README, Ingest"
    )


def read(source: Source) -> Iterator[Piece]:
    """The records and rejected pieces of `source`, records numbered from 0. Raises SourceError."""
    position = 0
    for piece in layout_of(source).read(source):
        if isinstance(piece, Record):
            yield replace(piece, position=position)
            position += 1
        else:
            yield piece
