"""Reader of JSON: an array of records, or an object with one (`results`, `items`), by ijson."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from ingest.readers.fields import Unusable
from ingest.readers.jsonl import record_of
from ingest.readers.page import Line, Piece, reject
from ingest.sources import Source
from rag.errors import SourceError

_ARRAY = re.compile(r"\s*\[\s*(?:\{|\])")


def recognise(text: str) -> bool:
    """An array of objects begins."""
    return _ARRAY.match(text) is not None


def read(source: Source) -> Iterator[Piece]:
    """One record an object of the array; one that holds none is rejected with its place in it.

    Places count from 1, as lines do. Raises SourceError where the JSON itself breaks off.
    """
    import ijson

    position = 0
    with source.stream() as stream:
        objects = ijson.items(stream, "item")
        place = 0
        while True:
            place += 1
            try:
                fields = next(objects, None)
            except (ijson.JSONError, UnicodeDecodeError, ValueError, RecursionError) as error:
                reason = f"is damaged JSON in its object {place} ({error}); export it again"
                raise SourceError(source.label, reason) from error
            if fields is None:
                return
            try:
                yield record_of(source.name, position, _object(fields))
                position += 1
            except Unusable as unusable:
                yield reject(source.name, Line(place, _shown(fields), False), str(unusable))


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unusable(f"is no JSON object but {type(value).__name__}")
    return {name: int(item) if isinstance(item, Decimal) else item for name, item in value.items()}


def _shown(value: object) -> str:
    title = value.get("title") if isinstance(value, dict) else value
    return str(title)[:200] if isinstance(title, str | int) else ""
