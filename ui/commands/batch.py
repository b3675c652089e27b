"""The files of batches: questions in (JSON lines), a TREC run out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from rag.errors import SourceError
from rag.types import Paper

# Scores of one query differ by at least this in a run file: trec_eval breaks ties by docno.
_STEP = 1e-6
_BEGINS = b'{"id": '  # every line of a file of answers


@dataclass(frozen=True, slots=True)
class Question:
    """One line of a batch; `text` is the question or query."""

    id: str
    text: str


def read_questions(path: Path) -> list[Question]:
    """The questions of a JSON lines file, each with `id` and `question` or `text`.

    Raises SourceError, with the line, for what is no such thing and for an id given twice.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise SourceError(str(path), error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise SourceError(str(path), f"is not UTF-8 text ({error.reason})") from error
    found: dict[str, Question] = {}
    for number, line in enumerate(lines, start=1):
        if line.strip():
            question = _question(f"{path}, line {number}", line)
            if question.id in found:
                raise SourceError(f"{path}, line {number}", f"id {question.id!r} was given before")
            found[question.id] = question
    if not found:
        raise SourceError(str(path), "holds no questions")
    return list(found.values())


def _question(where: str, line: str) -> Question:
    try:
        value = json.loads(line)
    except ValueError as error:
        raise SourceError(where, f"is not JSON ({error})") from error
    fields = value if isinstance(value, dict) else {}
    text, name = fields.get("question") or fields.get("text"), fields.get("id")
    named = isinstance(name, str | int) and str(name).strip()
    if not isinstance(text, str) or not text.strip() or not named:
        raise SourceError(where, 'needs "id" and "question" (or "text")')
    return Question(str(name), text)


def open_out(path: Path, mode: Literal["w", "a"] = "w") -> IO[str]:
    """`path` opened to be written. Raises SourceError if it cannot be."""
    try:
        return path.open(mode, encoding="utf-8")
    except OSError as error:
        raise SourceError(str(path), f"cannot be written: {error.strerror or error}") from error


def answered(path: Path) -> set[str]:
    """Ids of the answers that an earlier run left in `path`; a last line cut short is removed.

    Raises SourceError for a file that holds something else.
    """
    if not path.exists():
        return set()
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(str(path), f"cannot be read: {error.strerror or error}") from error
    end = data.rfind(b"\n") + 1
    whole, cut = data[:end], data[end:]
    try:
        found = {str(json.loads(line)["id"]) for line in whole.splitlines()}
        if not cut.startswith(_BEGINS[: len(cut)]):
            raise ValueError("the last line does not begin like an answer")
    except (ValueError, TypeError, KeyError) as error:
        raise SourceError(str(path), "is no file of answers: choose another for --out") from error
    if cut:
        with open_out(path, "a") as answers:
            answers.truncate(end)
    return found


def run_lines(
    query_id: str, ranked: Iterable[tuple[Paper, float]], k: int, tag: str
) -> Iterator[str]:
    """At most `k` lines `qid Q0 docno rank score tag`, best first, scores strictly falling.

    A paper appears under the ids its records carry (several if it was merged from several), or
    under its paper id if they carry none.
    """
    rank, last, seen = 0, float("inf"), set()
    for paper, score in ranked:
        for docno in paper.docnos or (paper.paper_id,):
            if docno in seen:
                continue
            if rank == k:
                return
            seen.add(docno)
            rank, last = rank + 1, min(score, last - _STEP)
            yield f"{_word(query_id)} Q0 {_word(docno)} {rank} {last:.7f} {tag}"


def _word(text: str) -> str:
    """`text` without blanks, which separate the columns."""
    return "_".join(text.split())
