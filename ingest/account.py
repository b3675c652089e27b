"""The account of one ingest: which records it saw, what became of the papers; kept on disk.

It lies in temporary tables beside the catalogue, so that memory does not grow with the sources.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from rag.stored.catalogue import Catalogue
from rag.types import Work

Fate = Literal["new", "changed", "unchanged"]
"""What became of a paper: by how it stood when the ingest began."""

_TABLES = (
    "DROP TABLE IF EXISTS temp.seen",
    "DROP TABLE IF EXISTS temp.fates",
    "CREATE TEMP TABLE seen (record_id INTEGER PRIMARY KEY)",
    "CREATE TEMP TABLE fates (paper_id TEXT PRIMARY KEY, fate TEXT NOT NULL) WITHOUT ROWID",
)
_UNSEEN = (
    "SELECT record_id FROM records AS old WHERE source = ?"
    " AND record_id NOT IN (SELECT record_id FROM temp.seen)"
)
_REPLACED = (
    " AND EXISTS (SELECT 1 FROM records AS new JOIN temp.seen ON seen.record_id = new.record_id"
    " WHERE new.paper_id = old.paper_id AND new.source = old.source AND new.docno = old.docno)"
)

# CROSS JOIN and the plus signs hold SQLite to one order: few are unseen, and few share a docno.
_SUCCESSORS = (
    "SELECT old.record_id, min(new.record_id) FROM records AS old"
    " CROSS JOIN records AS new ON new.docno = old.docno AND new.docno != ''"
    " AND +new.source = old.source CROSS JOIN temp.seen ON seen.record_id = new.record_id"
    " WHERE old.source = ? AND old.record_id NOT IN (SELECT record_id FROM temp.seen)"
    " GROUP BY old.record_id HAVING count(*) = 1"
)


class Account:
    """What one ingest has seen and done so far."""

    def __init__(self, catalogue: Catalogue) -> None:
        """An empty account; it takes the place of this process's last one."""
        self._catalogue = catalogue
        self._database = catalogue.database
        for statement in _TABLES:
            self._database.execute(statement)
        self.merged = 0

    def see(self, record_ids: Iterable[int]) -> None:
        """Note that a source still holds these records."""
        self._database.execute_many(
            "INSERT OR IGNORE INTO temp.seen VALUES (?)", [(i,) for i in record_ids]
        )

    def unseen(self, source: str, *, replaced: bool) -> list[int]:
        """Stored records of `source` that were not seen; with `replaced` only those of which a
        newer version was: of the same docno (or both without one) and about the same work. A docno
        that now stands for another work replaces nothing.
        """
        rows = self._database.rows(_UNSEEN + (_REPLACED if replaced else ""), (source,))
        return [int(row[0]) for row in rows]

    def unseen_with_docno(self, source: str) -> list[tuple[int, int]]:
        """Stored records of `source` not seen, each with the only one of its docno that was."""
        return [(int(old), int(new)) for old, new in self._database.rows(_SUCCESSORS, (source,))]

    def untouched(self, paper_ids: Iterable[str]) -> None:
        """Note papers of which a record was read that was there already."""
        self._database.execute_many(
            "INSERT OR IGNORE INTO temp.fates VALUES (?, 'unchanged')",
            [(paper_id,) for paper_id in set(paper_ids)],
        )

    def written(self, works: Sequence[Work], owners: dict[int, str]) -> None:
        """Note `works` about to be written; `owners` are the papers of records stored before."""
        fates: dict[str, str] = dict(
            self._database.rows_in(
                "SELECT paper_id, fate FROM temp.fates WHERE paper_id IN ({})",
                set(owners.values()),
            )
        )
        rows: list[tuple[str, Fate]] = []
        for work in works:
            old = {owners[k.record_id] for k in work.records if k.record_id in owners}
            states = {fates.get(name, "stored") for name in old}
            self.merged += max(len(old) - 1 - ("new" in states), 0)
            rows.append((work.paper.paper_id, "new" if states <= {"new"} else "changed"))
        self._database.execute_many(
            "DELETE FROM temp.fates WHERE paper_id = ?",
            [(name,) for name in set(owners.values())],
        )
        self._database.execute_many("INSERT OR REPLACE INTO temp.fates VALUES (?, ?)", rows)

    def count(self, fate: Fate) -> int:
        """How many papers had this fate."""
        rows = self._database.rows("SELECT count(*) FROM temp.fates WHERE fate = ?", (fate,))
        return int(rows[0][0])

    def incomplete(self, after: str, most: int) -> list[str]:
        """arXiv ids (the next `most` after `after`) of papers met that miss something."""
        rows = self._database.rows(
            "SELECT arxiv_id FROM papers JOIN temp.fates USING (paper_id) WHERE arxiv_id > ?"
            " AND (title = '' OR abstract = '' OR authors = '[]') ORDER BY arxiv_id LIMIT ?",
            (after, most),
        )
        return [str(row[0]) for row in rows]
