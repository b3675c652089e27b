"""The catalogue's records: what each source says, what it is found by, what a person decided."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from rag.stored.database import Database
from rag.stored.schema import RECORD_COLUMNS, keyed_from_row, keys_from_blob, record_row
from rag.types import KeyedRecord, Work

MOST_HOLDERS = 32
"""A key held by more works than this (a stock sentence, "Introduction") is no evidence: so the
pairs to be compared grow with the number of records, never with its square."""

_PAGE = 1000  # records read at once when all are gone through


class Records:
    """The records of one library; papers are merged from them. Errors are LibraryError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # -- reading

    def owners(self, record_ids: Iterable[int]) -> dict[int, str]:
        """Those of the records that are stored -> the id of their paper."""
        return dict(
            self._database.rows_in(
                "SELECT record_id, paper_id FROM records WHERE record_id IN ({})", record_ids
            )
        )

    def ids_of(self, paper_ids: Iterable[str]) -> dict[int, str]:
        """Ids of all records of these papers -> the id of their paper."""
        return dict(
            self._database.rows_in(
                "SELECT record_id, paper_id FROM records WHERE paper_id IN ({})", paper_ids
            )
        )

    def of_papers(self, paper_ids: Iterable[str]) -> list[KeyedRecord]:
        """All records of these papers."""
        return self._found("paper_id", paper_ids)

    def of_ids(self, record_ids: Iterable[int]) -> list[KeyedRecord]:
        """Those of the records that are stored."""
        return self._found("record_id", record_ids)

    def named_alone(self, alone: Iterable[int]) -> list[KeyedRecord]:
        """All records that would have one of these ids by themselves."""
        return self._found("alone", alone)

    def _found(self, column: str, values: Iterable[object]) -> list[KeyedRecord]:
        rows = self._database.rows_in(
            f"SELECT {RECORD_COLUMNS} FROM records WHERE {column} IN ({{}})",  # noqa: S608 - constants
            values,
        )
        return [keyed_from_row(row) for row in rows]

    def holders(self, keys: Iterable[int]) -> dict[int, set[int]]:
        """Each of these match keys that is held -> what its holders would be called alone."""
        held: dict[int, set[int]] = {}
        for key, alone in self._database.rows_in(
            "SELECT match_key, alone FROM match_keys WHERE match_key IN ({})", keys
        ):
            held.setdefault(key, set()).add(alone)
        return held

    def pages(self) -> Iterator[list[tuple[str, KeyedRecord]]]:
        """Every record with the id of its paper, some at a time, by record id."""
        after = -(2**63)
        while rows := self._database.rows(
            f"SELECT paper_id, {RECORD_COLUMNS} FROM records WHERE record_id > ?"  # noqa: S608 - constants
            " ORDER BY record_id LIMIT ?",
            (after, _PAGE),
        ):
            yield [(str(row[0]), keyed_from_row(row[1:])) for row in rows]
            after = int(rows[-1][1])

    # -- writing; the caller holds the library's write lock and a transaction

    def put(self, works: Iterable[Work], full: Collection[int] = ()) -> None:
        """Store every record of `works` under its paper; keys in `full` need no further holder.

        A record that is there already only gets its paper.
        """
        paper_of = {k.record_id: w.paper.paper_id for w in works for k in w.records}
        stored = self.owners(paper_of)
        new = [k for w in works for k in w.records if k.record_id not in stored]
        self._database.execute_many(
            "UPDATE records SET paper_id = ? WHERE record_id = ?",
            [(paper_of[i], i) for i, paper_id in stored.items() if paper_of[i] != paper_id],
        )
        self._database.execute_many(
            "INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?, ?, ?, ?)",
            [record_row(paper_of[k.record_id], k) for k in new],
        )
        self._database.execute_many(
            "INSERT OR IGNORE INTO match_keys VALUES (?, ?)",
            sorted((key, k.alone) for k in new for key in k.keys if key not in full),
        )

    def remove(self, record_ids: Collection[int]) -> None:
        """Forget records, and what nothing else is found by.

        A key held by more than MOST_HOLDERS stays as it is: it is no evidence, for ever.
        """
        rows = list(
            self._database.rows_in(
                "SELECT record_id, alone, keys FROM records WHERE record_id IN ({})", record_ids
            )
        )
        self._database.execute_many(
            "DELETE FROM records WHERE record_id = ?", [(row[0],) for row in rows]
        )
        gone = {(key, alone) for _, alone, keys in rows for key in keys_from_blob(keys)}
        gone -= {
            (key, alone)
            for alone, keys in self._database.rows_in(
                "SELECT alone, keys FROM records WHERE alone IN ({})", {row[1] for row in rows}
            )
            for key in keys_from_blob(keys)
        }
        held = self.holders({key for key, _ in gone})
        self._database.execute_many(
            "DELETE FROM match_keys WHERE match_key = ? AND alone = ?",
            [pair for pair in gone if len(held.get(pair[0], ())) <= MOST_HOLDERS],
        )

    def rekey(self, works: Sequence[tuple[str, KeyedRecord, int]]) -> None:
        """Give records (paper id, record, its former id) new identities and keys."""
        self._database.execute_many(
            "DELETE FROM records WHERE record_id = ?", [(old,) for _, _, old in works]
        )
        self._database.execute_many(
            "INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?, ?, ?, ?)",
            [record_row(paper_id, keyed) for paper_id, keyed, _ in works],
        )
        self._database.execute_many(
            "INSERT OR IGNORE INTO match_keys VALUES (?, ?)",
            [(key, keyed.alone) for _, keyed, _ in works for key in keyed.keys],
        )

    def forget_keys(self) -> None:
        """Empty the table of match keys, before all records are keyed anew."""
        self._database.execute("DELETE FROM match_keys")

    # -- sources

    def source_name(self, name: str, place: str) -> str:
        """The name under which the source at `place` (a path or address) is known for good.

        The first place of a name has it as it is; the next is called `name (2)`.
        """
        stored = self._database.rows("SELECT name FROM sources WHERE place = ?", (place,))
        if stored:
            return str(stored[0][0])
        taken, number = name, 1
        with self._database.transaction():
            while self._database.rows("SELECT 1 FROM sources WHERE name = ?", (taken,)):
                number += 1
                taken = f"{name} ({number})"
            self._database.execute("INSERT INTO sources VALUES (?, ?)", (taken, place))
        return taken

    def sources_below(self, folder: str) -> list[tuple[str, str]]:
        """Name and place of every source whose place begins with `folder`."""
        rows = self._database.rows(
            "SELECT name, place FROM sources WHERE substr(place, 1, length(?1)) = ?1", (folder,)
        )
        return [(str(name), str(place)) for name, place in rows]

    # -- decisions

    def apart(self) -> frozenset[tuple[int, int]]:
        """Pairs of handles of records that are not of one work, each pair both ways round."""
        return frozenset((one, other) for one, other in self._database.rows("SELECT * FROM apart"))

    def set_apart(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Store a person's decision that these are not of one work."""
        self._database.execute_many("INSERT OR IGNORE INTO apart VALUES (?, ?)", _both(pairs))

    def take_back(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Forget such a decision."""
        self._database.execute_many("DELETE FROM apart WHERE one = ? AND other = ?", _both(pairs))


def _both(pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    return sorted({pair for one, other in pairs for pair in ((one, other), (other, one))})
