"""What the kept answers of a library have cost, by what they were made with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rag.settings import Configuration
from rag.stored.database import Database
from rag.wire import unpacked_answer

NEWEST = 200
"""Answers that are looked at: what was long ago was another machine, or another model."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What one answer took: seconds of all its stages, and tokens, if its chat model counts any."""

    configuration: Configuration
    seconds: float
    tokens: int | None


def spent(database: Database, newest: int = NEWEST) -> Iterator[Spent]:
    """The newest kept answers that a question came to in the end, newest first.

    Left out are those of another chat model than the one asked, where that had failed. Raises
    LibraryError.
    """
    rows = database.rows(
        "SELECT answer, configuration FROM turns JOIN answers USING (answer_id)"
        " ORDER BY asked_at DESC LIMIT ?",
        (newest,),
    )
    for packed, told in rows:
        answer, configuration = unpacked_answer(packed), Configuration.read(told)
        total = answer.timings_ms.get("total")
        if answer.abstained or answer.backend != configuration.backend or total is None:
            continue
        usage = answer.usage
        tokens = usage.prompt + usage.completion if usage else None
        yield Spent(configuration, total / 1000, tokens)
