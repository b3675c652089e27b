"""One question of a conversation and what has come of it so far, before any screen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from rag.errors import RagError
from rag.types import Answer, Delta, Done, Event, Status


class Asks(Protocol):
    """What answers questions: `rag.answer.Answerer`, or a script in tests."""

    def stream(self, question: str) -> Iterator[Event]:
        """Events of one answer: Status and Delta as it is made, then Done."""
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
    what is being done, `text` is what has been streamed.
    """

    number: int
    question: str
    status: str = "Starting"
    text: str = ""
    answer: Answer | None = None
    error: str = ""
    stopped: bool = False

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


def take(turn: Turn, answerers: Answerers, backend: str) -> Iterator[Turn]:
    """Every state of `turn` as `backend` answers it, the running start included.

    Errors of askpapers end the turn as its `error`; nothing is raised for them. Closing this
    iterator closes the stream beneath, so that a stopped chat model stops.
    """
    yield turn
    try:
        for event in answerers(backend).stream(turn.question):
            turn = turn.after(event)
            yield turn
    except RagError as error:
        yield replace(turn, error=str(error))
