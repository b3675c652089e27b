"""What was deleted from the library, kept for a day so that it can be undone.

A deleted paper is gone for every reader at once; only what its sources said of it stays here.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from rag.stored.database import Database
from rag.stored.schema import record_from_json, said_json
from rag.types import Record

UNDO_S = 24 * 3600.0
"""Seconds for which a deletion can be undone; the next one after that removes it for good."""


@dataclass(frozen=True, slots=True)
class Removal:
    """A paper that was deleted, and when (UTC)."""

    paper_id: str
    title: str
    at: datetime


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
