"""What a judge said, kept in a file: a stopped run of hours goes on where it was."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

from evals.runs.run_config import chat_stamp
from rag.config import Config
from rag.errors import SourceError
from rag.models.judge import Judge, judge_model
from rag.types import Message

_TABLE = "CREATE TABLE IF NOT EXISTS weighed (key BLOB PRIMARY KEY, logs TEXT, ms REAL)"


class CachedJudge:
    """A Judge that weighs the same messages once, whoever runs it and when.

    `stamp` tells apart what judges under one name: a model file's hash, an endpoint's address.
    `ms` adds up what the weighings took when they were made, recalled ones included. For one
    thread at a time; processes may share the file.
    """

    def __init__(self, real: Judge, path: Path, stamp: str = "") -> None:
        """Opens or makes the file. Raises SourceError if it cannot serve."""
        self.name = real.name
        self.ms = 0.0
        self._real = real
        self._path = path
        self._stamp = stamp
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # Autocommit: each weighing is safe the moment it is made.
            self._rows = sqlite3.connect(path, timeout=60, isolation_level=None)
            self._rows.execute(_TABLE)
        except (OSError, sqlite3.Error) as error:
            raise self._unusable(error) from error

    def weigh(self, messages: Sequence[Message], options: Sequence[str]) -> tuple[float, ...]:
        """As `Judge.weigh`. Raises SourceError too, if the file can no longer serve."""
        key = self._key(messages, options)
        try:
            found = self._rows.execute("SELECT logs, ms FROM weighed WHERE key = ?", (key,))
            for logs, ms in found:
                self.ms += ms
                return tuple(json.loads(logs))
            began = time.perf_counter()
            weighed = self._real.weigh(messages, options)
            spent = (time.perf_counter() - began) * 1000
            row = (key, json.dumps(weighed), spent)
            self._rows.execute("INSERT OR REPLACE INTO weighed VALUES (?, ?, ?)", row)
        except sqlite3.Error as error:
            raise self._unusable(error) from error
        self.ms += spent
        return weighed

    def close(self) -> None:
        """Let go of the file."""
        self._rows.close()

    def _key(self, messages: Sequence[Message], options: Sequence[str]) -> bytes:
        said = [[message.role, message.content] for message in messages]
        text = json.dumps([self.name, self._stamp, said, list(options)])
        return blake2b(text.encode(), digest_size=16).digest()

    def _unusable(self, error: Exception) -> SourceError:
        return SourceError(
            str(self._path), f"cannot keep what judges say ({error}); name another file"
        )


def kept_judge(name: str, config: Config, path: Path) -> CachedJudge:
    """The judge of that name (see `judge_model`), with what it said before.

    Raises as `judge_model`, and SourceError for the file.
    """
    return CachedJudge(judge_model(name, config), path, judge_stamp(name, config))


def judge_stamp(name: str, config: Config) -> str:
    """What else than its name a judge depends on. Raises WeightsError for a file that cannot be
    read.
    """
    if name.startswith("openai:"):
        return config.openai_base_url  # the whole of it: it is only kept within a hash
    return chat_stamp(name, config)
