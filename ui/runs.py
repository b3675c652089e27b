"""Runs of eval cases begun from the app: each in a folder of the home, in a process of its own.

A process of its own, so that questions come first, a stop is a stop, and whoever kills the app
loses nothing: the folder goes on where it was.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from evals.cases import QUESTIONS, Case, case_line, load_cases
from evals.comparing.compare import VERDICTS
from evals.runs.run_folder import ANSWERS, SCORES, RunFolder
from rag.errors import ConfigError, RagError, SourceError
from rag.settings import DEFAULTS, Settings

if TYPE_CHECKING:
    from rag.config import Config

FOLDER, OWN = "runs", "cases"
"""Below the home: the runs, and the files of one's own cases."""

SHIPPED = "sample"
"""The shipped cases' dev half; the test half is asked by no page."""

VOTED = "from-votes"
"""The set of one's own that votes become cases of (see `ui.voted`)."""

_BEGUN, _CHOSEN = "begun.json", "chosen.jsonl"
_NAME = re.compile(r"[\w][\w.-]{0,79}")
_SAID = 40  # lines of a process that are kept
_RUN = "import sys; from ui.cli import build; from ui.filling import let_others_first;" + (
    " let_others_first(); build()(sys.argv[1:])"
)

State = Literal["asking", "stopped", "failed", "done"]


@dataclass(frozen=True, slots=True)
class Begun:
    """What a run was begun with: which cases by name, of which chat model, with which settings."""

    cases: str
    backend: str
    settings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """How a run stands: cases asked and graded of `total`, those right in every verdict.

    `problem` says why it failed. `at` is when it was begun, in seconds since 1970.
    """

    name: str
    begun: Begun
    state: State
    asked: int
    graded: int
    total: int
    at: float
    right: int = 0
    judged: int = 0
    failed: int = 0
    problem: str = ""


def assignments(settings: Settings) -> tuple[str, ...]:
    """What differs from the defaults, as `--set` takes it."""
    usual = asdict(DEFAULTS)
    return tuple(f"{k}={v}" for k, v in asdict(settings).items() if v != usual[k])


def chosen(cases: Sequence[Case], kinds: Sequence[str], count: int) -> list[Case]:
    """Those of these kinds, `count` of them evenly spread. Raises ConfigError for none."""
    found = [case for case in cases if case.kind in kinds]
    if not found:
        raise ConfigError("no case is of the kinds chosen: take in more of them")
    if count < len(found):
        found = [found[place * len(found) // count] for place in range(count)]
    return found


class Runs:
    """The runs of one home; safe to share by threads."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._lock = threading.Lock()
        self._processes: dict[str, subprocess.Popen[str]] = {}
        self._said: dict[str, list[str]] = {}
        self._known: dict[str, tuple[tuple[float, int], Standing]] = {}

    # -- cases

    def sets(self) -> list[str]:
        """The names of the sets of cases: the shipped ones, then one's own files."""
        own = sorted((self._home / OWN).glob("*.jsonl"))
        return [SHIPPED, *(path.stem for path in own)]

    def cases(self, name: str) -> tuple[Case, ...]:
        """The cases of a set. Raises ConfigError for an unknown one, SourceError for a bad file."""
        if name == SHIPPED:
            return tuple(case for case in load_cases(QUESTIONS) if case.split == "dev")
        if name not in self.sets():
            raise ConfigError(f"there are no cases called {name!r}")
        return tuple(load_cases(self._home / OWN / f"{name}.jsonl"))

    def add_cases(self, name: str, text: str) -> int:
        """Keep cases as a file of one's own; how many. Raises ConfigError, SourceError."""
        path = self._home / OWN / f"{_named(name)}.jsonl"
        if path.stem in (SHIPPED, VOTED) or path.exists():
            raise ConfigError(f"there are cases called {path.stem!r} already: take another name")
        fresh = path.with_suffix(".new")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_text(text.strip() + "\n", encoding="utf-8")
            count = len(tuple(load_cases(fresh)))
            fresh.replace(path)
        except OSError as error:
            raise SourceError(str(path), f"cannot be written: {error.strerror or error}") from error
        finally:
            fresh.unlink(missing_ok=True)
        return count

    # -- runs

    def folder(self, name: str) -> Path:
        """The folder of a run. Raises ConfigError if there is none of that name."""
        path = self._home / FOLDER / name
        if not _NAME.fullmatch(name) or path.is_symlink() or not (path / _BEGUN).is_file():
            raise ConfigError(f"there is no run called {name!r}")
        return path

    def all(self) -> list[Standing]:
        """Every run, newest first."""
        names = [path.parent.name for path in (self._home / FOLDER).glob(f"*/{_BEGUN}")]
        found: list[Standing] = []
        for name in filter(_NAME.fullmatch, names):
            with suppress(ConfigError):  # of one whose beginning was cut off nothing is known
                found.append(self.standing(name))
        return sorted(found, key=lambda one: -one.at)

    def standing(self, name: str) -> Standing:
        """How a run stands. Raises ConfigError if there is none of that name, or not whole."""
        path = self.folder(name)
        begun = _begun(path)
        total = _lines(path / _CHOSEN)
        asked, graded = _lines(path / ANSWERS), _lines(path / SCORES)
        process = self._processes.get(name)
        running = process is not None and process.poll() is None
        failed = process is not None and process.poll() not in (None, 0, -9)
        state: State = "asking" if running else "failed" if failed else "stopped"
        at = (path / _BEGUN).stat().st_mtime
        now = Standing(name, begun, state, min(asked, total), min(graded, total), total, at)
        if not running and graded >= total > 0:
            return self._done(path, replace(now, state="done"))
        return replace(now, problem=self._problem(name)) if failed else now

    def asked(self, name: str) -> tuple[Case, ...]:
        """The cases of a run. Raises ConfigError, SourceError."""
        return tuple(load_cases(self.folder(name) / _CHOSEN))

    def start(self, name: str, begun: Begun, cases: Sequence[Case], config: Config) -> Standing:
        """Begin a run of these cases. Raises ConfigError for a name that is taken."""
        path = self._home / FOLDER / _named(name)
        if path.exists():
            raise ConfigError(f"there is a run called {path.name!r} already: take another name")
        try:
            path.mkdir(parents=True)
            text = "".join(f"{case_line(case)}\n" for case in cases)
            (path / _CHOSEN).write_text(text, encoding="utf-8")
            (path / _BEGUN).write_text(json.dumps(asdict(begun)), encoding="utf-8")
        except OSError as error:
            raise SourceError(str(path), f"cannot be written: {error.strerror or error}") from error
        return self.go_on(path.name, config)

    def go_on(self, name: str, config: Config) -> Standing:
        """Ask what is not asked yet, in the background. Raises ConfigError."""
        path, begun = self.folder(name), self.standing(name).begun
        command = ["eval", "run", "--cases", str(path / _CHOSEN), "--split", "all", "--unreviewed"]
        command += ["--library", "sample" if begun.cases == SHIPPED else "home"]
        command += ["--backend", begun.backend, "--out", str(path), "--json"]
        command += [part for one in begun.settings for part in ("--set", one)]
        with self._lock:
            there = self._processes.get(name)
            if there is None or there.poll() is not None:
                self._said[name] = []
                self._processes[name] = process = subprocess.Popen(  # noqa: S603 - this program
                    [sys.executable, "-c", _RUN, *command],
                    env=os.environ | _places(config),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                    text=True,
                    errors="replace",
                )
                threading.Thread(
                    target=self._listen, args=(name, process), name="askpapers-run", daemon=True
                ).start()
        return self.standing(name)

    def stop(self, name: str) -> None:
        """Stop a run; what was asked stays, and it can go on."""
        process = self._processes.get(name)
        if process is not None and process.poll() is None:
            process.kill()  # nothing is lost: each line is written whole
            process.wait()

    @property
    def asking(self) -> bool:
        """Whether any run goes on now."""
        return any(process.poll() is None for process in list(self._processes.values()))

    def _listen(self, name: str, process: subprocess.Popen[str]) -> None:
        assert process.stderr is not None
        for line in process.stderr:
            self._said[name] = [*self._said[name], line.strip()][-_SAID:]

    def _problem(self, name: str) -> str:
        said = " ".join(filter(None, self._said.get(name, ())))
        return said.rpartition("error: ")[2][-500:] or "its process ended without a word"

    def _done(self, path: Path, now: Standing) -> Standing:
        """With its verdicts, which are read again only when its scores have changed."""
        stamp = ((path / SCORES).stat().st_mtime, (path / SCORES).stat().st_size)
        known = self._known.get(path.name)
        if known is None or known[0] != stamp:
            try:
                self._known[path.name] = known = (stamp, _judged(path, now))
            except RagError as error:
                return replace(now, state="failed", problem=str(error))
        return known[1]


def _judged(path: Path, now: Standing) -> Standing:
    folder = RunFolder(path)
    verdicts = [
        [score.value == 1.0 for score in scores if score.metric in VERDICTS]
        for scores in folder.scores().values()
    ]
    judged = [all(one) for one in verdicts if one]
    failed = sum(bool(reply.error) for reply in folder.replies().values())
    return replace(now, right=sum(judged), judged=len(judged), failed=failed)


def _begun(path: Path) -> Begun:
    """What a run was begun with. Raises ConfigError where that was cut off."""
    try:
        told = json.loads((path / _BEGUN).read_text(encoding="utf-8"))
        return Begun(told["cases"], told["backend"], tuple(told["settings"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(
            f"what the run {path.name!r} was begun with is not whole: begin another"
        ) from error


def _named(name: str) -> str:
    plain = re.sub(r"[^\w.-]+", "-", name.strip()).strip("-.")[:80]
    if not _NAME.fullmatch(plain):
        raise ConfigError(f"{name!r} is no name for a folder: give letters and digits")
    return plain


def _lines(path: Path) -> int:
    try:
        return path.read_bytes().count(b"\n")
    except OSError:
        return 0


def _places(config: Config) -> dict[str, str]:
    """What the process is told of this one's settings; of a key, only in its memory."""
    places = {
        "ASKPAPERS_HOME": str(config.home),
        "ASKPAPERS_CACHE": str(config.cache),
        "ASKPAPERS_OPENAI_MODEL": config.openai_model,
        "OPENAI_BASE_URL": config.openai_base_url,
        "OPENAI_API_KEY": config.openai_key,
    }
    return places | ({"ASKPAPERS_MODELS": str(config.models)} if config.models else {})


def fresh_name(begun: Begun) -> str:
    """A name for a run of this moment."""
    return _named(f"{time.strftime('%m-%d %H%M%S')} {begun.backend} {begun.cases}")
