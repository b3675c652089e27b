"""Vectors made beside the app or a command: worker processes, and how far they have come.

A process of its own, because Chroma holds every thread of the process that writes to it; here it
may also be gentle, so that questions come first.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rag.errors import LibraryError, RagError

if TYPE_CHECKING:
    from rag.library import Library
    from rag.stored.claims import Standing

_LOOK_S = 1.0  # between two looks at the library
_BEFORE_STARTING = 3  # looks at which papers wait and nobody works: an ingest may yet go on
_AGAIN_S = 60.0  # until a worker that failed is replaced
_GENTLE = 10  # on Unix's scale from -20, most urgent, to 19
_RATE_LOOKS = 60  # looks that the rate is taken from


@dataclass(frozen=True, slots=True)
class Filling:
    """How far the vectors are: `rate` in papers a second, `problem` why none are made, or empty.

    `paused` says that the app makes none until it is told to go on.
    """

    standing: Standing
    rate: float = 0.0
    problem: str = ""
    paused: bool = False

    @property
    def seconds_left(self) -> float | None:
        """Seconds until every paper has its vectors; None if that cannot be told."""
        if not self.standing.waiting:
            return 0.0
        return self.standing.waiting / self.rate if self.rate > 0 else None


_PAUSED = "vectors_paused"  # in the catalogue, so that it outlasts the app


def pause(library: Library, *, paused: bool) -> None:
    """Have the app make no more vectors, or go on; what is made stays. Commands are not held back.

    Raises LibraryError.
    """
    library.catalogue.set_meta(_PAUSED, "yes" if paused else "")


def start_worker(*, gentle: bool = False) -> subprocess.Popen[bytes]:
    """A process that makes vectors until all are there, or until this process ends.

    It reads the same environment; a `gentle` one leaves the processor to others. Exits with 1
    after printing what is wrong.
    """
    code = f"from ui.filling import work; work(gentle={gentle})"
    return subprocess.Popen(  # noqa: S603 - this program itself
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


def let_others_first() -> None:
    """From now on this thread, and those it starts, take what processor time others leave.

    Who asks the app a question waits half as long beside an ingest that embeds.
    """
    if hasattr(os, "setpriority") and os.getpriority(os.PRIO_PROCESS, 0) < _GENTLE:
        os.setpriority(os.PRIO_PROCESS, 0, _GENTLE)


def work(*, gentle: bool) -> None:
    """What such a process does."""
    from ui.opening import open_library, settings

    if gentle:
        let_others_first()
    threading.Thread(target=_end_with_starter, daemon=True).start()
    try:
        with open_library(settings(), embeds=True) as library:
            library.fill()
    except RagError as error:
        print(error, flush=True)
        sys.exit(1)


def _end_with_starter() -> None:
    os.read(0, 1)  # stdin ends when the process at the other end does, however that ends
    os._exit(0)  # at any instant: what is claimed is free again, what is stored stays


@contextmanager
def helpers(number: int) -> Iterator[None]:
    """So many further workers while the block runs; it ends when they have ended too.

    Raises LibraryError with what a helper that failed has printed.
    """
    started = [start_worker() for _ in range(number)]
    try:
        yield
        for worker in started:
            worker.wait()  # before its stdin closes, which would end it
            said, _ = worker.communicate()
            if worker.returncode:
                raise LibraryError(said.decode(errors="replace").strip() or "a worker broke off")
    finally:
        for worker in started:
            worker.kill()
            worker.communicate()


class BackgroundFill:
    """Keeps a worker at work while papers want vectors and nobody else makes them.

    Use it in a `with` block; safe to share by threads.
    """

    def __init__(
        self, library: Library, start: Callable[[], subprocess.Popen[bytes]] | None = None
    ) -> None:
        self._library = library
        self._start = start or (lambda: start_worker(gentle=True))
        self._worker: subprocess.Popen[bytes] | None = None
        self._looks: deque[tuple[float, int]] = deque(maxlen=_RATE_LOOKS)  # (when, vectors)
        self._idle_looks = 0
        self._not_before = 0.0
        self._problem = ""
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="background-fill", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()
        self._stop_worker()

    def _stop_worker(self) -> None:
        if self._worker:
            self._worker.terminate()
            self._worker.communicate()
            self._worker = None

    def now(self) -> Filling:
        """How far the vectors are. Raises LibraryError."""
        standing = self._library.standing()
        looks = list(self._looks)
        rate = 0.0
        if standing.waiting and len(looks) > 1:
            (began, first), (ended, last) = looks[0], looks[-1]
            rate = max(last - first, 0) / (ended - began)
        problem = self._problem if standing.waiting else ""
        return Filling(standing, rate, problem, bool(self._library.catalogue.meta(_PAUSED)))

    def _watch(self) -> None:
        while not self._ended.wait(_LOOK_S):
            with suppress(RagError):  # told to whoever asks for it; it may pass
                self._look()

    def _look(self) -> None:
        if self._worker and self._worker.poll() is not None:
            said, _ = self._worker.communicate()
            failed = self._worker.returncode != 0
            self._problem = said.decode(errors="replace").strip()[-500:] if failed else ""
            self._not_before = time.monotonic() + _AGAIN_S if failed else 0.0
            self._worker = None
        if paused := bool(self._library.catalogue.meta(_PAUSED)):
            self._stop_worker()
        unfinished = self._library.unfinished()
        if not unfinished or paused:
            self._looks.clear()
            self._idle_looks = 0
            return
        self._looks.append((time.monotonic(), self._library.standing().by_vectors))
        idle = not self._worker and not self._library.workers()
        self._idle_looks = self._idle_looks + 1 if idle else 0
        if self._idle_looks >= _BEFORE_STARTING and time.monotonic() >= self._not_before:
            self._worker = self._start()
