"""The catalogue: the SQLite file that is the authority on papers, records and chunks.

Every paper row carries a state that says how far the derived indexes have followed:
`pending` (neither), `words` (found by words), `indexed` (by words and vectors), `facets` (as
`indexed`, but the words still hold old values of what filters look at), and `deleting` (gone for
readers, still to be removed from the indexes).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from rag.errors import LibraryError, PaperNotFound
from rag.stored.database import Database
from rag.stored.records import Records
from rag.stored.schema import PAPER_COLUMNS, State, paper_from_row, paper_row
from rag.types import Chunk, Paper, Record, Work


class Catalogue:
    """Papers, records, match keys, aliases and chunks of one library; safe to share by threads.

    Writers hold the library's write lock; readers need none (SQLite runs in WAL mode).
    """

    def __init__(self, path: Path) -> None:
        """Open or create the catalogue at `path`. Raises LibraryError if it cannot be used."""
        self.database = Database(path)
        self.stored = Records(self.database)

    def close(self) -> None:
        """Close the file."""
        self.database.close()

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing, also when the process is killed; one inside another is part of it."""
        return self.database.transaction()

    # -- meta

    def meta(self, key: str) -> str | None:
        """The stored value of a setting of this library, or None."""
        rows = self.database.rows("SELECT value FROM meta WHERE key = ?", (key,))
        return str(rows[0][0]) if rows else None

    def set_meta(self, key: str, value: str) -> None:
        """Store a setting of this library."""
        with self.transaction():
            self.database.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    @property
    def generation(self) -> int:
        """Number that grows with every change of the indexes, read by other processes."""
        return int(self.meta("generation") or 0)

    def advance_generation(self) -> int:
        """Tell every reader that the indexes have changed; returns the new generation."""
        with self.transaction():
            generation = self.generation + 1
            self.set_meta("generation", str(generation))
        return generation

    # -- reading

    def count(self) -> int:
        """Number of papers."""
        rows = self.database.rows("SELECT count(*) FROM papers WHERE state != 'deleting'")
        return int(rows[0][0])

    def count_unfinished(self) -> int:
        """Number of papers that the indexes have not followed yet, removals included."""
        rows = self.database.rows("SELECT count(*) FROM papers WHERE state != 'indexed'")
        return int(rows[0][0])

    def papers(self, paper_ids: Iterable[str] | None = None) -> list[Paper]:
        """All papers, newest first; or those of `paper_ids` that exist, in no set order."""
        if paper_ids is None:
            rows: Iterable[tuple[Any, ...]] = self.database.rows(
                f"SELECT {PAPER_COLUMNS} FROM papers WHERE state != 'deleting'"  # noqa: S608 - constants
                " ORDER BY published DESC, title, paper_id"
            )
            aliases = self.database.rows("SELECT paper_id, alias FROM aliases ORDER BY alias")
        else:
            ids = list(paper_ids)
            rows = self.database.rows_in(
                f"SELECT {PAPER_COLUMNS} FROM papers WHERE state != 'deleting'"  # noqa: S608 - constants
                " AND paper_id IN ({})",
                ids,
            )
            aliases = list(
                self.database.rows_in(
                    "SELECT paper_id, alias FROM aliases WHERE paper_id IN ({}) ORDER BY alias", ids
                )
            )
        by_paper: dict[str, list[str]] = {}
        for paper_id, alias in aliases:
            by_paper.setdefault(str(paper_id), []).append(str(alias))
        return [paper_from_row(row, by_paper.get(str(row[0]), ())) for row in rows]

    def resolve_id(self, name: str) -> str:
        """The paper id that `name` stands for: an id, an alias, an arXiv id, a DOI or a docno.

        Raises PaperNotFound.
        """
        arxiv_id = re.sub(r"^arxiv:|v\d+$", "", name, flags=re.IGNORECASE)
        for sql, value in (
            ("SELECT paper_id FROM papers WHERE paper_id = ?", name),
            ("SELECT paper_id FROM aliases WHERE alias = ?", name),
            ("SELECT paper_id FROM papers WHERE arxiv_id = ? AND arxiv_id != ''", arxiv_id),
            ("SELECT paper_id FROM papers WHERE doi = lower(?) AND doi != ''", name),
            (
                "SELECT DISTINCT paper_id FROM records WHERE docno = ? AND docno != ''",
                name,
            ),
        ):
            live = self.papers(str(row[0]) for row in self.database.rows(sql, (value,)))
            if len(live) > 1:
                ids = ", ".join(sorted(paper.paper_id for paper in live))
                raise PaperNotFound(f"{name!r} stands for several papers: {ids}; give one of them")
            if live:
                return live[0].paper_id
        raise PaperNotFound(
            f"no paper has the id {name!r}; `askpapers papers` lists the ids of the library"
        )

    def records(self, paper_id: str) -> tuple[Record, ...]:
        """The records that a paper is merged from, by source and position."""
        records = [keyed.record for keyed in self.stored.of_papers([paper_id])]
        return tuple(sorted(records, key=lambda record: (record.source, record.position)))

    def chunks(self, chunk_ids: Iterable[str]) -> dict[str, Chunk]:
        """Those of the chunks that still exist, by id."""
        return self._chunks("chunk_id", chunk_ids)

    def chunks_of(self, paper_ids: Iterable[str]) -> list[Chunk]:
        """All chunks of the papers, ordered by id."""
        found = self._chunks("paper_id", paper_ids).values()
        return sorted(found, key=lambda chunk: chunk.chunk_id)

    def _chunks(self, column: str, values: Iterable[str]) -> dict[str, Chunk]:
        sql = (
            'SELECT chunk_id, chunks.paper_id, title, field, start, "end",'  # noqa: S608 - a constant
            " CASE field WHEN 'summary' THEN summary ELSE abstract END"
            " FROM chunks JOIN papers ON papers.paper_id = chunks.paper_id"
            f" WHERE state != 'deleting' AND chunks.{column} IN ({{}})"
        )
        return {
            chunk_id: Chunk(chunk_id, paper_id, title, field, start, end, prose[start:end])
            for chunk_id, paper_id, title, field, start, end, prose in self.database.rows_in(
                sql, values
            )
        }

    def ids(self) -> list[str]:
        """Ids of all papers."""
        rows = self.database.rows("SELECT paper_id FROM papers WHERE state != 'deleting'")
        return [str(row[0]) for row in rows]

    def ids_by(self, words: Iterable[str]) -> list[str]:
        """Ids of papers whose authors' names hold all these words, and maybe some others."""
        # LIKE folds the case of ASCII letters only; any other character may stand for any.
        patterns = ["%" + re.sub(r"[^A-Za-z0-9-]", "_", word) + "%" for word in words]
        rows = self.database.rows(
            "SELECT paper_id FROM papers WHERE state != 'deleting'"  # noqa: S608 - only question marks
            + " AND authors LIKE ?" * len(patterns),
            patterns,
        )
        return [str(row[0]) for row in rows]

    def ids_in(self, state: State, most: int = -1) -> list[str]:
        """Ids of the papers in this state (not `indexed`), sorted; the first `most`, if given."""
        rows = self.database.rows(  # the second condition lets SQLite use its index
            "SELECT paper_id FROM papers WHERE state = ? AND state != 'indexed'"
            " ORDER BY paper_id LIMIT ?",
            (state, most),
        )
        return [str(row[0]) for row in rows]

    # -- writing; the caller holds the library's write lock

    def put(
        self,
        works: Sequence[Work],
        chunks: Mapping[str, Sequence[Chunk]],
        gone: Collection[int] = (),
        full: Collection[int] = (),
    ) -> None:
        """Store works and their papers' chunks (by paper id), all or nothing.

        A paper becomes `pending` if what the indexes hold of it has changed. A paper all of
        whose records went to other papers becomes `deleting`, its id an alias. `gone` are ids of
        records that are removed; a paper left without any is deleted. `full` are match keys
        held by too many to need another holder. Raises LibraryError if a paper would lose only
        some of its records to nobody's knowledge.
        """
        new_ids = {work.paper.paper_id for work in works}
        paper_of = {k.record_id: w.paper.paper_id for w in works for k in w.records}
        with self.transaction():
            before = self.stored.owners({*paper_of, *gone})
            former = {before[i] for i in before} - new_ids
            self._check_heirs({*paper_of, *gone}, new_ids | former)
            heirs: dict[str, str] = {}
            for record_id, heir in paper_of.items():
                if before.get(record_id, heir) not in new_ids:
                    heirs.setdefault(before[record_id], heir)
            self.stored.remove(gone)
            self.stored.put(works, full)
            self._put_papers(works, chunks)
            for old_id in sorted(former):
                if old_id in heirs:
                    self._retire(old_id, heirs[old_id])
                else:
                    self._forget_paper(old_id)

    def _check_heirs(self, held: Collection[int], old_ids: Iterable[str]) -> None:
        """Raise LibraryError unless every record of these papers is among `held`."""
        for record_id, paper_id in self.stored.ids_of(old_ids).items():
            if record_id not in held:
                raise LibraryError(
                    f"{paper_id} would lose its record {record_id} to no other paper;"
                    " this is a fault of askpapers, nothing was changed"
                )

    def _put_papers(self, works: Sequence[Work], chunks: Mapping[str, Sequence[Chunk]]) -> None:
        if not works:
            return
        ids = [work.paper.paper_id for work in works]
        states: dict[str, State] = dict(
            self.database.rows_in(
                "SELECT paper_id, state FROM papers WHERE state != 'deleting' AND paper_id IN ({})",
                ids,
            )
        )
        stored: dict[str, list[Chunk]] = {}
        for chunk in self.chunks_of(states):
            stored.setdefault(chunk.paper_id, []).append(chunk)
        facets = {paper.paper_id: _facets(paper) for paper in self.papers(states)}
        rows = []
        for work in works:
            paper_id = work.paper.paper_id
            new = sorted(chunks[paper_id], key=lambda chunk: chunk.chunk_id)
            state = states.get(paper_id, "pending")
            if stored.get(paper_id, []) != new:
                state = "pending"
            elif facets.get(paper_id) != _facets(work.paper):
                state = "facets" if state in ("indexed", "facets") else "pending"
            rows.append(paper_row(work.paper, state))
        many = self.database.execute_many
        columns = ",".join("?" * len(rows[0]))
        many(f"INSERT OR REPLACE INTO papers VALUES ({columns})", rows)  # noqa: S608 - only question marks
        many("DELETE FROM aliases WHERE alias = ?", [(paper_id,) for paper_id in ids])
        many(
            "INSERT OR REPLACE INTO aliases VALUES (?, ?)",
            [(alias, w.paper.paper_id) for w in works for alias in w.paper.aliases],
        )
        many("DELETE FROM chunks WHERE paper_id = ?", [(paper_id,) for paper_id in states])
        many(
            "INSERT INTO chunks VALUES (?, ?, ?, ?, ?)",
            [
                (c.chunk_id, c.paper_id, c.field, c.start, c.end)
                for paper_id in ids
                for c in chunks[paper_id]
            ],
        )

    def _retire(self, paper_id: str, heir: str) -> None:
        self._hide(paper_id)
        self.database.execute(
            "UPDATE aliases SET paper_id = ? WHERE paper_id = ?", (heir, paper_id)
        )
        self.database.execute("INSERT OR REPLACE INTO aliases VALUES (?, ?)", (paper_id, heir))

    def mark_deleted(self, paper_id: str) -> None:
        """Hide a paper from every reader at once and forget its records and aliases."""
        with self.transaction():
            self.stored.remove(self.stored.ids_of([paper_id]))
            self._forget_paper(paper_id)

    def _forget_paper(self, paper_id: str) -> None:
        self.database.execute("DELETE FROM aliases WHERE paper_id = ?", (paper_id,))
        self._hide(paper_id)

    def _hide(self, paper_id: str) -> None:
        self.database.execute("DELETE FROM chunks WHERE paper_id = ?", (paper_id,))
        self.database.execute(
            "UPDATE papers SET state = 'deleting' WHERE paper_id = ?", (paper_id,)
        )

    def set_state(self, paper_ids: Sequence[str], state: State) -> None:
        """Record how far the indexes have followed."""
        with self.transaction():
            self.database.execute_many(
                "UPDATE papers SET state = ? WHERE paper_id = ?",
                [(state, paper_id) for paper_id in paper_ids],
            )

    def set_every_state(self, state: State) -> None:
        """Put every paper that is not being deleted into `state`."""
        with self.transaction():
            self.database.execute("UPDATE papers SET state = ? WHERE state != 'deleting'", (state,))

    def doubt_words(self) -> None:
        """Put every paper into the state it has when the words know nothing of it."""
        with self.transaction():
            self.database.execute(
                "UPDATE papers SET state = CASE state WHEN 'indexed' THEN 'facets'"
                " WHEN 'words' THEN 'pending' ELSE state END"
            )

    def drop(self, paper_ids: Sequence[str]) -> None:
        """Remove the rows of papers that the indexes no longer hold."""
        with self.transaction():
            self.database.execute_many(
                "DELETE FROM papers WHERE paper_id = ? AND state = 'deleting'",
                [(paper_id,) for paper_id in paper_ids],
            )


def _facets(paper: Paper) -> tuple[object, ...]:
    """What filters look at."""
    return paper.year, paper.authors, paper.categories, paper.sources
