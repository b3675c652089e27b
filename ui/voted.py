"""The votes of a library as cases of one's own: a set to which only what is new is added."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from pathlib import Path

from filelock import FileLock

from evals.authoring.votes import Kept, keep_cases
from rag.errors import SourceError
from rag.stored.votes import Vote
from ui.runs import OWN, VOTED


def keep_voted(home: Path, votes: Iterable[Vote]) -> Kept:
    """Add the cases of `votes` to the set that `ui.runs.VOTED` names; they are drafts.

    However many ask at once, none is added twice. Raises SourceError if the set cannot be read or
    written.
    """
    folder = home / OWN
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / f".{VOTED}.lock"):
            today = datetime.datetime.now().astimezone().date()
            return keep_cases(folder / f"{VOTED}.jsonl", votes, today)
    except OSError as error:
        raise SourceError(str(folder), f"cannot be written: {error.strerror or error}") from error
