"""What an ingest is asked to read, found, looked at, and read piece by piece."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

from ingest.readers import read
from ingest.rejects import Rejects
from ingest.sources import STDIN, Place, Source, find
from rag.errors import SourceError
from rag.types import Record, Reject

Fetch = Callable[[Sequence[str]], Iterator[Record | Reject]]
"""Names of what lies elsewhere (arXiv ids, DOIs, addresses) -> the papers they stand for."""

Progress = Callable[[str, int, int], None]
"""Called with (what is being done, done, in all); 0 in all means that nobody knows."""

SourceName = Callable[[str, str], str]
"""(name, place) -> the name under which a library knows the source at that place."""

_KEPT = 8  # pieces: a source that has no more is not read twice
_MANY = 20  # files named one by one: to look at more of them would take minutes of PDFs


@dataclass(slots=True)
class _Job:
    """One source to be read; `pieces` are its first, and `rest` what comes after them.

    Without `source` it lies elsewhere. `size` is in bytes as it lies on disk, 0 if not known.
    """

    name: str
    label: str
    several: bool
    source: Source | None
    size: int = 0
    pieces: list[Record | Reject] = field(default_factory=list)
    rest: Iterator[Record | Reject] | None = None


@dataclass(slots=True)
class Gathering:
    """Sources being read: what has come so far. `broken` says which could not be read to their
    end; `complete` are the names of those that were, `whole` of them those read whole (an arXiv
    search, for instance, is but a part of arXiv). Of those that are `torn` some records could not
    be read. `folders` are those that were asked for.
    """

    rejects: Rejects
    names: SourceName
    records: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    complete: list[str] = field(default_factory=list)
    whole: list[str] = field(default_factory=list)
    torn: set[str] = field(default_factory=set)
    folders: list[Path] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    done: int = 0
    _jobs: list[_Job] = field(default_factory=list)
    _meter: _Meter = field(default_factory=lambda: _Meter())

    @property
    def expected(self) -> int:
        """How many records there will be, as far as can be told from the bytes; 0: unknown."""
        share = self._meter.share()
        return round(self.done / share) if share else 0

    def look(
        self, names: Sequence[str], stdin: BinaryIO, fetch: Fetch | None, tell: Progress
    ) -> None:
        """Find every source and see that it holds a record, before anything is written.

        In a folder or pattern one that does is enough, as it is of more than 20 files named one
        by one. What lies elsewhere is asked for together (`fetch`); a path that exists is always
        read itself. Raises SourceError.
        """
        remote = [name for name in names if fetch and _is_remote(name)]
        elsewhere = {*remote}
        places = [find(name, stdin) for name in names if name not in elsewhere]
        self.folders += [place.folder for place in places if place.folder]
        done, total = 0, sum(len(place.sources) for place in places)
        for place in _together(places):
            self._jobs += self._looked_at(place, partial(_tell_more, tell, done, total))
            done += len(place.sources)
        if total:
            tell("sources", total, total)
        if remote and fetch:
            self._jobs.append(_asked(remote, fetch(remote)))
        if any(_is_file(job.source, self.rejects.path) for job in self._jobs):
            raise SourceError(
                str(self.rejects.path), "is itself read, and cannot take the rejects; name another"
            )
        self.rejects.clear()

    def _looked_at(self, place: Place, tell: Callable[[int], None]) -> list[_Job]:
        found = place.several and not place.named
        jobs = [_Job(s.name, s.label, found, s, _size(s)) for s in place.sources]
        reasons: list[str] = []
        for count, job in enumerate(jobs):
            tell(count)
            try:
                _look_at(job)
            except SourceError as error:
                if not place.several:
                    raise
                reasons.append(error.reason)
                continue
            if place.several:
                break
        if len(reasons) == len(jobs):
            raise SourceError(
                place.label, f"holds nothing that can be read; its first file {reasons[0]}"
            )
        return jobs

    def read(self) -> Iterator[Record]:
        """Every record; rejected pieces go to their file on the way. Raises SourceError if that
        cannot be written.
        """
        self._meter.all = sum(job.size for job in self._jobs)
        for job in self._jobs:
            yield from self._read(job)
            self._meter.leave(job.size)

    def _read(self, job: _Job) -> Iterator[Record]:
        name = self.names(job.name, _place(job.source)) if job.source else job.name
        found = 0
        seen: set[str] = set()
        first: Reject | None = None
        try:
            for piece in self._pieces(job, name):
                if isinstance(piece, Reject):
                    first = first or piece
                    self._reject(piece)
                    continue
                found += 1
                self.done += 1
                seen.add(piece.source)
                self.records[piece.source] += 1
                yield piece
            if not found:
                line = f"; its line {first.position} {first.reason}" if first else ""
                raise SourceError(job.label, f"holds no paper{line}")
        except SourceError as error:
            if job.several:
                self._reject(Reject(name, 0, error.reason, error.source))
            else:
                self.broken.append(f"{error}; {found} records before that were taken in")
            return
        self.complete += sorted(seen)
        self.whole += sorted(name for name in seen if job.source or "://" in name)

    def _pieces(self, job: _Job, name: str) -> Iterator[Record | Reject]:
        if job.source and not job.pieces:
            return read(replace(job.source, name=name, open=self._meter.enter(job.source)))
        pieces = chain(job.pieces, job.rest or ())
        return (replace(piece, source=name) for piece in pieces) if job.source else pieces

    def _reject(self, piece: Reject) -> None:
        self.rejected[piece.source] += 1
        if piece.record:
            self.torn.add(piece.source)
        self.rejects.add(piece)


def _tell_more(tell: Progress, before: int, total: int, count: int) -> None:
    tell("sources", before + count, total)


def _together(places: Sequence[Place]) -> list[Place]:
    """Places to be looked at: many files that are named one by one are one, as in a folder."""
    single = [place for place in places if not place.several]
    if len(single) <= _MANY:
        return list(places)
    label = f"{single[0].label} and {len(single) - 1} others"
    sources = tuple(source for place in single for source in place.sources)
    named = Place(label, sources, several=True, named=True)
    return [named, *(place for place in places if place.several)]


def _place(source: Source) -> str:
    """What tells this source from others of its name: its path."""
    path = Path(source.label)
    return str(path.resolve()) if path.exists() else source.label


def _is_file(source: Source | None, path: Path) -> bool:
    """Whether the source is read from this file, whatever either is called."""
    there = Path(source.label) if source else path
    return bool(source) and there.is_file() and path.is_file() and there.samefile(path)


def _size(source: Source) -> int:
    path = Path(source.label)
    return path.stat().st_size if path.is_file() else 0


def _is_remote(name: str) -> bool:
    from ingest.remote import is_remote

    there = os.path.exists(os.path.expanduser(name))  # noqa: PTH110, PTH111 - takes too long a name for none
    return name != STDIN and not there and is_remote(name)


def _asked(names: Sequence[str], rest: Iterator[Record | Reject]) -> _Job:
    """The first piece is asked for at once, so that what is not there is an error in time."""
    return _Job(names[0], names[0], False, None, 0, list(islice(rest, 1)), rest)


def _look_at(job: _Job) -> None:
    """Read a source until it has given a record, and keep it if it is short."""
    assert job.source
    kept: list[Record | Reject] = []
    found, first = False, None
    for count, piece in enumerate(read(job.source)):
        found = found or isinstance(piece, Record)
        first = first or (piece if isinstance(piece, Reject) else None)
        if count < _KEPT:
            kept.append(piece)
        elif found:
            return
    if not found:
        line = f"; its line {first.position} {first.reason}" if first else ""
        raise SourceError(job.label, f"holds no paper{line}")
    job.pieces = kept if count < _KEPT else []


@dataclass(slots=True)
class _Meter:
    """How far the reading of files is, by their bytes as they lie on disk."""

    all: int = 0
    _left: int = 0
    _stream: BinaryIO | None = None

    def enter(self, source: Source) -> Callable[[], BinaryIO]:
        """What opens the source, such that the reading is noticed."""

        def opened() -> BinaryIO:
            self._stream = source.open()
            return self._stream

        return opened

    def leave(self, size: int) -> None:
        """A source has been read."""
        self._left += size
        self._stream = None

    def share(self) -> float:
        """Share of all bytes that have been read; 0 if that cannot be told."""
        here = self._stream.tell() if self._stream and not self._stream.closed else 0
        return min((self._left + here) / self.all, 1.0) if self.all else 0.0
