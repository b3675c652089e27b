"""Rejected pieces: written to a file as they come, counted by source and reason."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self, TextIO

from rag.errors import SourceError
from rag.types import Reject

_REASONS = 1000  # different reasons are counted apart; a file can make up any number of them
_OTHERS = "is rejected for one of many further reasons"


@dataclass(frozen=True, slots=True)
class RejectCount:
    """How many pieces of a source were rejected for one reason."""

    source: str
    reason: str
    pieces: int


class Rejects:
    """Where the rejected pieces of one ingest go; the file is made with the first of them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: TextIO | None = None
        self._counts: Counter[tuple[str, str]] = Counter()

    def clear(self) -> None:
        """Remove what an earlier ingest left there. Raises SourceError."""
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            raise self._error(error) from error

    def _error(self, error: OSError) -> SourceError:
        return SourceError(
            str(self.path), f"cannot take the rejects ({error.strerror}); give another --rejects"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file:
            self._file.close()

    def add(self, reject: Reject) -> None:
        """Write and count one piece. Raises SourceError if the file cannot be written."""
        place = (reject.source, reject.reason)
        if place not in self._counts and len(self._counts) >= _REASONS:
            place = (reject.source, _OTHERS)
        self._counts[place] += 1
        try:
            if self._file is None:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._file = self.path.open("w", encoding="utf-8")
            self._file.write(json.dumps(asdict(reject)) + "\n")
        except OSError as error:
            raise self._error(error) from error

    def counts(self) -> tuple[RejectCount, ...]:
        """By source and reason, the most frequent first."""
        return tuple(RejectCount(*place, n) for place, n in self._counts.most_common())


def rejects_in(path: Path) -> Iterator[Reject]:
    """The pieces in a file of rejects, one at a time."""
    with path.open(encoding="utf-8") as lines:
        yield from (Reject(**json.loads(line)) for line in lines)


def total(counts: Iterable[RejectCount]) -> int:
    """How many pieces were rejected in all."""
    return sum(count.pieces for count in counts)
