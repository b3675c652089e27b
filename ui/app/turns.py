"""One question of a conversation and what has come of it so far, before any screen."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from queue import SimpleQueue
from typing import Protocol

from rag.errors import RagError
from rag.finding.filters import EVERYTHING, Filter
from rag.types import Answer, Delta, Done, Event, Exchange, Status


class Asks(Protocol):
    """What answers questions: `rag.answer.Answerer`, or a script in tests."""

    def stream(
        self,
        question: str,
        *,
        within: Filter = EVERYTHING,
        history: Sequence[Exchange] = (),
        literally: Sequence[str] = (),
    ) -> Iterator[Event]:
        """Events of one answer: Status and Delta as it is made, then Done.

        It rests on papers that `within` leaves; `history` is the conversation so far, `literally`
        are wordings of the question that are no filters.
        """
        ...


class Answerers(Protocol):
    """Gives the answerer of a backend; raises RagError where that backend cannot be had."""

    def __call__(self, backend: str, /) -> Asks:
        """The answerer that writes with `backend`, the same object each time."""
        ...


@dataclass(frozen=True, slots=True)
class Turn:
    """A question with its state: running until it has an answer, an error, or was stopped.

    `number` counts the turns of a conversation from 1. `status` says in words for a person
    what is being done, `text` is what has been streamed, `literally` are wordings of the question
    that were taken back as filters.
    """

    number: int
    question: str
    status: str = "Starting"
    text: str = ""
    answer: Answer | None = None
    error: str = ""
    stopped: bool = False
    literally: tuple[str, ...] = ()

    @property
    def running(self) -> bool:
        """Whether more is to come."""
        return self.answer is None and not self.error and not self.stopped

    def after(self, event: Event) -> Turn:
        """This turn once `event` has happened."""
        match event:
            case Status(text):
                return replace(self, status=text)
            case Delta(text):
                return replace(self, text=self.text + text)
            case Done(answer):
                return replace(self, answer=answer)


class Taking:
    """A turn being answered: iterate for its states; `stop` it from any thread.

    The events are made in a thread of their own, so that a stop takes effect at once even while
    a chat model is silent. What the thread still makes is dropped, and its stream closed at the
    next event.
    """

    def __init__(
        self, turn: Turn, answerers: Answerers, backend: str, earlier: Sequence[Turn] = ()
    ) -> None:
        """`earlier` are the turns of the conversation before it, oldest first."""
        self._turn = turn
        self._history = [one.answer.exchange for one in earlier if one.answer]
        self._answerers = answerers
        self._backend = backend
        self._stopped = threading.Event()
        self._arrived: SimpleQueue[Event | BaseException | None] = SimpleQueue()

    def stop(self) -> None:
        """End the turn where it stands."""
        self._stopped.set()
        self._arrived.put(None)

    def __iter__(self) -> Iterator[Turn]:
        """Every state of the turn, its running start included and its end the last.

        An error of askpapers ends the turn as its `error`; any other is raised.
        """
        turn = self._turn
        yield turn
        threading.Thread(target=self._work, name="turn", daemon=True).start()
        try:
            while turn.running:
                arrived = self._arrived.get()
                if self._stopped.is_set() or arrived is None:
                    turn = replace(turn, stopped=True)
                elif isinstance(arrived, RagError):
                    turn = replace(turn, error=str(arrived))
                elif isinstance(arrived, BaseException):
                    raise arrived
                else:
                    turn = turn.after(arrived)
                yield turn
        finally:
            self._stopped.set()  # whoever stops iterating wants no more of it

    def _work(self) -> None:
        try:
            turn = self._turn
            asks = self._answerers(self._backend)
            for event in asks.stream(
                turn.question, history=self._history, literally=turn.literally
            ):
                self._arrived.put(event)
                if self._stopped.is_set() or isinstance(event, Done):
                    return
            raise AssertionError("the events ended without Done")
        except BaseException as error:  # noqa: BLE001  raised again by the thread that waits
            self._arrived.put(error)
