"""One question of a conversation and what has come of it so far, before any screen."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, runtime_checkable

from rag.errors import RagError
from rag.finding.filters import EVERYTHING, Filter
from rag.stored.chosen import ALL_PAPERS, Chosen
from rag.types import Answer, Delta, Done, Event, Exchange, Status

BROKEN = "Something inside askpapers broke; the terminal it runs in shows what. Try again."
"""Told where an error is a fault of askpapers itself."""

MOST_AT_ONCE = 32
"""Answers being made in one app, those that were stopped among them until they let go."""

BUSY = (
    f"{MOST_AT_ONCE} answers are being made here already, the most there can be; one that was"
    " stopped counts until its chat model says something. Try again in a moment."
)

LOOK_S = 0.5
"""Seconds until whoever follows a silent turn notices that it is wanted no more."""

LOG = logging.getLogger(__name__)


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


@runtime_checkable
class Weighs(Protocol):
    """An answerer that can tell how sure it is of an answer before one is written."""

    def sure_of(self, question: str) -> float:
        """How probable it is, in [0, 1], that the papers answer it."""
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
    that were taken back as filters, `chosen` are the papers that a person chose, which the answer
    then tells. `begun` is when it was asked, in seconds since 1970. An answer that could not be
    kept has a `warning`.
    """

    number: int
    question: str
    status: str = "Starting"
    text: str = ""
    answer: Answer | None = None
    error: str = ""
    stopped: bool = False
    literally: tuple[str, ...] = ()
    chosen: Chosen = ALL_PAPERS
    begun: float = field(default_factory=time.time, compare=False)
    warning: str = ""

    @property
    def key(self) -> str:
        """Names it as it stands, by what of it has come to rest: its answer or its end."""
        state = self.answer.id if self.answer else "running" if self.running else "ended"
        return f"{self.number} {self.begun} {state}"

    @property
    def running(self) -> bool:
        """Whether more is to come."""
        return self.answer is None and not self.error and not self.stopped

    def again(self) -> Turn:
        """The same question of the same papers, to be answered anew."""
        return Turn(self.number, self.question, literally=self.literally, chosen=self.chosen)

    def after(self, event: Event) -> Turn:
        """This turn once `event` has happened."""
        match event:
            case Status(text):
                return replace(self, status=text)
            case Delta(text):
                return replace(self, text=self.text + text)
            case Done(answer):
                return replace(self, answer=self.chosen.noted(answer))


Keep = Callable[[Turn], Turn]
"""Keeps a turn that has its answer, and gives it back with the number it has: another one, where
someone else was quicker. Raises RagError where that fails."""


def _not_kept(turn: Turn) -> Turn:
    return turn


class Taking:
    """A turn being answered: `follow` its states, `stop` it, from any thread.

    It is answered in a thread of its own, so that a stop takes effect at once even while a chat
    model is silent, and an answer is finished and kept though the page was closed meanwhile. What
    is still made after a stop is dropped, and its stream closed at the next event.
    """

    def __init__(
        self,
        turn: Turn,
        answerers: Answerers,
        backend: str,
        history: Sequence[Exchange] = (),
        keep: Keep = _not_kept,
    ) -> None:
        """`history` is the conversation before it, oldest first. `start` begins the work."""
        self._turn = turn
        self._history = tuple(history)
        self._answerers = answerers
        self._backend = backend
        self._keep = keep
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="turn", daemon=True)

    @property
    def turn(self) -> Turn:
        """Its state at this moment."""
        return self._turn

    def start(self) -> Taking:
        """Begin to answer; to be called once."""
        self._thread.start()
        return self

    def refuse(self, why: str) -> Taking:
        """End it with an error, instead of `start`."""
        self._tell(lambda turn: replace(turn, error=why))
        return self

    @property
    def held(self) -> bool:
        """Whether its thread runs: after a stop it does until the chat model's next piece."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """End the turn where it stands."""
        self._tell(lambda turn: replace(turn, stopped=True))

    def follow(self, wanted: Callable[[], bool] = lambda: True) -> Iterator[Turn]:
        """Its state now, and then each newer one, as long as it is `wanted`; the last has ended.

        Whoever is slow is told what has gathered meanwhile at once.
        """
        seen: Turn | None = None
        while seen is None or seen.running:
            with self._changed:
                while self._turn is seen and wanted():
                    self._changed.wait(LOOK_S)
                if not wanted():
                    return
                seen = self._turn
            yield seen

    def _tell(self, change: Callable[[Turn], Turn]) -> bool:
        """Change the state, unless the turn has ended; whether it goes on."""
        with self._changed:
            if self._turn.running:
                self._turn = change(self._turn)
                self._changed.notify_all()
            return self._turn.running

    def _work(self) -> None:
        turn = self._turn
        try:
            asks = self._answerers(self._backend)
            for event in asks.stream(
                turn.question,
                within=turn.chosen.within,
                history=self._history,
                literally=turn.literally,
            ):
                if not self._take(event):
                    return
            raise AssertionError("the events ended without Done")
        except RagError as error:
            told = str(error)
            self._tell(lambda turn: replace(turn, error=told))
        except BaseException:  # a fault of ours: nobody else would hear of it
            LOG.exception("a question could not be answered")
            self._tell(lambda turn: replace(turn, error=BROKEN))

    def _take(self, event: Event) -> bool:
        """Note what happened; whether to go on. An answer is kept before anyone sees it."""
        turn = self._turn.after(event)
        if turn.answer and self._turn.running:
            try:
                turn = self._keep(turn)
            except RagError as error:
                turn = replace(turn, warning=f"This answer could not be kept: {error}")
        return self._tell(lambda _: turn)


class Underway:
    """The turns being answered now, by conversation: a page that is opened again finds its own.

    There are `most` at once, as each holds a thread: a slow model holds it after a stop, too.
    """

    def __init__(self, most: int = MOST_AT_ONCE) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._takings: dict[str, Taking] = {}
        self._held: list[Taking] = []

    def of(self, conversation_id: str) -> Taking | None:
        """The one of this conversation, if there is one."""
        with self._lock:
            taking = self._takings.get(conversation_id)
            return taking if taking and taking.turn.running else None

    @property
    def busy(self) -> bool:
        """Whether anything is being answered, in whatever conversation."""
        with self._lock:
            return any(one.turn.running for one in self._takings.values())

    def begin(self, conversation_id: str, taking: Taking) -> Taking | None:
        """Start it and give it back, or refuse it where there are too many.

        None, and nothing is started, while another one of the conversation runs.
        """
        with self._lock:
            running = {name: one for name, one in self._takings.items() if one.turn.running}
            if conversation_id in running:
                return None
            self._held = [one for one in self._held if one.held]
            if len(self._held) >= self._most:
                return taking.refuse(BUSY)
            self._takings = running | {conversation_id: taking}
            self._held.append(taking.start())
            return taking
