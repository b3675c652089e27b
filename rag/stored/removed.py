"""What was deleted from the library, kept for a day so that it can be undone.

A deleted paper is gone for every reader at once; only what its sources said of it stays here.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from rag.stored.catalogue import Catalogue
from rag.stored.database import Database
from rag.stored.schema import record_from_json, said_json
from rag.types import Paper, Record

UNDO_S = 24 * 3600.0
"""Seconds for which a deletion can be undone; the next one after that removes it for good."""


@dataclass(frozen=True, slots=True)
class Removal:
    """A paper that was deleted, and when (UTC)."""

    paper_id: str
    title: str
    at: datetime


def take_out(catalogue: Catalogue, paper_ids: Collection[str]) -> list[Paper]:
    """Have papers gone for every reader, all or none, and what they were made of kept; returns
    what they were. Words and vectors are told by the next `Library.write` and `fill`.

    The caller holds the library's write lock. Raises PaperNotFound, LibraryError.
    """
    removed = Removed(catalogue.database)
    with catalogue.transaction():
        papers = catalogue.papers(dict.fromkeys(map(catalogue.resolve_id, paper_ids)))
        for paper in papers:
            removed.keep(paper.paper_id, paper.title, catalogue.records(paper.paper_id))
            catalogue.mark_deleted(paper.paper_id)
    return papers


class Removed:
    """The papers deleted from one library that can still be had back. Errors are LibraryError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, paper_id: str, title: str, records: Sequence[Record]) -> None:
        """Keep what a paper was made of; what is older than UNDO_S is removed for good."""
        now = datetime.now(UTC).timestamp()
        with self._database.transaction():
            self._database.execute("DELETE FROM removed WHERE at < ?", (now - UNDO_S,))
            self._database.execute(
                "INSERT OR REPLACE INTO removed VALUES (?, ?, ?, ?)",
                (paper_id, title, now, json.dumps([said_json(record) for record in records])),
            )

    def listed(self) -> list[Removal]:
        """What can be had back, the latest first."""
        rows = self._database.rows(
            "SELECT paper_id, title, at FROM removed WHERE at >= ? ORDER BY at DESC, paper_id",
            (datetime.now(UTC).timestamp() - UNDO_S,),
        )
        return [Removal(row[0], row[1], datetime.fromtimestamp(row[2], UTC)) for row in rows]

    def named(self, name: str) -> Removal | None:
        """The one of this paper id, arXiv id or DOI, if there is one."""
        ids = (name, f"arxiv:{name}", f"doi:{name.lower()}")
        return next((one for one in self.listed() if one.paper_id in ids), None)

    def records(self, paper_ids: Collection[str]) -> list[Record]:
        """The records of those of these papers that are kept."""
        sql = "SELECT records FROM removed WHERE paper_id IN ({})"
        rows = self._database.rows_in(sql, paper_ids)
        return [record_from_json(said) for row in rows for said in json.loads(row[0])]

    def forget(self, paper_ids: Collection[str] | None = None) -> None:
        """Remove these for good, or everything."""
        if paper_ids is None:
            self._database.execute("DELETE FROM removed")
            return
        self._database.execute_many(
            "DELETE FROM removed WHERE paper_id = ?", [(paper_id,) for paper_id in paper_ids]
        )
