"""The fill queue: which papers still want vectors, and which worker is making them.

A worker claims papers in one short transaction, makes their vectors while it holds no lock, and
lets go of its claims when they are stored. What a killed worker had claimed is free again at
once, because its process is gone; what one on another machine had claimed, when its lease ends.
"""

from __future__ import annotations

import os
import socket
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from rag.stored.database import Database

LEASE_S = 300.0
"""Longer than any round of embedding takes, so that a living worker keeps what it has claimed."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How many papers there are, are found by words, and are found by words and vectors."""

    papers: int
    by_words: int
    by_vectors: int

    @property
    def waiting(self) -> int:
        """Papers that are found by words only so far, or not even by them."""
        return self.papers - self.by_vectors


def standing(database: Database) -> Standing:
    """How far the indexes have followed the catalogue, without reading a row of a paper."""
    counts = database.rows("SELECT state, count(*) FROM papers WHERE state != 'indexed' GROUP BY 1")
    unfinished = {str(state): int(number) for state, number in counts}
    ((rows,),) = database.rows("SELECT count(*) FROM papers")
    papers = int(rows) - unfinished.get("deleting", 0)
    by_words = papers - unfinished.get("pending", 0)
    return Standing(papers, by_words, by_words - unfinished.get("words", 0))


def workers(database: Database) -> int:
    """How many workers are making vectors now, here and elsewhere."""
    rows = database.rows("SELECT DISTINCT worker FROM claims WHERE until >= ?", (time.time(),))
    return sum(_lives(str(row[0])) for row in rows)


class Claims:
    """One worker's view of the queue; workers may be threads, processes or machines."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._worker = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"

    def take(self, most: int, least: int = 1) -> list[str]:
        """Ids of up to `most` papers that want vectors, now claimed by this worker alone.

        While others work too, towards the end only a fair share, but `least` if there are as many.
        """
        now = time.time()
        with self._database.transaction():
            others = self._others(now)
            # The second condition tells SQLite that its index of unfinished papers will do.
            free = (
                "FROM papers WHERE state = 'words' AND state != 'indexed'"
                " AND paper_id NOT IN (SELECT paper_id FROM claims)"
            )
            if others:
                ((left,),) = self._database.rows(f"SELECT count(*) {free}")
                most = min(most, max(least, int(left) // (others + 1)))
            rows = self._database.rows(f"SELECT paper_id {free} LIMIT ?", (most,))
            ids = [str(row[0]) for row in rows]
            self._database.execute_many(
                "INSERT INTO claims VALUES (?, ?, ?)",
                [(paper_id, self._worker, now + LEASE_S) for paper_id in ids],
            )
        return ids

    def still_waiting(self, paper_ids: Sequence[str]) -> set[str]:
        """Those of the papers that want vectors still."""
        sql = "SELECT paper_id FROM papers WHERE state = 'words' AND paper_id IN ({})"
        return {str(row[0]) for row in self._database.rows_in(sql, paper_ids)}

    def release(self) -> None:
        """Let go of everything that this worker has claimed."""
        self._database.execute("DELETE FROM claims WHERE worker = ?", (self._worker,))

    def _others(self, now: float) -> int:
        """How many others are at work, once what is abandoned is free again.

        Abandoned are claims of processes that are gone, and leases that ended or were never sane.
        """
        self._database.execute(
            "DELETE FROM claims WHERE until < ? OR until > ?", (now, now + 2 * LEASE_S)
        )
        workers = {str(row[0]) for row in self._database.rows("SELECT worker FROM claims")}
        gone = {worker for worker in workers if not _lives(worker)}
        self._database.execute_many(
            "DELETE FROM claims WHERE worker = ?", [(worker,) for worker in gone]
        )
        return len(workers - gone - {self._worker})


def _lives(worker: str) -> bool:
    """Whether the worker's process runs; of one on another machine nothing is known but that."""
    host, pid, _ = worker.rsplit(":", 2)
    if host != socket.gethostname():
        return True
    import psutil

    try:
        return bool(psutil.Process(int(pid)).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:  # it runs, as another user
        return True
