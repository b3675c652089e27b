"""What a page asks to be added, read and judged: nothing it names may reach further than it may."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import QuestionError
from ui.adding import Wish
from ui.http.callers import of_this_machine
from ui.http.limits import LARGEST_UPLOAD, UPLOAD_TYPES

if TYPE_CHECKING:
    from fastapi import Request

_MOST_NAMES = 1000
_SEARCH = "arxiv:"


def is_local(request: Request) -> bool:
    """Whether a request comes from this machine itself."""
    return of_this_machine(request.client.host if request.client else "", request.headers)


def read_wish(asked: dict[str, Any], *, local: bool) -> tuple[Wish, list[Path]]:
    """The wish, and the files that were uploaded for it, where Gradio has put them.

    Paths and addresses are for who sits at this machine (`local`): to others the server would lend
    its eyes. Raises QuestionError, saying what is wrong.
    """
    uploads = [_upload(str(path)) for path in asked.get("files") or []]
    names = _names(str(asked.get("names") or ""))
    paths = [line.strip() for line in str(asked.get("path") or "").splitlines() if line.strip()]
    if not (uploads or names or paths):
        raise QuestionError("there is nothing to add: drop a file, or give an arXiv id or a DOI")
    if not local and (paths or any("://" in name for name in names)):
        raise QuestionError(
            "folders and addresses can be added from the machine that askpapers runs on alone;"
            " from elsewhere drop the files, or give arXiv ids and DOIs"
        )
    return Wish(
        files=tuple(path.name for path in uploads),
        names=tuple(names),
        paths=tuple(map(_absolute, paths)),
        complete=bool(asked.get("complete", True)),
    ), uploads


def _upload(told: str) -> Path:
    """The uploaded file of which the page says that it is there."""
    from gradio.utils import get_upload_folder

    path, folder = Path(told).resolve(), Path(get_upload_folder()).resolve()
    if not path.is_relative_to(folder) or not path.is_file():
        raise QuestionError("that file has not arrived: drop it again")
    if not path.name.lower().endswith(UPLOAD_TYPES):
        raise QuestionError(
            f"{path.name} is of a kind that is not read here; give BibTeX, RIS, JSON, CSV, PDF,"
            " HTML or text"
        )
    if path.stat().st_size > LARGEST_UPLOAD:
        raise QuestionError(
            f"{path.name} is larger than {LARGEST_UPLOAD // 1_000_000} MB; give the path of it, or"
            " `askpapers ingest` it"
        )
    return path


def _names(text: str) -> list[str]:
    """The ids and addresses in a text: apart by white space, commas or semicolons; a search of
    arXiv (`arxiv:ti:reward model`) has a line of its own.
    """
    from ingest.remote import is_remote

    found: list[str] = []
    for line in text.splitlines():
        search = line.strip().lower().startswith(_SEARCH) and " " in line.strip()
        found += [line.strip()] if search else re.split(r"[\s,;]+", line)
    names = list(dict.fromkeys(name for name in found if name))
    if len(names) > _MOST_NAMES:
        raise QuestionError(f"{len(names)} names are too many at once: give {_MOST_NAMES}")
    for name in names:
        if not is_remote(name):
            raise QuestionError(
                f"{name[:80]!r} is no arXiv id, DOI or address; an arXiv id looks like 2112.09332,"
                " a DOI like 10.1038/nature14539"
            )
    return names


def _absolute(told: str) -> str:
    if told == "-":
        raise QuestionError("`-` is no folder: give a path")
    return str(Path(told).expanduser().absolute())
