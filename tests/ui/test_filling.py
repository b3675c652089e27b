"""Vectors made beside the app: real worker processes with the real embedder, few papers."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from rag.config import Config
from rag.errors import LibraryError
from rag.library import Library
from rag.models.embed import Embedder
from tests.rag.test_library import wait_until, work
from ui import filling
from ui.filling import BackgroundFill, helpers, pause, start_worker


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "_LOOK_S", 0.05)


@pytest.fixture
def library(config: Config, embedder: Embedder) -> Library:
    opened = Library.open(config, embedder)
    opened.write([work(f"Paper {number}", f"Moss of kind {number}.") for number in range(5)])
    return opened


def failing(said: str) -> Callable[[], subprocess.Popen[bytes]]:
    code = f"print({said!r}); raise SystemExit(1)"
    return lambda: subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)


def test_papers_that_wait_get_their_vectors_in_the_background(library: Library) -> None:
    with BackgroundFill(library) as background:
        assert background.now().standing.waiting == 5
        wait_until(lambda: library.unfinished() == 0)
        assert background.now().seconds_left == 0.0
    assert len(library._vectors.ids()) == 5


def test_papers_that_arrive_later_get_theirs_too(library: Library) -> None:
    library.fill()
    with BackgroundFill(library):
        library.write([work("Fern", "Ferns like shade.")])
        wait_until(lambda: library.unfinished() == 0)


def test_none_is_started_while_others_make_vectors(library: Library) -> None:
    started: list[str] = []

    def start() -> subprocess.Popen[bytes]:
        started.append("one")
        return failing("")()

    library.catalogue.database.execute(
        "INSERT INTO claims SELECT paper_id, 'elsewhere:1:abc', ? FROM papers", (time.time() + 600,)
    )
    with BackgroundFill(library, start):
        time.sleep(0.5)
    assert started == []


def test_paused_it_makes_none_until_it_is_told_to_go_on(library: Library) -> None:
    started: list[str] = []

    def start() -> subprocess.Popen[bytes]:
        started.append("one")
        return failing("")()

    pause(library, paused=True)
    with BackgroundFill(library, start) as background:
        time.sleep(0.5)
        assert background.now().paused
        assert started == []
        pause(library, paused=False)
        wait_until(lambda: started != [])
        assert not background.now().paused


def test_a_worker_at_work_is_stopped_when_making_vectors_is_paused(library: Library) -> None:
    sleeper = [sys.executable, "-c", "import time; time.sleep(600)"]
    running: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        running.append(subprocess.Popen(sleeper, stdout=subprocess.PIPE))
        return running[-1]

    with BackgroundFill(library, start):
        wait_until(lambda: running != [])
        pause(library, paused=True)
        wait_until(lambda: running[0].poll() is not None)


def test_what_a_worker_says_when_it_fails_is_told_and_it_is_not_started_again_at_once(
    library: Library,
) -> None:
    starts: list[float] = []

    def start() -> subprocess.Popen[bytes]:
        starts.append(time.monotonic())
        return failing("the model is not here: askpapers models pull embedder")()

    with BackgroundFill(library, start) as background:
        wait_until(lambda: "models pull embedder" in background.now().problem)
        time.sleep(0.5)
    assert len(starts) == 1


def test_a_worker_ends_with_the_process_that_started_it(library: Library) -> None:
    code = (
        "import time; from ui.filling import start_worker\n"
        "print(start_worker().pid, flush=True); time.sleep(600)\n"
    )
    with library.writing():  # so that the worker cannot finish
        starter = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
        assert starter.stdout
        pid = int(starter.stdout.readline())
        starter.kill()
        starter.communicate()
        wait_until(lambda: not _runs(pid))


def _runs(pid: int) -> bool:
    import psutil

    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def test_helpers_fill_together_with_the_process_that_asked_for_them(library: Library) -> None:
    with helpers(1):
        library.fill()
    assert library.unfinished() == 0


def test_a_helper_that_fails_is_an_error_with_what_it_said(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASKPAPERS_CHROMA_URL", "nonsense")
    with pytest.raises(LibraryError, match="ASKPAPERS_CHROMA_URL"), helpers(1):
        pass


def test_a_worker_with_nothing_to_do_ends_well(config: Config) -> None:
    worker = start_worker(gentle=True)
    assert worker.wait(timeout=300) == 0
    assert worker.communicate()[0] == b""


@pytest.mark.skipif(not hasattr(os, "setpriority"), reason="Unix alone has priorities")
def test_a_process_that_lets_others_first_does_so_in_every_thread_it_starts() -> None:
    code = (
        "import os, threading; from ui.filling import let_others_first as gentle;"
        "gentle(); gentle();"
        "tell = lambda: print(os.getpriority(os.PRIO_PROCESS, 0));"
        "thread = threading.Thread(target=tell); thread.start(); thread.join()"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
    assert int(told) >= 10
