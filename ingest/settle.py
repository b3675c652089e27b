"""Records put into a library: merged with what it holds about their works, and written."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from ingest.account import Account
from ingest.closure import closure
from ingest.facts import Facts
from ingest.match import likeness
from ingest.rekey import rekey
from ingest.resolve import cluster
from ingest.traits import Traits, content, record_id, traits
from rag.library import Library
from rag.types import Paper, Record, Work

_BATCH = 1000  # records removed at once


class Settler:
    """Writes records into one library, and keeps account of what came of it."""

    def __init__(self, library: Library, facts: Facts) -> None:
        """Raises LibraryBusy, LibraryError (as everything here)."""
        self.library = library
        self._facts = facts
        self._stored = library.catalogue.stored
        rekey(library, facts)
        self.account = Account(library.catalogue)

    def take(self, records: Iterable[Record]) -> None:
        """Merge records with what the library holds, and write the papers that this changes.

        A record that is there just so is only noted as seen.
        """
        read = {record_id(record, content(record)): record for record in records}
        with self.library.writing():
            stored = self._stored.owners(read)
            self.account.see(read)
            self.account.untouched(stored.values())
            fresh = [traits(record, self._facts) for i, record in read.items() if i not in stored]
            if fresh:
                self._settle(fresh)

    def replaced(self, source: str) -> None:
        """Remove the older versions of records of `source` of which this ingest saw a newer."""
        self._remove(self.account.unseen(source, replaced=True))
        pairs = self.account.unseen_with_docno(source)
        for start in range(0, len(pairs), _BATCH):
            self._remove(self._corrected(pairs[start : start + _BATCH]))

    def _corrected(self, pairs: Sequence[tuple[int, int]]) -> list[int]:
        """The first of those pairs of records that may well be about one work: nothing that they
        say contradicts it, though it would not be enough between different sources.
        """
        found = self._stored.of_ids({record_id for pair in pairs for record_id in pair})
        said = {keyed.record_id: traits(keyed.record, self._facts) for keyed in found}
        return sorted({old for old, new in pairs if likeness(said[old], said[new]) >= 0})

    def deleted(self, folder: Path) -> list[str]:
        """Names of the sources that lay in this folder, or below it, and are there no more."""
        stored = self._stored.sources_below(f"{folder.resolve()}{os.sep}")
        return [name for name, place in stored if not os.path.lexists(place)]

    def unseen(self, source: str) -> int:
        """Number of records of `source` that this ingest did not see."""
        return len(self.account.unseen(source, replaced=False))

    def vanished(self, source: str) -> int:
        """Remove every record of `source` that this ingest did not see; how many they were."""
        gone = self.account.unseen(source, replaced=False)
        self._remove(gone)
        return len(gone)

    def _remove(self, record_ids: Sequence[int]) -> None:
        for start in range(0, len(record_ids), _BATCH):
            gone = set(record_ids[start : start + _BATCH])
            with self.library.writing():
                papers = self._stored.owners(gone).values()
                left = [t for t in self._of_papers(papers) if t.keyed.record_id not in gone]
                self._settle(left, gone)

    def settle_anew(self, paper_ids: Iterable[str]) -> list[Paper]:
        """Merge the records of these papers as if they came now; the papers they then are in."""
        with self.library.writing():
            given = self._of_papers(paper_ids)
            works = self._settle(given)
        ids = {trait.keyed.record_id for trait in given}
        return [w.paper for w in works if any(k.record_id in ids for k in w.records)]

    def _of_papers(self, paper_ids: Iterable[str]) -> list[Traits]:
        found = self._stored.of_papers(set(paper_ids))
        return [traits(keyed.record, self._facts) for keyed in found]

    def _settle(self, given: Sequence[Traits], gone: Collection[int] = ()) -> list[Work]:
        near = closure(self._stored, given, self._facts)
        held = near.records | {trait.keyed.record_id: trait for trait in given}
        kept = [trait for i, trait in held.items() if i not in gone]
        works = cluster(kept, self._stored.apart(), near.common)
        owners = self._stored.owners({*held, *gone})
        changed = self._changed(works, owners)
        if changed or gone:
            self.account.written(changed, owners)
            self.library.write(changed, gone, near.full)
        return works

    def _changed(self, works: Sequence[Work], owners: dict[int, str]) -> list[Work]:
        """Works that the library does not hold just so, of the very same records."""
        held = {p.paper_id: p for p in self.library.papers(set(owners.values()))}
        records = Counter(owners.values())
        found = []
        for work in works:
            paper_id = work.paper.paper_id
            old = {owners.get(keyed.record_id, "") for keyed in work.records}
            same = old == {paper_id} and records[paper_id] == len(work.records)
            if not same or not _holds(held.get(paper_id), work):
                found.append(work)
        return found


def _holds(held: Paper | None, work: Work) -> bool:
    """Whether the library's paper is the same; it may know further aliases."""
    return held is not None and replace(held, aliases=()) == replace(work.paper, aliases=())
