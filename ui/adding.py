"""Papers taken in beside the app: jobs one after another, each in a process that can be paused.

A process of its own, so that reading a thousand PDFs slows no answer. Killed at any instant it
costs nothing but time: what was taken in stays, and the job can go on where the app finds it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from filelock import FileLock

from rag.errors import LibraryBusy, LibraryError
from rag.stored.conversations import new_id

if TYPE_CHECKING:
    from ingest.run import IngestReport
    from rag.types import Reject

State = Literal["waiting", "running", "paused", "cut off", "done", "failed", "stopped"]

Way = Literal["pause", "resume", "stop", "again", "forget"]

FOLDER = "dropped"
"""In the library's folder: the files of jobs that are not done."""

_WISH = "wish.json"
_NOW = "now"  # the running job's folder: a file of one name is so always the same source
_KEPT = 8  # jobs that are over and still told of
_EXAMPLES = 3  # rejected pieces shown for a reason
_NAME_CHARS = 120
_WORKER = (sys.executable, "-c", "from ui.adding_process import work; work()")


@dataclass(frozen=True, slots=True)
class Wish:
    """What shall be taken in: files by name (in the job's folder), names of what lies elsewhere
    (arXiv ids, DOIs, addresses), paths of this machine. With `complete`, arXiv is asked for
    titles and abstracts that are missing.
    """

    files: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    complete: bool = True

    @property
    def label(self) -> str:
        """In words for a person: the first of it, and how much more."""
        first, *others = (*self.files, *self.names, *self.paths)
        return f"{first} and {len(others)} more" if others else first


@dataclass(frozen=True, slots=True)
class Rejected:
    """Why pieces were no papers: how many for one reason, and the first of them."""

    reason: str
    pieces: int
    examples: tuple[Reject, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """One wish and what has come of it: `done` of `total` (0: unknown) of `what`."""

    key: str
    wish: Wish
    state: State = "waiting"
    what: str = ""
    done: int = 0
    total: int = 0
    problem: str = ""
    report: IngestReport | None = None
    rejected: tuple[Rejected, ...] = ()

    @property
    def over(self) -> bool:
        """Whether nothing will come of it any more."""
        return self.state in ("done", "failed", "stopped")

    @property
    def again(self) -> bool:
        """Whether it can be tried again: something did not come, and all of it lies elsewhere."""
        report = self.report
        missed = report is not None and bool(report.broken or report.lookup_error)
        return (self.state == "failed" or missed) and not self.wish.files


class Adding:
    """The jobs of one library; safe to share by threads. Nothing is touched before it is used.

    Of several apps on one home the first has the jobs, until it ends.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._lock = threading.RLock()
        self._alone = FileLock(home / "adding.lock", thread_local=False)  # held until the app ends
        self._jobs: dict[str, Job] = {}
        self._looked = False
        self._runner: threading.Thread | None = None
        self._worker: subprocess.Popen[str] | None = None

    def jobs(self) -> list[Job]:
        """All there are, the newest first; none while another app has them."""
        with self._lock:
            self._find_old()
            return list(reversed(self._jobs.values()))

    def add(self, wish: Wish, uploads: Sequence[Path] = ()) -> Job:
        """Take in what is wished for, after what was wished before; `uploads` are moved away and
        become the wish's files. Raises LibraryError if they cannot be, or another app has the jobs.
        """
        with self._lock:
            if not self._find_old():
                raise LibraryBusy(
                    f"another askpapers takes in papers for {self._home}, or the folder cannot be"
                    " written: add them there, end it, or use `askpapers ingest`"
                )
        key = new_id()
        wish = self._kept(key, wish, uploads)
        with self._lock:
            job = self._jobs[key] = Job(key, wish)
            self._run()
        return job

    def _kept(self, key: str, wish: Wish, uploads: Sequence[Path] = ()) -> Wish:
        """Keep a wish until it is done, its files moved there; the wish with their names."""
        folder = self._home / FOLDER / key
        try:
            folder.mkdir(parents=True, mode=0o700)
            names = [_moved(upload, folder) for upload in uploads]
            wish = replace(wish, files=tuple(names))
            (folder / _WISH).write_text(json.dumps(asdict(wish)), encoding="utf-8")
        except OSError as error:
            raise LibraryError(
                f"{folder} cannot take the files ({error.strerror}); see that the disk has room"
                " and the folder can be written"
            ) from error
        return wish

    def steer(self, key: str, how: Way) -> None:
        """Pause a job, let it go on, stop it for good, try it again, or tell of it no more.

        Raises LibraryError if it cannot be kept for another try.
        """
        with self._lock:
            job = self._jobs.get(key)
            if job is None:
                return
            if how == "pause" and job.state == "running":
                self._say("pause")
                self._change(job, state="paused")
            elif how == "resume" and job.state == "paused":
                self._say("resume")
                self._change(job, state="running")
            elif how == "resume" and job.state == "cut off":
                self._change(job, state="waiting")
                self._run()
            elif how == "stop" and job.state in ("running", "paused"):
                self._change(job, state="stopped")
                if self._worker:
                    self._worker.kill()
            elif how == "stop" and not job.over:
                self._change(job, state="stopped")
                self._clear(job)
            elif how == "again" and job.again:
                self._jobs[key] = Job(key, self._kept(key, job.wish))
                self._run()
            elif how == "forget" and job.over:
                del self._jobs[key]

    # -- inside

    def _change(self, job: Job, **changes: Any) -> None:
        if job.key in self._jobs:  # a stopped one may be forgotten while its process still ends
            self._jobs[job.key] = replace(self._jobs[job.key], **changes)

    def _wanted(self, job: Job) -> bool:
        """Whether nobody has stopped it meanwhile."""
        return job.key in self._jobs and self._jobs[job.key].state != "stopped"

    def _say(self, word: str) -> None:
        if self._worker and self._worker.stdin:
            try:
                self._worker.stdin.write(f"{word}\n")
                self._worker.stdin.flush()
            except OSError:  # it has just ended
                return

    def _folder(self, job: Job) -> Path:
        return self._home / FOLDER / job.key

    def _clear(self, job: Job) -> None:
        shutil.rmtree(self._folder(job), ignore_errors=True)

    def _find_old(self) -> bool:
        """Find the jobs that an app which ended has left: they wait to be told to go on.

        False while another app has them.
        """
        if self._looked:
            return True
        try:
            self._alone.acquire(blocking=False)
        except OSError:  # filelock's Timeout, too: another's, or a folder that cannot be written
            return False
        self._looked = True
        now = self._home / FOLDER / _NOW
        if now.is_dir():
            now.rename(now.with_name(new_id()))
        for path in sorted(self._home.glob(f"{FOLDER}/*/{_WISH}")):
            try:
                kept = json.loads(path.read_text(encoding="utf-8"))
                lists = {name: tuple(kept[name]) for name in ("files", "names", "paths")}
                wish = Wish(**lists, complete=bool(kept["complete"]))
            except (OSError, ValueError, KeyError, TypeError):
                continue  # half written: its files were not all there yet
            self._jobs[path.parent.name] = Job(path.parent.name, wish, "cut off")
        return True

    def _run(self) -> None:
        if self._runner is None or not self._runner.is_alive():
            self._runner = threading.Thread(target=self._work, name="adding", daemon=True)
            self._runner.start()

    def _work(self) -> None:
        while job := self._next():
            folder = self._folder(job)
            now = folder.with_name(_NOW)
            try:
                shutil.rmtree(now, ignore_errors=True)
                folder.rename(now)
                self._take(job, now)
                shutil.rmtree(now, ignore_errors=True)
            except OSError as error:
                self._end(job, f"{error.filename}: {error.strerror}")

    def _next(self) -> Job | None:
        with self._lock:
            over = [job.key for job in self._jobs.values() if job.over]
            for key in over[:-_KEPT]:
                del self._jobs[key]
            for job in self._jobs.values():
                if job.state == "waiting":
                    self._change(job, state="running")
                    return self._jobs[job.key]
            self._runner = None
            return None

    def _take(self, job: Job, folder: Path) -> None:
        worker = subprocess.Popen(  # noqa: S603 - this program itself
            _WORKER,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=folder,  # so that no name of what lies elsewhere is a file by accident
            env=os.environ | {"ASKPAPERS_HOME": str(self._home.resolve()), "PYTHONPATH": _path()},
        )
        with self._lock:
            self._worker = worker
            if not self._wanted(job):
                worker.kill()
        self._say(json.dumps(asdict(job.wish)))
        said: dict[str, Any] = {}
        assert worker.stdout
        for line in worker.stdout:
            said = _said(line) or said
            if "what" in said:
                with self._lock:
                    self._change(job, **said)
        worker.wait()
        with self._lock:
            self._worker = None
        self._end(job, said.get("problem", ""), said.get("report"))

    def _end(self, job: Job, problem: str, told: dict[str, Any] | None = None) -> None:
        from ingest.run import IngestReport
        from rag.wire import shape

        report = shape(IngestReport).validate_python(told) if told else None
        rejected = tuple(_rejected(report)) if report else ()
        with self._lock:
            if not self._wanted(job):
                return
            if report is None:
                problem = problem or "it ended before it was done; the terminal shows what happened"
            self._change(
                job,
                state="done" if report else "failed",
                problem=problem,
                report=report,
                rejected=rejected,
            )


def _said(line: str) -> dict[str, Any]:
    """What a line of a job's process tells; nothing where a library printed it."""
    try:
        said = json.loads(line)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _path() -> str:
    """Where this program is, for a process that runs in another folder."""
    return str(Path(__file__).resolve().parent.parent)


def _moved(upload: Path, folder: Path) -> str:
    """Move a file there under a name that is harmless; returns the name."""
    stem, dot, suffix = upload.name.lstrip(".").partition(".")
    name = f"{stem[:_NAME_CHARS] or 'file'}{dot}{suffix[-_NAME_CHARS:]}"
    number = 1
    while (folder / name).exists() or name == _WISH:
        number += 1
        name = f"{stem[:_NAME_CHARS]}-{number}{dot}{suffix[-_NAME_CHARS:]}"
    shutil.move(upload, folder / name)
    return name


def _rejected(report: IngestReport) -> Iterator[Rejected]:
    """Why pieces were no papers, the most frequent reason first."""
    from ingest.rejects import rejects_in

    pieces: dict[str, int] = {}
    for count in report.rejected:
        pieces[count.reason] = pieces.get(count.reason, 0) + count.pieces
    examples: dict[str, list[Reject]] = {reason: [] for reason in pieces}
    if report.rejects:
        for reject in rejects_in(Path(report.rejects)):
            if len(shown := examples.get(reject.reason, [])) < _EXAMPLES:
                shown.append(reject)
    for reason, number in sorted(pieces.items(), key=lambda item: -item[1]):
        yield Rejected(reason, number, tuple(examples[reason]))
