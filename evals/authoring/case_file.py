"""Changes to a file of cases: lines appended, drafts accepted; every other line stays as it is."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path

from evals.cases import Case, case_line, read_lines, text_lines
from rag.errors import SourceError
from rag.finding.terms import content_words

_NAMED_BY = 5  # words of a question in an id made of it


def append_cases(path: Path, cases: Iterable[Case]) -> None:
    """Write `cases` behind those of `path`, which is made if there is none.

    All or nothing. Raises SourceError if an id is taken or the file cannot be read or written.
    """
    lines = text_lines(path) if path.exists() else []
    taken = {line.case.id for line in read_lines(path) if line.case} if lines else set()
    while lines and not lines[-1].strip():
        lines.pop()
    for case in cases:
        if case.id in taken:
            raise SourceError(str(path), f"has a case {case.id!r} already: give another id")
        taken.add(case.id)
        lines.append(case_line(case))
    _write(path, "".join(f"{line}\n" for line in lines))


def accept(path: Path, ids: Collection[str]) -> tuple[Case, ...]:
    """Mark the drafts of these ids as reviewed; returns those that were not before.

    Raises SourceError, and changes nothing, if an id is not there or the file cannot be read or
    written.
    """
    lines = text_lines(path)
    there = {line.case.id: line for line in read_lines(path) if line.case}
    if unknown := sorted(set(ids) - set(there)):
        raise SourceError(str(path), f"has no case {', '.join(map(repr, unknown))}")
    accepted = []
    for name in dict.fromkeys(ids):
        case, number = there[name].case, there[name].number
        if case and case.provenance and not case.reviewed:
            case = replace(case, provenance=replace(case.provenance, reviewed=True))
            lines[number - 1] = case_line(case)
            accepted.append(case)
    if accepted:
        _write(path, "\n".join(lines))
    return tuple(accepted)


def id_for(question: str, history: Iterable[str] = ()) -> str:
    """A readable id that another question will hardly get: its first words, and a hash."""
    words = [word.lower() for word in content_words(question) if word.isascii() and word.isalnum()]
    digest = hashlib.sha256("\n".join((*history, question)).encode()).hexdigest()
    return "-".join((*words[:_NAMED_BY], digest[:6]))


def _write(path: Path, text: str) -> None:
    """Put a new file in the place of `path`, so that no reader ever sees half of it."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        try:
            fresh.write_text(text, encoding="utf-8", newline="")
            if path.exists():
                fresh.chmod(path.stat().st_mode)
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
    except OSError as error:
        raise SourceError(str(path), f"cannot be written: {error.strerror or error}") from error
