"""What whole processes do: start, serve, and search while another process writes."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evals.stats import percentile
from rag.errors import LibraryError

if TYPE_CHECKING:
    from rag.config import Config
    from rag.library import Library

_START_S = 60.0  # until a serving process must answer
_ASKED = "how well does it generalise to new tasks"
_POLL_S = 0.02
_MB = 1e6


@dataclass(frozen=True, slots=True)
class Arrival:
    """100 (or `papers`) new papers come in from another process while this one searches.

    Seconds are counted from the start of that process; milliseconds are those of the searches
    that ran meanwhile, `worst_ms` being the longest anybody waited.
    """

    papers: int
    words_s: float
    vectors_s: float
    searches: int
    p50_ms: float
    worst_ms: float


def program() -> list[str]:
    """The command line program, beside the interpreter that runs this."""
    return [str(Path(sys.executable).with_name("askpapers"))]


def environment(config: Config) -> dict[str, str]:
    """The environment in which a started process works on `config.home`."""
    ours = {"ASKPAPERS_HOME": str(config.home), "ASKPAPERS_CACHE": str(config.cache)}
    models = {"ASKPAPERS_MODELS": str(config.models)} if config.models else {}
    others = {k: v for k, v in os.environ.items() if k != "ASKPAPERS_CHROMA_URL"}
    return others | ours | models


def first_result(config: Config, queries: Sequence[str]) -> float:
    """Median seconds from starting `askpapers search` to its end, one process a query."""
    spent = []
    for query in queries:
        began = time.perf_counter()
        _run(config, "search", query, "--json")
        spent.append(time.perf_counter() - began)
    return percentile(spent, 50)


def serving_memory(config: Config, questions: Sequence[str]) -> float:
    """Peak resident megabytes of `askpapers chat` (extractive) after answering `questions`."""
    import httpx
    import psutil

    with _serving(config) as (process, url):
        for question in questions:
            httpx.post(f"{url}/api/ask", json={"question": question}, timeout=60).raise_for_status()
        memory = psutil.Process(process.pid).memory_info()
        return float(getattr(memory, "peak_wset", 0) or _peak(process.pid) or memory.rss) / _MB


def arrival(library: Library, config: Config, source: Path, marks: Sequence[str]) -> Arrival:
    """Ingest `source` in another process while this one searches `library` without a pause.

    `marks` are the ids of the new papers; words are there when all of them can be found by
    their titles, vectors when none is unfinished. Raises LibraryError if the ingest fails.
    """
    from rag.finding.retrieve import search_papers

    search_papers(library, _ASKED, 1)  # opening it is not what is timed here
    spent: list[float] = []
    stop = threading.Event()
    searcher = threading.Thread(target=_search_on, args=(library, stop, spent))
    began = time.perf_counter()
    ingest = subprocess.Popen(  # noqa: S603 - our own program, no shell
        [*program(), "ingest", "--offline", "--json", str(source)],
        env=environment(config),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    searcher.start()
    try:
        words_s = _until(lambda: len(library.papers(marks)) == len(marks) and _none(library))
        _, told = ingest.communicate()
        vectors_s = time.perf_counter() - began
    finally:
        stop.set()
        searcher.join()
    if ingest.returncode:
        raise LibraryError(f"the ingest beside the searches failed: {told.decode().strip()}")
    return Arrival(
        len(marks),
        words_s - began,
        vectors_s,
        len(spent),
        percentile(spent, 50),
        max(spent, default=0.0),
    )


def _none(library: Library) -> bool:
    """Whether no paper is still to be put into the word index."""
    return not library.catalogue.ids_in("pending", 1)


def _until(reached: Callable[[], bool]) -> float:
    """The time at which `reached()` first holds. Raises LibraryError after a minute."""
    limit = time.perf_counter() + _START_S
    while not reached():
        if time.perf_counter() > limit:
            raise LibraryError("papers that another process added did not appear in a minute")
        time.sleep(_POLL_S)
    return time.perf_counter()


def _search_on(library: Library, stop: threading.Event, spent: list[float]) -> None:
    from rag.finding.retrieve import search_papers

    while not stop.is_set():
        began = time.perf_counter()
        search_papers(library, _ASKED, 10)
        spent.append((time.perf_counter() - began) * 1000)
        stop.wait(_POLL_S)


def _run(config: Config, *arguments: str) -> object:
    done = subprocess.run(  # noqa: S603 - our own program, no shell
        [*program(), *arguments], env=environment(config), capture_output=True, check=False
    )
    if done.returncode:
        raise LibraryError(f"askpapers {arguments[0]} failed: {done.stderr.decode().strip()}")
    return json.loads(done.stdout)


def _peak(pid: int) -> int:
    """Peak resident bytes where the system tells them (Linux), else 0."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return 0
    line = next((line for line in status.splitlines() if line.startswith("VmHWM")), "")
    return int(line.split()[1]) * 1024 if line else 0


@contextmanager
def _serving(config: Config) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A web app of its own on a free port, stopped at the end. Raises LibraryError."""
    import httpx

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(  # noqa: S603 - our own program, no shell
        [*program(), "chat", "--port", str(port), "--backend", "extractive"],
        env=environment(config),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        limit = time.perf_counter() + _START_S
        while True:
            try:
                httpx.get(f"{url}/api/health", timeout=5).raise_for_status()
                break
            except httpx.HTTPError as error:
                if process.poll() is not None or time.perf_counter() > limit:
                    raise LibraryError(
                        "askpapers chat did not start; start it by hand to see why"
                    ) from error
            time.sleep(0.1)
        yield process, url
    finally:
        process.terminate()
        process.wait(timeout=30)
