"""eval validate, eval cards and eval pubmedqa as they are typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.evals.labelled_files import decided, write_feedback, write_pubmedqa, write_scifact
from ui.cli import build


def run(*arguments: str) -> Result:
    return CliRunner().invoke(build(), ["eval", *arguments])


@pytest.fixture
def data(tmp_path: Path) -> str:
    write_scifact(tmp_path / "scifact")
    write_feedback(tmp_path / "finegrained_rlhf_qa")
    write_pubmedqa(tmp_path / "pubmedqa", [decided("1"), decided("2", split="dev")])
    return str(tmp_path)


def test_cards_are_written_with_the_command_that_measures_them_again(
    data: str, tmp_path: Path
) -> None:
    cards = tmp_path / "cards.json"
    only = ("--only", "preference, correctness", "-n", "9")
    result = run("validate", "--data", data, *only, "--cards", str(cards), "--json")
    assert result.exit_code == 0, result.stderr
    assert [one["scorer"] for one in json.loads(result.stdout)] == ["length", "fact"]
    commands = {card["command"] for card in json.loads(cards.read_text())}
    assert commands == {
        "askpapers eval validate --data DIR --only preference,correctness -n 9",
    }


def test_entailers_are_shown_with_their_agreement(data: str) -> None:
    result = run("validate", "--data", data, "--only", "support")
    assert result.exit_code == 0, result.stderr
    for name in ("exact", "words", "reranker"):
        assert name in result.stdout


def test_a_part_that_is_not_there_is_refused(data: str) -> None:
    result = run("validate", "--data", data, "--only", "moss")
    assert result.exit_code == 1
    assert "there is no part 'moss'" in result.stderr


def test_missing_data_is_named(tmp_path: Path) -> None:
    result = run("validate", "--data", str(tmp_path), "--only", "correctness")
    assert result.exit_code == 1
    assert "dev_feedback.json.gz" in result.stderr


def test_the_shipped_cards_are_shown() -> None:
    shown = json.loads(run("cards", "--json").stdout)
    text = run("cards").stdout
    assert shown
    assert all(card["scorer"] in text for card in shown)


def test_an_unknown_judge_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    result = run("pubmedqa", "--data", str(tmp_path / "none"), "--backend", "moss")
    assert result.exit_code == 1
    assert "unknown judge 'moss'" in result.stderr
