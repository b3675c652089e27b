"""A conversation as one page has it open: the last turns whole, of those before what they say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from rag.stored.chosen import ALL_PAPERS, Chosen
from rag.stored.conversations import KeptTurn
from rag.types import Exchange
from ui.app.pieces import Pieces
from ui.app.turns import Turn

SHOWN = 8
"""Turns on the page; earlier ones are brought back on demand, so that no page grows for ever."""

MORE = 20
"""Turns that are brought back at once."""


@dataclass(slots=True)
class Page:
    """What one open page shows: `shown` counts what was put on it, so that an answer that is still
    being followed for what was there before leaves the page alone. `chosen` are the papers that
    questions to come are asked of, also where they are chosen while an answer is being made.
    `pieces` are those of its HTML that it has.
    """

    shown: int = 0
    chosen: Chosen = ALL_PAPERS
    pieces: Pieces = field(default_factory=Pieces)

    def turned(self) -> Callable[[], bool]:
        """Put something else on the page; the answer tells whether it is still there."""
        self.shown += 1
        return self.staying()

    def staying(self) -> Callable[[], bool]:
        """Tells whether what is on the page now is still there."""
        now = self.shown
        return lambda: self.shown == now


@dataclass(frozen=True, slots=True)
class Talk:
    """The conversation of this id (empty before the first question): `turns` on the page, the last
    of which may be running, and what the turns `before` them said.
    """

    conversation_id: str = ""
    before: tuple[Exchange, ...] = ()
    turns: tuple[Turn, ...] = ()

    @property
    def last(self) -> Turn | None:
        """The newest turn, if there is one."""
        return self.turns[-1] if self.turns else None

    @property
    def running(self) -> bool:
        """Whether an answer is being made."""
        return self.last is not None and self.last.running

    @property
    def next_number(self) -> int:
        """The number of a turn to come."""
        return self.last.number + 1 if self.last else len(self.before) + 1

    def exchanges(self) -> tuple[Exchange, ...]:
        """All that was asked and answered, oldest first."""
        return (*self.before, *(turn.answer.exchange for turn in self.turns if turn.answer))

    def turn(self, number: int) -> Turn | None:
        """The turn of this number, if it is on the page."""
        return next((turn for turn in self.turns if turn.number == number), None)

    def upto(self, number: int) -> Talk:
        """Without the turn of this number and those after it."""
        return replace(self, turns=tuple(turn for turn in self.turns if turn.number < number))

    def with_turn(self, turn: Turn) -> Talk:
        """With one more turn, or the last one as it is now; too many leave the page."""
        turns = (*self.upto(turn.number).turns, turn)
        left = [one.answer.exchange for one in turns[:-SHOWN] if one.answer]
        return replace(self, before=(*self.before, *left), turns=turns[-SHOWN:])


def reopened(conversation_id: str, kept: Sequence[KeptTurn], shown: int = SHOWN) -> Talk:
    """The conversation as it was kept, its last `shown` turns whole."""
    return Talk(
        conversation_id,
        tuple(one.answer.exchange for one in kept[:-shown]),
        tuple(
            Turn(
                one.number,
                one.answer.question,
                answer=one.answer,
                literally=one.literally,
                chosen=one.chosen,
                begun=one.asked_at.timestamp(),
            )
            for one in kept[-shown:]
        ),
    )
