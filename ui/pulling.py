"""A model's files fetched beside the app, in a process that can be stopped at any instant.

A process of its own, because much of the way is pip's, which hears of no stop. How far it is, the
files say that grow in the model's folder.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rag.models.manifest import MANIFEST
from rag.models.weights import clear, find

if TYPE_CHECKING:
    from rag.config import Config

_PULL = "import sys; from ui.cli import build; build()(['models', 'pull', sys.argv[1]])"
_LINES = 40  # of its complaints that are kept

State = Literal["absent", "fetching", "here", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class Pulled:
    """How far a model is: bytes `done` of `total`; `problem` says why it failed."""

    state: State
    done: int
    total: int
    problem: str = ""


class Pulling:
    """The pulling of one model; safe to share by threads."""

    def __init__(self, name: str, config: Config) -> None:
        self._name = name
        self._config = config
        self._total = MANIFEST[name].size
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._stopped = False
        self._most = 0
        self._said: list[str] = []

    def start(self) -> None:
        """Fetch what is missing, unless that is being done or all is here."""
        with self._lock:
            if self._running() or find(self._name, self._config):
                return
            self._stopped, self._most, self._said = False, 0, []
            self._process = subprocess.Popen(  # noqa: S603 - a fixed command
                [sys.executable, "-c", _PULL, self._name],
                env=os.environ | _places(self._config),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                start_new_session=True,  # so that a stop reaches pip too
            )
            threading.Thread(
                target=self._listen, args=(self._process,), name="askpapers-pull", daemon=True
            ).start()

    def stop(self) -> None:
        """End it; what was not whole is removed."""
        with self._lock:
            process, self._stopped = self._process, True
        if process is None or process.poll() is not None:
            return
        os.killpg(process.pid, signal.SIGKILL)  # pip too, which heeds no other signal in time
        process.wait()
        clear(self._name, self._config)

    def now(self) -> Pulled:
        """How far it is at this moment."""
        if self._running():
            # Wheels and what is unpacked from them lie beside each other for a moment, then fewer
            # bytes again: what is told only grows.
            self._most = max(self._most, min(_bytes(self._folder), self._total))
            return Pulled("fetching", self._most, self._total)
        if find(self._name, self._config):
            return Pulled("here", self._total, self._total)
        if self._stopped:
            return Pulled("stopped", 0, self._total)
        if self._process is not None:
            return Pulled("failed", 0, self._total, self._problem())
        return Pulled("absent", 0, self._total)

    @property
    def _folder(self) -> Path:
        return self._config.cache / "models" / self._name

    def _running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stderr is not None
        for line in process.stderr:
            self._said = [*self._said, line.strip()][-_LINES:]

    def _problem(self) -> str:
        said = " ".join(filter(None, self._said))
        return said.rpartition("error: ")[2] or "the process ended without a word"


def _places(config: Config) -> dict[str, str]:
    """Where the process is to put and to look for the files."""
    places = {"ASKPAPERS_CACHE": str(config.cache), "HF_ENDPOINT": config.hub_url}
    return places | ({"ASKPAPERS_MODELS": str(config.models)} if config.models else {})


def _bytes(folder: Path) -> int:
    """Bytes of all files below `folder`, of which some may go while they are counted."""
    found = 0
    for path in folder.rglob("*"):
        try:
            found += path.stat().st_size if path.is_file() else 0
        except OSError:
            continue
    return found
