"""The questions that tell the catalogue's from the text's, and which of them are about the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.evidence.kinds import labelled
from rag.errors import SourceError


def bank_of(folder: Path, *questions: str) -> Path:
    path = folder / "bank.jsonl"
    lines = (json.dumps({"question": one, "kind": "field"}) for one in questions)
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_questions_that_share_a_word_of_their_own_are_never_parted(tmp_path: Path) -> None:
    bank = bank_of(
        tmp_path,
        "who wrote the zeolite paper",
        "when did the mangrove paper appear",
        "year of the zeolites and hydrogels paper",
        "is the hydrogel paper here",
    )
    groups = [one.group for one in labelled(bank) if one.source == "bank"]
    assert groups == [groups[0], groups[1], groups[0], groups[0]]
    assert groups[0] != groups[1]


def test_questions_of_one_paper_are_never_parted() -> None:
    asked = [one for one in labelled() if one.source == "arXiv"]
    assert all(one.group.startswith("arxiv:") for one in asked if one.kind == "fact")
    assert len({one.group for one in asked}) < len(asked)


def test_questions_about_the_whole_library_are_no_group() -> None:
    groups = [one.group for one in labelled()]
    assert "*" not in groups
    assert max(map(groups.count, set(groups))) < len(groups) / 10


@pytest.mark.parametrize(
    "line",
    ["no JSON", '["who"]', '{"kind": "field"}', '{"question": "who", "kind": "other"}',
     '{"question": 5, "kind": "field"}', '{"question": "", "kind": "field"}'],
)  # fmt: skip
def test_a_line_that_is_no_question_is_told_with_its_place(tmp_path: Path, line: str) -> None:
    path = tmp_path / "bank.jsonl"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(SourceError, match=r"bank\.jsonl, line 1"):
        labelled(path)
