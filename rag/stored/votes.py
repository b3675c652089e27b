"""Votes: what people say of answers, of their sentences, and of two drafts side by side.

Each is kept with the whole answer, the configuration that made it and the time: it says as much
when the conversation is deleted, the papers have changed and the program is another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from rag.errors import LibraryError
from rag.settings import Configuration
from rag.stored.conversations import new_id, now
from rag.stored.database import Database
from rag.types import Answer
from rag.wire import packed_answer, unpacked_answer

Verdict = Literal["up", "down"]
Winner = Literal["first", "second", "tie", "both_bad"]

MOST_REASON = 2000
"""Characters of a person's reason that are kept."""


@dataclass(frozen=True, slots=True)
class Vote:
    """One thumb: on a whole answer, or on its `sentence` (position in `answer.sentences`).

    `reason` is the person's own words, or empty; `at` is UTC.
    """

    vote_id: str
    answer: Answer
    sentence: int | None
    verdict: Verdict
    reason: str
    at: datetime
    configuration: Configuration

    @property
    def answer_id(self) -> str:
        """Id of the answer."""
        return self.answer.id


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two drafts of one question as they were shown, the `first` one left or above, and which of
    them a person liked better. Each has its configuration; `at` is UTC.
    """

    comparison_id: str
    first: Answer
    second: Answer
    winner: Winner
    reason: str
    at: datetime
    first_configuration: Configuration
    second_configuration: Configuration


_VOTE = "vote_id, answer, sentence, verdict, reason, at, configuration"
_COMPARISON = (
    "comparison_id, first, second, winner, reason, at, first_configuration, second_configuration"
)


class Votes:
    """The votes of one library; safe to share by threads. Errors are LibraryError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def cast(
        self,
        answer: Answer,
        verdict: Verdict,
        configuration: Configuration,
        *,
        sentence: int | None = None,
        reason: str = "",
    ) -> Vote:
        """Keep a vote; it takes the place of an earlier one on the same answer or sentence.

        Raises LibraryError if the answer has no such sentence.
        """
        there = len(answer.sentences)
        if sentence is not None and not 0 <= sentence < there:
            raise LibraryError(
                f"answer {answer.id!r} has no sentence {sentence}: it has {there}, counted from 0"
            )
        vote = Vote(
            new_id(), answer, sentence, verdict, reason.strip()[:MOST_REASON], now(), configuration
        )
        with self._database.transaction():
            self._database.execute(
                "DELETE FROM votes WHERE answer_id = ? AND sentence IS ?", (answer.id, sentence)
            )
            self._database.execute(
                "INSERT INTO votes VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(vote.vote_id, answer.id, sentence, verdict, vote.reason),
                    *(vote.at.timestamp(), configuration.told(), packed_answer(answer)),
                ),
            )
        return vote

    def take_back(self, vote_id: str) -> None:
        """Forget a vote. Raises LibraryError if there is none of that id."""
        if not self._database.execute("DELETE FROM votes WHERE vote_id = ?", (vote_id,)):
            raise LibraryError(f"there is no vote {vote_id!r}: it was taken back, or replaced")

    def compare(
        self,
        first: Answer,
        second: Answer,
        winner: Winner,
        configurations: tuple[Configuration, Configuration],
        reason: str = "",
    ) -> Comparison:
        """Keep which of two drafts is better; `first` and `second` are as they were shown."""
        one = Comparison(
            new_id(), first, second, winner, reason.strip()[:MOST_REASON], now(), *configurations
        )
        self._database.execute(
            "INSERT INTO comparisons VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(one.comparison_id, winner, one.reason, one.at.timestamp()),
                *(configuration.told() for configuration in configurations),
                *(packed_answer(first), packed_answer(second)),
            ),
        )
        return one

    def of(self, answer_id: str) -> tuple[Vote, ...]:
        """The votes on one answer and its sentences, oldest first."""
        return self._votes("WHERE answer_id = ?", (answer_id,))

    def all(self) -> tuple[Vote, ...]:
        """Every vote, oldest first."""
        return self._votes()

    def comparisons(self) -> tuple[Comparison, ...]:
        """Every comparison of two drafts, oldest first."""
        rows = self._database.rows(
            f"SELECT {_COMPARISON} FROM comparisons ORDER BY at, comparison_id"  # noqa: S608 - constants
        )
        return tuple(_comparison(row) for row in rows)

    def _votes(self, which: str = "", values: tuple[object, ...] = ()) -> tuple[Vote, ...]:
        rows = self._database.rows(
            f"SELECT {_VOTE} FROM votes {which} ORDER BY at, vote_id",  # noqa: S608 - constants
            values,
        )
        return tuple(_vote(row) for row in rows)


def _vote(row: tuple[Any, ...]) -> Vote:
    vote_id, answer, sentence, verdict, reason, at, configuration = row
    return Vote(
        *(vote_id, unpacked_answer(answer), sentence, verdict, reason),
        *(datetime.fromtimestamp(at, UTC), Configuration.read(configuration)),
    )


def _comparison(row: tuple[Any, ...]) -> Comparison:
    comparison_id, first, second, winner, reason, at, of_first, of_second = row
    return Comparison(
        *(comparison_id, unpacked_answer(first), unpacked_answer(second), winner, reason),
        datetime.fromtimestamp(at, UTC),
        Configuration.read(of_first),
        Configuration.read(of_second),
    )
