"""Lines of labelled data, read with where they stand."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from evals.finding.corpora import lines_of
from rag.errors import SourceError


def json_rows(path: Path, *fields: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """JSON objects of `path` (`.gz` is unpacked), one a line, each with where it stands.

    Raises SourceError for a line that is no object with all of `fields`.
    """
    for where, line in lines_of(path):
        try:
            row = json.loads(line)
        except ValueError as error:
            raise SourceError(where, f"is not JSON ({error})") from error
        yield where, checked_row(where, row, fields)


def checked_row(where: str, row: object, fields: tuple[str, ...]) -> Mapping[str, Any]:
    """`row`, being an object that has all of `fields`. Raises SourceError."""
    if not isinstance(row, dict):
        raise SourceError(where, f"is no object with {', '.join(fields)}")
    if missing := [field for field in fields if field not in row]:
        raise SourceError(where, f"lacks {', '.join(missing)}")
    return row
