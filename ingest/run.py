"""The ingest itself: sources read, records merged with what the library holds, papers written."""

from __future__ import annotations

import logging
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import BinaryIO

from ingest.closure import closure
from ingest.facts import Facts, shipped
from ingest.match import content, same_work
from ingest.readers import read
from ingest.resolve import cluster
from ingest.sources import Source, find, sample_sources
from rag.errors import SourceError
from rag.library import Library
from rag.types import Paper, Record, Reject, Work

__all__ = ["IngestReport", "SourceReport", "ingest", "sample_sources"]

log = logging.getLogger(__name__)

Lookup = Callable[[Sequence[str]], list[Record]]
"""arXiv ids -> a record for each that is known; raises SourceError if none can be had."""

Progress = Callable[[str, int, int], None]
"""Called with (what is being done, done, in all)."""

_BATCH = 1000  # records written at once: what others wait for the write lock, and memory
_LOOKUP_BATCH = 50  # ids asked for in one request


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What was found in one source."""

    name: str
    records: int
    rejects: int


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingest did: counts of records read, of papers touched by them, and every reject.

    `new`, `changed` and `unchanged` count papers as they stand at the end; `merged` counts
    papers that were in the library and were recognised as one with another. `looked_up` counts
    the records that the arXiv client added; `lookup_error` says why it added none.
    """

    records: int
    new: int
    changed: int
    unchanged: int
    merged: int
    sources: tuple[SourceReport, ...]
    rejects: tuple[Reject, ...]
    looked_up: int = 0
    lookup_error: str = ""


def ingest(
    library: Library,
    sources: Sequence[str],
    *,
    stdin: BinaryIO | None = None,
    lookup: Lookup | None = None,
    progress: Progress | None = None,
    facts: Facts | None = None,
) -> IngestReport:
    """Read `sources` (paths, folders, patterns, `-`; none: the sample library) into `library`.

    Everything is read once to the end before anything is written, so that a source which cannot
    be read leaves the library as it was. Afterwards records of papers with an arXiv id that
    still miss title, authors, date or abstract are fetched with `lookup`, if that is given; when
    it fails, a line is logged and the ingest goes on.

    Raises SourceError (a source cannot be read), LibraryBusy, LibraryError, WeightsError.
    """
    tell = progress or _silent
    readable, rejects = _survey(sources or sample_sources(), stdin or sys.stdin.buffer, tell)
    run = _Run(library, facts or shipped())
    total = sum(report.records for _, report in readable)
    done = 0
    records = (
        piece for source, _ in readable for piece in read(source) if isinstance(piece, Record)
    )
    while batch := list(islice(records, _BATCH)):
        run.take(batch)
        done += len(batch)
        tell("merging records", done, total)
    looked_up, lookup_error = _look_up(run, lookup)
    library.fill(lambda done, total: tell("making vectors", done, total))
    states = Counter(run.states.values())
    return IngestReport(
        records=total,
        new=states["new"],
        changed=states["changed"],
        unchanged=states["unchanged"],
        merged=run.merged,
        sources=tuple(report for _, report in readable),
        rejects=rejects,
        looked_up=looked_up,
        lookup_error=lookup_error,
    )


def _silent(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def _survey(
    names: Sequence[str], stdin: BinaryIO, tell: Progress
) -> tuple[list[tuple[Source, SourceReport]], tuple[Reject, ...]]:
    """Every readable source with its counts, and all rejects. Raises SourceError.

    In a folder or pattern an unreadable file is rejected with its reason; only if none of them
    can be read is that an error.
    """
    readable: list[tuple[Source, SourceReport]] = []
    rejects: list[Reject] = []
    places = [find(name, stdin) for name in names]
    for number, place in enumerate(places, start=1):
        reasons: list[Reject] = []
        for source in place.sources:
            try:
                report, pieces = _count(source)
            except SourceError as error:
                if not place.several:
                    raise
                reasons.append(Reject(source.name, 0, error.reason, error.source))
                continue
            readable.append((source, report))
            rejects.extend(pieces)
        if len(reasons) == len(place.sources):
            first = reasons[0]
            raise SourceError(
                place.label, f"holds nothing that can be read; its first file {first.reason}"
            )
        rejects.extend(reasons)
        tell("reading sources", number, len(places))
    return readable, tuple(rejects)


def _count(source: Source) -> tuple[SourceReport, list[Reject]]:
    """Read `source` to its end. Raises SourceError if it cannot be read or holds no record."""
    records = 0
    rejects: list[Reject] = []
    for piece in read(source):
        if isinstance(piece, Reject):
            rejects.append(piece)
        else:
            records += 1
    if not records:
        reason = f"; its line {rejects[0].position} {rejects[0].reason}" if rejects else ""
        raise SourceError(source.label, f"holds no paper{reason}")
    return SourceReport(source.name, records, len(rejects)), rejects


def _look_up(run: _Run, lookup: Lookup | None) -> tuple[int, str]:
    """Add what arXiv knows about the papers that miss something; (records added, error)."""
    missing = sorted(run.missing) if lookup else []
    added = 0
    for start in range(0, len(missing), _LOOKUP_BATCH):
        try:
            records = lookup(missing[start : start + _LOOKUP_BATCH]) if lookup else []
        except SourceError as error:
            log.warning("%d papers stay incomplete: %s", len(missing) - start, error)
            return added, str(error)
        run.take(records)
        added += len(records)
    return added, ""


@dataclass(slots=True)
class _Run:
    """One ingest under way: what has become of the papers it touched."""

    library: Library
    facts: Facts
    states: dict[str, str] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    merged: int = 0
    _taken: dict[str, int] = field(default_factory=dict)

    def take(self, records: Sequence[Record]) -> None:
        """Merge a batch with what the library holds, and write the papers that this changes."""
        with self.library.writing():
            fresh, outdated = self._placed(records)
            stored = closure(self.library, [*fresh, *outdated], self.facts)
            before = cluster([*stored.values(), *outdated], self.facts)
            held = stored | {record.key: record for record in fresh}
            works = cluster(held.values(), self.facts)
            changed = self._changed(works, before)
            if changed:
                self.library.write(changed)
        self._note(works, before, changed)

    def _placed(self, records: Sequence[Record]) -> tuple[list[Record], list[Record]]:
        """The records under keys of their own, and the stored versions that they replace.

        A key already taken by the same work is a new version of it. Taken by another work, or
        within this ingest, it is another source of the same name: nothing is overwritten.
        """
        stored = self._stored(record.key for record in records)
        fresh: dict[str, Record] = {}
        outdated: dict[str, Record] = {}
        for read_record in records:
            record, number, said = read_record, 1, hash(content(read_record))
            while True:
                old = stored.get(record.key)
                if self._taken.get(record.key) == said:
                    break
                if record.key not in self._taken and (
                    old is None
                    or content(old) == content(record)
                    or same_work(old, record, self.facts)
                ):
                    break
                number += 1
                record = replace(record, source=f"{read_record.source} ({number})")
                stored |= self._stored([record.key])
            self._taken[record.key] = said
            if old and content(old) == content(record):
                record = old
            elif old:
                outdated[old.key] = old
            fresh[record.key] = record
        return list(fresh.values()), list(outdated.values())

    def _stored(self, keys: Iterator[str] | list[str]) -> dict[str, Record]:
        wanted = {f"record:{key}" for key in keys}
        return {record.key: record for record in self.library.records_sharing(wanted)}

    def _changed(self, works: Sequence[Work], before: Sequence[Work]) -> list[Work]:
        """Works that the library does not hold just so."""
        same = set(before)
        held = {p.paper_id: p for p in self.library.papers(w.paper.paper_id for w in works)}
        return [
            w for w in works if w not in same or not _holds(held.get(w.paper.paper_id), w.paper)
        ]

    def _note(self, works: Sequence[Work], before: Sequence[Work], changed: Sequence[Work]) -> None:
        """Keep account of papers by what they were when this ingest began."""
        owner = {k.record.key: w.paper.paper_id for w in before for k in w.records}
        written = {work.paper.paper_id for work in changed}
        for work in works:
            paper = work.paper
            old = {owner[k.record.key] for k in work.records if k.record.key in owner}
            states = {self.states.pop(paper_id, "stored") for paper_id in old}
            self.merged += max(len(old) - 1 - ("new" in states), 0)
            if states <= {"new"}:
                self.states[paper.paper_id] = "new"
            elif paper.paper_id in written or "changed" in states or "new" in states:
                self.states[paper.paper_id] = "changed"
            else:
                self.states[paper.paper_id] = "unchanged"
            if paper.arxiv_id:
                self._note_missing(paper)

    def _note_missing(self, paper: Paper) -> None:
        if paper.title and paper.abstract and paper.authors and paper.published:
            self.missing.discard(paper.arxiv_id)
        else:
            self.missing.add(paper.arxiv_id)


def _holds(held: Paper | None, paper: Paper) -> bool:
    """Whether the library's paper is the same; it may know further aliases."""
    return held is not None and replace(held, aliases=()) == replace(paper, aliases=())
