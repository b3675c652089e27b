"""Conversations kept in a file: what is written is read as what came before."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from rag.errors import SourceError
from tests.ui.scripted import ABSTAINED, LAMPS_ANSWER
from ui.commands.conversation_file import add_answer, read_conversation


def test_a_file_that_is_not_there_is_a_conversation_to_begin(tmp_path: Path) -> None:
    assert read_conversation(tmp_path / "talk.jsonl") == ()


def test_answers_are_added_and_read_as_exchanges_with_their_papers_numbers(tmp_path: Path) -> None:
    path = tmp_path / "talk.jsonl"
    first = replace(LAMPS_ANSWER, question="How fast?", asked="How fast do lamps dim?")
    second = replace(ABSTAINED, question="And how heavy?")
    for answer in (first, second):
        add_answer(path, answer)
    assert read_conversation(path) == (first.exchange, second.exchange)
    assert len(path.read_text(encoding="utf-8").splitlines()) == 2


@pytest.mark.parametrize("line", ["no JSON", "[]", json.dumps({"question": "Why?"})])
def test_a_line_that_is_no_answer_is_told_with_its_number(tmp_path: Path, line: str) -> None:
    path = tmp_path / "talk.jsonl"
    add_answer(path, LAMPS_ANSWER)
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
    with pytest.raises(SourceError, match="line 2"):
        read_conversation(path)
