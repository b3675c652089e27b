"""A conversation kept in a file: one answer a line, as `ask --json` prints it."""

from __future__ import annotations

import json
from pathlib import Path

from rag.errors import SourceError
from rag.types import Answer, Exchange
from rag.wire import answer_json
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
        answer = json.loads(line)
        question, asked = answer["question"], answer.get("asked", "")
        cited = {str(c["paper_id"]): int(c["marker"]) for c in answer["citations"]}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        remedy = "give a file that `ask --conversation` wrote, or a new one"
        raise SourceError(where, f"is no answer ({error!r}): {remedy}") from error
    return Exchange(str(question), str(asked), tuple(cited.items()))


def add_answer(path: Path, answer: Answer) -> None:
    """Write `answer` behind the others. Raises SourceError if `path` cannot be written."""
    with open_out(path, "a") as file:
        file.write(json.dumps(answer_json(answer), ensure_ascii=False) + "\n")
