"""The ingest itself: sources read, records merged with what the library holds, papers written."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ingest.facts import Facts, shipped
from ingest.gather import Fetch, Gathering, Progress
from ingest.rejects import RejectCount, Rejects
from ingest.settle import Settler
from ingest.sources import sample_sources
from rag.errors import SourceError
from rag.library import Library
from rag.types import Record

__all__ = ["IngestReport", "SourceReport", "ingest", "sample_sources"]

log = logging.getLogger(__name__)

Lookup = Callable[[Sequence[str]], list[Record]]
"""arXiv ids -> a record for each that is known; raises SourceError if none can be had."""

REJECTS = "rejects.jsonl"
"""In the library's folder: the rejected pieces of the last ingest, unless another file is given."""

_BATCH = 5000  # records written at once: what others wait for the write lock, and memory
_TELL = 500  # records between two reports of progress
_LOOKUP_BATCH = 50  # ids asked for in one request


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What was found in one source.

    `unseen` counts the records of earlier ingests that it does not show now and that a sync kept
    all the same, because some of its records could not be read: they may be these.
    """

    name: str
    records: int
    rejects: int
    unseen: int = 0


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingest did: counts of records read, of papers touched by them, of rejects.

    `new`, `changed` and `unchanged` count papers as they stand at the end; `merged` counts
    papers that were in the library and were recognised as one with another. `vanished` counts
    records removed because their source no longer holds them. `rejected` pieces are in the file
    `rejects`, if there are any. `broken` says which sources could not be read to their end.
    `looked_up` counts the records that the arXiv client added; `lookup_error` says why it added
    none.
    """

    records: int
    new: int
    changed: int
    unchanged: int
    merged: int
    vanished: int
    sources: tuple[SourceReport, ...]
    rejected: tuple[RejectCount, ...]
    rejects: str
    broken: tuple[str, ...]
    looked_up: int = 0
    lookup_error: str = ""


def ingest(
    library: Library,
    sources: Sequence[str],
    *,
    stdin: BinaryIO | None = None,
    fetch: Fetch | None = None,
    lookup: Lookup | None = None,
    progress: Progress | None = None,
    facts: Facts | None = None,
    rejects: Path | None = None,
    sync: bool = False,
    fill: bool = True,
) -> IngestReport:
    """Read `sources` (paths, folders, patterns, `-`; none: the sample library) into `library`.

    Names of what lies elsewhere (arXiv ids, DOIs, addresses) go to `fetch`, if that is given.
    Every source is looked at before anything is written: one that cannot be read, holds no
    paper, or is the file `rejects` itself, leaves the library as it was. One that breaks off
    later has its papers up to there taken in, and is named in the report; so are bad ones among
    more than 20 files, which are not all looked at first. Papers with an arXiv id that still miss
    title, authors or abstract are then completed with `lookup`, if that is given; when it fails,
    a line is logged and the ingest goes on.

    A record that its source now tells otherwise takes the place of the old. With `sync`, records
    that a source no longer holds are removed, those of files deleted from a folder too, and
    papers of which none is left; never those of a source that could not be read to its end, or
    of which some records could not be read. With `fill`, vectors are made as well.

    Memory does not grow with the sources. Raises SourceError (a source cannot be read),
    LibraryBusy, LibraryError, WeightsError.
    """
    tell = progress or _silent
    settler = Settler(library, facts or shipped())
    with Rejects(rejects or library.home / REJECTS) as rejected:
        if rejects is None:
            rejected.clear()  # our own, which may lie in a folder that is read
        gathering = Gathering(rejected, library.catalogue.stored.source_name)
        gathering.look(sources or sample_sources(), stdin or sys.stdin.buffer, fetch, tell)
        _take_all(gathering, settler, tell)
    for name in gathering.complete:
        settler.replaced(name)
    vanished, unseen = _sync(gathering, settler) if sync else (0, {})
    looked_up, lookup_error = _look_up(settler, lookup)
    if fill:
        library.fill(lambda done, total: tell("vectors", done, total))
    counts = rejected.counts()
    return IngestReport(
        records=gathering.done,
        new=settler.account.count("new"),
        changed=settler.account.count("changed"),
        unchanged=settler.account.count("unchanged"),
        merged=settler.account.merged,
        vanished=vanished,
        sources=_each(gathering, unseen),
        rejected=counts,
        rejects=str(rejected.path) if counts else "",
        broken=tuple(gathering.broken),
        looked_up=looked_up,
        lookup_error=lookup_error,
    )


def _each(gathering: Gathering, unseen: Mapping[str, int]) -> tuple[SourceReport, ...]:
    records, rejected = gathering.records, gathering.rejected
    return tuple(
        SourceReport(name, records[name], rejected[name], unseen.get(name, 0))
        for name in sorted(records | rejected)
    )


def _silent(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def _take_all(gathering: Gathering, settler: Settler, tell: Progress) -> None:
    """Read everything, a batch at a time."""
    batch: list[Record] = []
    for record in gathering.read():
        batch.append(record)
        if gathering.done % _TELL == 0:
            tell("words", gathering.done, gathering.expected)
        if len(batch) == _BATCH:
            settler.take(batch)
            batch = []
    settler.take(batch)
    tell("words", gathering.done, gathering.done)


def _sync(gathering: Gathering, settler: Settler) -> tuple[int, dict[str, int]]:
    """Remove what is there no more: (records removed, records kept by the name of their source)."""
    deleted = {name for folder in gathering.folders for name in settler.deleted(folder)}
    whole = {*gathering.whole}
    vanished = sum(settler.vanished(name) for name in deleted | whole - gathering.torn)
    return vanished, {name: settler.unseen(name) for name in whole & gathering.torn}


def _look_up(settler: Settler, lookup: Lookup | None) -> tuple[int, str]:
    """Add what arXiv knows about the papers that miss something; (records added, error)."""
    added, after = 0, ""
    while lookup and (ids := settler.account.incomplete(after, _LOOKUP_BATCH)):
        after = ids[-1]
        try:
            records = lookup(ids)
        except SourceError as error:
            log.warning("papers stay incomplete, arXiv %s the first of them: %s", ids[0], error)
            return added, str(error)
        settler.take(records)
        added += len(records)
    return added, ""
