"""Something that tells of its progress, run in a thread so that a stop takes effect at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from typing import Generic, TypeVar

from rag.errors import RagError

T = TypeVar("T")

MOST_AT_ONCE = 16
"""Threads that work at once, those among them that were stopped until they let go."""

BUSY = (
    f"{MOST_AT_ONCE} summaries and tables are being made here already, the most there can be; one"
    " that was stopped counts until its chat model says something. Try again in a moment."
)


def places(most: int = MOST_AT_ONCE) -> threading.BoundedSemaphore:
    """Room for so many at once."""
    return threading.BoundedSemaphore(most)


class _End:
    """Nothing more comes."""


class Running(Generic[T]):
    """What `events` yields: iterate for it; `stop` it from any thread.

    What the thread still makes after a stop is dropped, and `events` closed at the next of it. It
    holds one of the `places` until then.
    """

    def __init__(
        self, events: Callable[[], Iterator[T]], places: threading.BoundedSemaphore
    ) -> None:
        self._events = events
        self._places = places
        self._stopped = threading.Event()
        self._left = threading.Event()  # by whoever iterated: wants no more of it
        self._arrived: SimpleQueue[T | BaseException | _End] = SimpleQueue()

    @property
    def stopped(self) -> bool:
        """Whether it was stopped."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """End it where it stands."""
        self._stopped.set()
        self._arrived.put(_End())

    def __iter__(self) -> Iterator[T]:
        """Each event as it comes, until the end or a stop. Raises what `events` raises, and
        RagError where no place is free.
        """
        if not self._places.acquire(blocking=False):
            raise RagError(BUSY)
        threading.Thread(target=self._work, name="askpapers-running", daemon=True).start()
        try:
            while not self._stopped.is_set():
                arrived = self._arrived.get()
                if isinstance(arrived, BaseException):
                    raise arrived
                if isinstance(arrived, _End):
                    return
                yield arrived
        finally:
            self._left.set()

    def _work(self) -> None:
        try:
            for event in self._events():
                if self._stopped.is_set() or self._left.is_set():
                    return
                self._arrived.put(event)
            self._arrived.put(_End())
        except BaseException as error:  # noqa: BLE001  raised again by the thread that waits
            self._arrived.put(error)
        finally:
            self._places.release()
