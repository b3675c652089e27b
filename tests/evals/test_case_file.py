"""Cases are appended and drafts accepted without touching any other line."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from evals.authoring.case_file import accept, append_cases, id_for
from evals.cases import Case, Provenance, load_cases
from rag.errors import SourceError

CASE = Case("height", "How tall?", papers=("arxiv:1111.00001",), facts=(("3.5 m",),))
DRAFT = replace(CASE, id="draft", question="How wide?", provenance=Provenance("local"))
# Written by hand: other spacing, an unusual order, a blank line, no line end at the close.
BY_HAND = '{ "question":"How heavy?","id":"w", "papers":["*"],"kind":"catalogue","facts":[["2"]]}'


def test_a_file_is_made_and_grows(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    append_cases(path, [CASE])
    append_cases(path, [DRAFT])
    assert load_cases(path) == (CASE, DRAFT)


def test_lines_that_are_there_stay_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text(f"{BY_HAND}\n\nno case at all", encoding="utf-8")
    append_cases(path, [CASE])
    text = path.read_text(encoding="utf-8")
    assert text.startswith(f"{BY_HAND}\n\nno case at all\n{{")
    assert text.endswith("}\n")


def test_an_id_that_is_taken_is_refused_and_nothing_written(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    append_cases(path, [CASE])
    before = path.read_bytes()
    with pytest.raises(SourceError, match="'height' already"):
        append_cases(path, [DRAFT, CASE])
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["cases.jsonl"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be written"):
        append_cases(tmp_path / "absent" / "cases.jsonl", [CASE])


def test_an_accepted_draft_is_reviewed_and_other_lines_stay(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    append_cases(path, [CASE, DRAFT])
    path.write_text(
        f"{BY_HAND}\r\n{path.read_text(encoding='utf-8')}", encoding="utf-8", newline=""
    )
    (taken,) = accept(path, ["draft"])
    assert taken.reviewed
    assert [case.id for case in load_cases(path) if not case.reviewed] == []
    assert load_cases(path)[-1] == replace(DRAFT, provenance=Provenance("local", reviewed=True))
    assert path.read_bytes().startswith(f"{BY_HAND}\r\n{{".encode())


def test_what_is_no_draft_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text(BY_HAND, encoding="utf-8")
    assert accept(path, ["w"]) == ()
    assert path.read_text(encoding="utf-8") == BY_HAND


def test_an_unknown_id_is_named_and_nothing_accepted(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    append_cases(path, [DRAFT])
    with pytest.raises(SourceError, match="'typo'"):
        accept(path, ["draft", "typo"])
    assert not load_cases(path)[0].reviewed


def test_an_id_is_readable_and_differs_by_question_and_history() -> None:
    name = id_for("How often are WebGPT's answers preferred?")
    assert re.fullmatch("webgpt-answers-preferred-[0-9a-f]{6}", name)
    assert name == id_for("How often are WebGPT's answers preferred?")
    assert (
        len(
            {
                name,
                id_for("How often are the answers preferred?"),
                id_for("And?", ["a"]),
                id_for("And?"),
            }
        )
        == 4
    )
