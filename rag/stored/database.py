"""The SQLite file under the catalogue: opened, made or brought up to date, its errors ours."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from rag.errors import LibraryError
from rag.stored.schema import MIGRATIONS, SCHEMA, SCHEMA_VERSION

_WAIT_S = 30  # for another process that writes
_BATCH = 500  # bound variables a statement, safely below every SQLite's limit


class Database:
    """One SQLite file in WAL mode; safe to share by threads. Errors are raised as LibraryError."""

    def __init__(self, path: Path) -> None:
        """Open the file, make its tables at first use, or migrate those of an older version.

        Raises LibraryError if it cannot be used, or comes from a newer askpapers.
        """
        self._lock = threading.RLock()
        self._path = path
        with self._errors_told():
            self._db = sqlite3.connect(
                path, timeout=_WAIT_S, isolation_level=None, check_same_thread=False
            )
            self._use_wal()
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._create_or_migrate()

    @contextmanager
    def _errors_told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise LibraryError(
                f"the catalogue {self._path} cannot serve ({error}); see that the disk has room and"
                " the folder can be written; if the file is no longer whole, move the folder away"
                " and ingest again"
            ) from error

    def _use_wal(self) -> None:
        """Turn a new file to WAL; SQLite lets nobody wait for another who is just doing so."""
        until = time.monotonic() + _WAIT_S
        while True:
            try:
                self._db.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
            time.sleep(0.01)

    def _create_or_migrate(self) -> None:
        if self._version() == SCHEMA_VERSION:
            return
        with self.transaction():  # whole or not at all, also when it is killed
            version = self._version()  # another process may have been faster
            if version > SCHEMA_VERSION:
                raise LibraryError(
                    f"{self._path} has schema version {version}, this askpapers reads"
                    f" {SCHEMA_VERSION}; use the askpapers that wrote it, or another ASKPAPERS_HOME"
                )
            steps = [SCHEMA] if version == 0 else MIGRATIONS[version - 1 :]
            for step in steps:
                for statement in step.split(";"):
                    self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def _version(self) -> int:
        return int(self._db.execute("PRAGMA user_version").fetchone()[0])

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, also when the process is killed; one inside another is part of it."""
        with self._lock, self._errors_told():
            if self._db.in_transaction:
                yield
                return
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # SQLite itself rolls back when a disk is full
                    self._db.execute("ROLLBACK")
                raise

    def execute(self, sql: str, values: Sequence[object] = ()) -> int:
        """Run one statement; returns how many rows it changed."""
        with self._lock, self._errors_told():
            return self._db.execute(sql, values).rowcount

    def execute_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement for each of `rows`, in one transaction."""
        with self.transaction():
            self._db.executemany(sql, rows)

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Every row of a query."""
        with self._lock, self._errors_told():
            return self._db.execute(sql, values).fetchall()

    def rows_in(self, sql: str, values: Iterable[object]) -> Iterator[tuple[Any, ...]]:
        """Rows of `sql`, whose one `{}` becomes the placeholders for `values`, in batches."""
        iterator = iter(values)
        while batch := tuple(islice(iterator, _BATCH)):
            yield from self.rows(sql.format(",".join("?" * len(batch))), batch)
