"""Reader of JSON: an array of records, parsed as a stream by ijson, one object in memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from ingest.readers.fields import Unusable
from ingest.readers.jsonl import record_of
from ingest.readers.page import Line, Piece, reject
from ingest.sources import LINE_BYTES, Source
from ingest.text import one_line
from rag.errors import SourceError

_ARRAY = re.compile(r"\s*\[\s*(?:\{|\])")
_MOST_DEPTH = 100  # of what is nested in what


def recognise(text: str) -> bool:
    """An array of objects begins."""
    return _ARRAY.match(text) is not None


def read(source: Source) -> Iterator[Piece]:
    """One record an object of the array; one that holds none is rejected with its place in it.

    Places count from 1, as lines do. Raises SourceError where the JSON itself breaks off.
    """
    position = place = 0
    with source.stream() as stream:
        for value in _values(source, stream):
            place += 1
            try:
                if not isinstance(value, dict):
                    raise Unusable(f"is no JSON object but {type(value).__name__}")
                yield record_of(source.name, position, value)
                position += 1
            except Unusable as unusable:
                title = value.get("title") if isinstance(value, dict) else value
                shown = str(title)[:200] if isinstance(title, str | int) else ""
                yield reject(source.name, Line(place, shown, False), str(unusable))


@dataclass(slots=True)
class _Bounded:
    """A stream that ends with an error when one value has taken more than a line may."""

    stream: BinaryIO
    taken: int = 0

    def read(self, size: int) -> bytes:
        """As a file's; raises ValueError."""
        self.taken += size
        if self.taken > LINE_BYTES:
            raise ValueError("it is longer than 16 MiB, too long for one record")
        return self.stream.read(size)


def _values(source: Source, stream: BinaryIO) -> Iterator[object]:
    """The values of the array. Raises SourceError.

    Built from bare events: with them ijson does not keep the path to each, which for deep nests
    takes the square of their depth.
    """
    import ijson

    bounded = _Bounded(stream)
    builder = ijson.ObjectBuilder()
    depth = count = 0
    try:
        for event, value in ijson.basic_parse(bounded, use_float=True):
            if depth == 1 and event == "end_array":
                depth = 0  # what follows, if anything, is an error that the parser raises
                continue
            if depth:
                builder.event(event, value)
            depth += event.startswith("start_")
            depth -= event.startswith("end_")
            if depth > _MOST_DEPTH:
                raise ValueError(f"it is nested more than {_MOST_DEPTH} deep")
            if depth == 1 and event != "start_array":
                yield builder.value
                builder, bounded.taken = ijson.ObjectBuilder(), 0
                count += 1
    except (ijson.JSONError, ValueError) as error:
        reason = (
            f"is damaged JSON in its object {count + 1} ({one_line(str(error))}); export it again"
        )
        raise SourceError(source.label, reason) from error
