"""Conversations that are kept: their turns with whole answers, listed, searched, renamed, deleted.

An answer stays at its id until its conversation is deleted, also when another has taken its place
in the conversation: what has been shared goes on to be found.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from rag.errors import LibraryError
from rag.finding.filters import fold
from rag.settings import Configuration
from rag.stored.chosen import ALL_PAPERS, Chosen
from rag.stored.database import Database
from rag.types import Answer
from rag.wire import packed_answer, unpacked_answer

UNDO_S = 24 * 3600.0
"""Seconds for which what was deleted can be restored; the next change then removes it for good."""

_TITLE_CHARS = 80
_ID_BYTES = 16  # of chance in an id: whoever knows it may read, so nobody must guess it
_COLUMNS = (
    "conversation_id, title, begun, changed,"
    " (SELECT count(*) FROM turns WHERE turns.conversation_id = conversations.conversation_id)"
)


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def new_id() -> str:
    """An id that nobody guesses: 32 hex digits."""
    return secrets.token_hex(_ID_BYTES)


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation as a list shows it; times are UTC, `turns` is how many there are."""

    conversation_id: str
    title: str
    begun: datetime
    changed: datetime
    turns: int


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """A question of a conversation with its finished answer; `number` counts from 1.

    `configuration` is what was asked (`answer.backend` says who wrote: where a chat model failed
    another). `literally` are wordings of the question that were taken back as filters, `chosen`
    the papers that a person chose for it.
    """

    number: int
    answer: Answer
    configuration: Configuration
    literally: tuple[str, ...] = ()
    asked_at: datetime = field(default_factory=now)
    chosen: Chosen = ALL_PAPERS

    @property
    def backend(self) -> str:
        """The chat model that was asked."""
        return self.configuration.backend


class Conversations:
    """The conversations of one library; safe to share by threads. Errors are LibraryError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # -- reading

    def get(self, conversation_id: str) -> Conversation:
        """One conversation. Raises LibraryError if there is none of that id, or it is deleted."""
        rows = self._database.rows(
            f"SELECT {_COLUMNS} FROM conversations"  # noqa: S608 - constants
            " WHERE conversation_id = ? AND deleted IS NULL",
            (conversation_id,),
        )
        if not rows:
            raise _unknown(conversation_id)
        return _conversation(rows[0])

    def turns(self, conversation_id: str) -> tuple[KeptTurn, ...]:
        """The turns, oldest first. Raises LibraryError as `get` does."""
        rows = self._database.rows(
            "SELECT number, answer, configuration, literally, asked_at, chosen FROM turns"
            " JOIN answers USING (answer_id) JOIN conversations ON"
            " conversations.conversation_id = turns.conversation_id AND deleted IS NULL"
            " WHERE turns.conversation_id = ? ORDER BY number",
            (conversation_id,),
        )
        if not rows:
            raise _unknown(conversation_id)
        return tuple(_turn(row) for row in rows)

    def find(self, words: str = "", limit: int = 50, offset: int = 0) -> tuple[Conversation, ...]:
        """Conversations, newest change first, from the `offset`th on, up to `limit`.

        With `words` those whose title, or one of whose turns (question and answer), holds each of
        them, be it as a part of a longer word; accents and capitals make no difference.
        """
        # Looking through every turn takes 23 ms of 10,000 at worst: an index of words could not
        # find parts of them, and would be one more thing to keep right.
        held, values = "", list[object]()
        for word in dict.fromkeys(fold(words).split()):
            held += (
                " AND (instr(folded, ?) OR EXISTS (SELECT 1 FROM turns WHERE"
                " turns.conversation_id = conversations.conversation_id AND instr(words, ?)))"
            )
            values += [word, word]
        rows = self._database.rows(
            f"SELECT {_COLUMNS} FROM conversations WHERE deleted IS NULL{held}"  # noqa: S608 - constants
            " ORDER BY changed DESC, conversation_id LIMIT ? OFFSET ?",
            (*values, limit, offset),
        )
        return tuple(_conversation(row) for row in rows)

    def answer(self, answer_id: str) -> Answer:
        """One kept answer. Raises LibraryError if there is none, or its conversation is deleted."""
        return unpacked_answer(self._kept("answer", answer_id))

    def _kept(self, column: str, answer_id: str) -> Any:
        rows = self._database.rows(
            f"SELECT {column} FROM answers JOIN conversations USING (conversation_id)"  # noqa: S608 - constants
            " WHERE answer_id = ? AND deleted IS NULL",
            (answer_id,),
        )
        if not rows:
            raise LibraryError(
                f"no answer is kept under {answer_id!r}: its conversation was deleted, or the link"
                " is incomplete"
            )
        return rows[0][0]

    def made(self, answer_id: str) -> Configuration:
        """What made a kept answer. Raises LibraryError as `answer` does."""
        return Configuration.read(self._kept("configuration", answer_id))

    def chosen(self, answer_id: str) -> Chosen:
        """The papers that were chosen for a kept answer. Raises LibraryError as `answer` does."""
        return Chosen.read(self._kept("chosen", answer_id))

    def upto(self, answer_id: str) -> tuple[KeptTurn, ...]:
        """The turn of a kept answer after those before it; nothing where another answer has taken
        its place.
        """
        turns = self.turns(self._kept("conversation_id", answer_id))
        places = [place for place, one in enumerate(turns) if one.answer.id == answer_id]
        return turns[: places[0] + 1] if places else ()

    # -- writing

    def keep(
        self, conversation_id: str, turn: KeptTurn, instead_of: Collection[str] = ()
    ) -> KeptTurn:
        """Keep a turn, and give it back with the number it has; the first one begins the
        conversation and gives it its title.

        It takes the place of the turns from its number on, where their answers are all among
        `instead_of` (ids), as when a question is edited and asked again. Where others stand there,
        as someone else was quicker, it comes last, and nothing is lost. A deleted conversation
        that is gone on with is restored. Raises LibraryError.
        """
        at = turn.asked_at.timestamp()
        answer, title = turn.answer, _title(turn.answer.question)
        with self._database.transaction():
            turn = replace(turn, number=self._place(conversation_id, turn.number, instead_of))
            self._database.execute(
                "INSERT INTO conversations VALUES (?, ?, ?, ?, ?, NULL) ON CONFLICT DO UPDATE"
                " SET changed = max(changed, excluded.changed), deleted = NULL",
                (conversation_id, title, fold(title), at, at),
            )
            self._database.execute(
                "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?)",
                (
                    *(answer.id, conversation_id, turn.configuration.told()),
                    *(packed_answer(answer), turn.chosen.told()),
                ),
            )
            self._database.execute(
                "INSERT INTO turns VALUES (?, ?, ?, ?, ?, ?)",
                (
                    *(conversation_id, turn.number, answer.id, at),
                    json.dumps(turn.literally, ensure_ascii=False),
                    fold(f"{answer.question}\n{answer.answer}"),
                ),
            )
            self._purge()
        return turn

    def _place(self, conversation_id: str, number: int, instead_of: Collection[str]) -> int:
        """Make room for a turn of this number, in a transaction; the number that it gets."""
        there = self._database.rows(
            "SELECT number, answer_id FROM turns WHERE conversation_id = ? AND number >= ?"
            " ORDER BY number",
            (conversation_id, number),
        )
        if not {answer_id for _, answer_id in there} <= set(instead_of):
            return int(there[-1][0]) + 1
        self._database.execute(
            "DELETE FROM turns WHERE conversation_id = ? AND number >= ?",
            (conversation_id, number),
        )
        return number

    def rename(self, conversation_id: str, title: str) -> Conversation:
        """Give a conversation another title; an empty one changes nothing.

        Raises LibraryError as `get` does.
        """
        if title := _title(title):
            self._database.execute(
                "UPDATE conversations SET title = ?, folded = ? WHERE conversation_id = ?",
                (title, fold(title), conversation_id),
            )
        return self.get(conversation_id)

    def delete(self, conversation_id: str) -> Conversation:
        """Delete a conversation and its answers; until UNDO_S later it can be restored.

        Votes keep the answers they were given to. Raises LibraryError as `get` does.
        """
        gone = self.get(conversation_id)
        self._database.execute(
            "UPDATE conversations SET deleted = ? WHERE conversation_id = ?",
            (now().timestamp(), conversation_id),
        )
        self._purge()
        return gone

    def restore(self, conversation_id: str) -> Conversation:
        """Undo a deletion. Raises LibraryError if there is nothing of it any more."""
        self._database.execute(
            "UPDATE conversations SET deleted = NULL WHERE conversation_id = ?",
            (conversation_id,),
        )
        return self.get(conversation_id)

    def _purge(self) -> None:
        """Remove for good what was deleted longer ago than UNDO_S."""
        with self._database.transaction():
            for table in ("turns", "answers", "conversations"):
                self._database.execute(
                    f"DELETE FROM {table} WHERE conversation_id IN"  # noqa: S608 - constants
                    " (SELECT conversation_id FROM conversations WHERE deleted < ?)",
                    (now().timestamp() - UNDO_S,),
                )


def _title(text: str) -> str:
    """`text` on one line, short enough for a list."""
    line = " ".join(text.split())
    return line if len(line) <= _TITLE_CHARS else f"{line[: _TITLE_CHARS - 1].rstrip()}…"


def _conversation(row: tuple[Any, ...]) -> Conversation:
    conversation_id, title, begun, changed, turns = row
    return Conversation(conversation_id, title, _time(begun), _time(changed), int(turns))


def _turn(row: tuple[Any, ...]) -> KeptTurn:
    number, answer, configuration, literally, asked_at, chosen = row
    return KeptTurn(
        *(int(number), unpacked_answer(answer), Configuration.read(configuration)),
        *(tuple(json.loads(literally)), _time(asked_at), Chosen.read(chosen)),
    )


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _unknown(conversation_id: str) -> LibraryError:
    return LibraryError(
        f"there is no conversation {conversation_id!r}: it was deleted, or the link is incomplete"
    )
