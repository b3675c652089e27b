"""Reader of abstract lists: each begins with the word "Abstract", nothing else is given."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.readers.page import Piece, groups, has_label, lines_of, reject, split_abstract
from ingest.text import is_prose
from rag.types import Record


def recognise(text: str) -> bool:
    """Most of the page's prose begins with "Abstract:"."""
    lines = lines_of(text)
    labelled = sum(has_label(line.text) for line in lines)
    prose = sum(is_prose(line.text) for line in lines)
    return labelled > 0 and 2 * labelled >= prose


def read(source: str, text: str) -> Iterator[Piece]:
    """One record an abstract."""
    lines = lines_of(text)
    starts = [i for i, line in enumerate(lines) if has_label(line.text)]
    for line in lines[: starts[0]]:
        yield reject(source, line, "stands before the first abstract")
    for group in groups(lines, starts):
        abstract, rest = split_abstract(group)
        if abstract:
            yield Record(source, 0, abstract=abstract)
        else:
            yield reject(source, group[0], "is the label of an abstract that is missing")
        for line in rest:
            yield reject(source, line, "stands between abstracts and is no part of one")
