"""The command that asks a server from many sides at once: eval load."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import httpx
import typer

from rag.errors import RagError
from ui.console import hint, out, print_json, progress
from ui.opening import BackendOption, JsonOption, LibraryOption, settings

if TYPE_CHECKING:
    from evals.speed.load_page import Look


def load(
    backend: BackendOption = None,
    library: LibraryOption = "sample",
    people: Annotated[int, typer.Option(min=1, help="How many ask at once.")] = 32,
    long: Annotated[
        int, typer.Option("--long", min=0, help="Questions in one open page; 0: none.")
    ] = 500,
    as_json: JsonOption = False,
) -> None:
    """Ask a server of its own from many sides at once, then one page many times."""
    from dataclasses import asdict

    import psutil

    from evals.cases import load_cases
    from evals.machine import machine
    from evals.speed.load import load_table, run_crowds
    from evals.speed.load_page import growth, long_table, run_long

    config = settings(backend)
    cases = (case for case in load_cases() if case.split == "dev" and not case.history)
    questions = list(dict.fromkeys(case.question for case in cases))
    hint("starting a server of its own ...")
    with served(config.backend, sample=library == "sample") as (url, pid, key), progress() as show:
        process = psutil.Process(pid)

        def memory() -> float:
            return float(process.memory_info().rss) / 2**20

        before = memory()
        crowds = run_crowds(url, questions, people, key, show)
        after = memory()
        looks = run_long(url, questions, long, memory, key, show, _tell) if long else ()
    where = machine()
    if as_json:
        print_json(
            {
                "backend": config.backend,
                "machine": where,
                "server_mib": [round(before, 1), round(after, 1)],
                "crowds": [asdict(crowd) for crowd in crowds],
                "one_page": [asdict(look) for look in looks],
                "page_and_server_kib_a_question": growth(looks),
            }
        )
    else:
        caption = f"{config.backend}; the server held {before:.0f} MiB, then {after:.0f}; {where}"
        out().print(load_table(crowds, caption))
        if looks:
            out().print(long_table(looks))
    problems = [problem for crowd in crowds for problem in crowd.problems]
    if problems or any(crowd.own < crowd.people for crowd in crowds):
        raise RagError("not everyone got their own answer: " + "; ".join(problems or ["mixed"]))


def _tell(look: Look) -> None:
    hint(
        f"after {look.asked} questions: the page holds {look.heap_mib:.1f} MiB in {look.nodes:,}"
        f" nodes, the server {look.server_mib:.0f} MiB; an answer {look.p50_ms:.0f} ms"
    )


@contextmanager
def served(backend: str, *, sample: bool) -> Iterator[tuple[str, int, dict[str, str]]]:
    """URL, process and key of an `askpapers chat` of its own, over the sample papers if `sample`.

    It has a password that nobody else knows. Raises RagError if it does not come up.
    """
    ask = [sys.executable, "-c", "from ui.cli import main; main()"]
    with tempfile.TemporaryDirectory(prefix="askpapers-load-") as home:
        own = {"ASKPAPERS_HOME": home} if sample else {}
        password = secrets.token_urlsafe(24)
        environ = os.environ | own | {"ASKPAPERS_PASSWORD": password}
        server = subprocess.Popen(  # noqa: S603 - this program itself
            [*ask, "chat", "--port", "0", "--backend", backend, "--rate", "0"],
            env=environ,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert server.stdout is not None
            url = server.stdout.readline().rpartition(" ")[2].strip()
            _until_ready(server, url)
            yield url, server.pid, {"authorization": f"Bearer {password}"}
        finally:
            server.terminate()
            server.wait(30)


def _until_ready(server: subprocess.Popen[str], url: str) -> None:
    while server.poll() is None and url:
        reply = httpx.get(f"{url}/starting", trust_env=False)
        if reply.json()["ready"]:
            return
        time.sleep(0.1)
    raise RagError("the server did not start; see above for the reason")
