"""A conversation kept in a file: one answer a line, as `ask --json` prints it."""

from __future__ import annotations

import json
from pathlib import Path

from rag.errors import SourceError
from rag.types import Answer, Exchange
from rag.wire import answer_json, read_answer
from ui.commands.batch import open_out


def read_conversation(path: Path) -> tuple[Exchange, ...]:
    """The exchanges of `path`, oldest first; none if there is no such file yet.

    Raises SourceError, with the line, for what is no answer.
    """
    if not path.exists():
        return ()
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(str(path), f"cannot be read: {error}") from error
    return tuple(
        _exchange(f"{path}, line {number}", line)
        for number, line in enumerate(lines, start=1)
        if line.strip()
    )


def _exchange(where: str, line: str) -> Exchange:
    try:
        row = json.loads(line)
        if not isinstance(row, dict):
            raise ValueError("it is no object")
        return read_answer(row).exchange
    except ValueError as error:
        from evals.runs.reply_lines import said

        remedy = "give a file that `ask --conversation` wrote, or a new one"
        raise SourceError(where, f"is no answer ({said(error)}): {remedy}") from error


def add_answer(path: Path, answer: Answer) -> None:
    """Write `answer` behind the others. Raises SourceError if `path` cannot be written."""
    with open_out(path, "a") as file:
        file.write(json.dumps(answer_json(answer), ensure_ascii=False) + "\n")
