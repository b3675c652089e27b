"""What takes papers in beside the app: a process that reads one wish and obeys `pause`."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import RagError, SourceError

if TYPE_CHECKING:
    from ingest.run import IngestReport

_TELL_S = 0.2  # between two reports of progress


def work() -> None:
    """Take in the wish on the first line of stdin; further lines say `pause` and `resume`."""
    from ui.filling import let_others_first

    let_others_first()
    wish = json.loads(sys.stdin.readline())
    goes = threading.Event()
    goes.set()
    threading.Thread(target=_obey, args=(goes,), daemon=True).start()
    try:
        _tell(report=asdict(_take_in(wish, goes)))
    except SourceError as error:
        place = error.source.removeprefix(f"{Path.cwd()}{os.sep}")
        _tell(problem=f"{place}: {error.reason}")
    except RagError as error:
        _tell(problem=str(error))


def _take_in(wish: dict[str, Any], goes: threading.Event) -> IngestReport:
    from functools import partial

    from ingest.arxiv import ArxivClient
    from ingest.remote import fetch_all
    from ingest.run import ingest
    from ui.opening import open_library, settings

    config = settings()
    arxiv = ArxivClient(config.arxiv_url, mailto=config.mailto)
    files = [str(Path.cwd() / name) for name in wish["files"]]
    with open_library(config, embeds=False) as library:
        return ingest(
            library,
            [*files, *wish["names"], *wish["paths"]],
            fetch=partial(fetch_all, config=config, arxiv_client=arxiv),
            lookup=arxiv if wish["complete"] else None,
            progress=_telling(goes),
            fill=False,  # the app's own worker makes the vectors
        )


def _telling(goes: threading.Event) -> Callable[[str, int, int], None]:
    """Progress told now and then; while paused it does not return, and holds no lock meanwhile."""
    told: dict[str, float] = {}

    def tell(what: str, done: int, total: int) -> None:
        if done == total or time.monotonic() - told.get(what, 0.0) > _TELL_S:
            told[what] = time.monotonic()
            _tell(what=what, done=done, total=total)
        goes.wait()

    return tell


def _tell(**said: object) -> None:
    print(json.dumps(said), flush=True)


def _obey(goes: threading.Event) -> None:
    for line in sys.stdin:
        if line.strip() == "pause":
            goes.clear()
        elif line.strip() == "resume":
            goes.set()
    os._exit(0)  # the app has ended, however it did
