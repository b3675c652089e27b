"""eval votes, as it is typed: counts, the export, and cases that are added once."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from evals.cases import load_cases
from rag.config import Config
from rag.settings import Configuration
from rag.stored.database import Database
from rag.stored.votes import Votes
from tests.ui.scripted import LAMPS_ANSWER
from ui.cli import build

ANSWER = replace(LAMPS_ANSWER, id="a1", question="How fast do lamps dim?")


@pytest.fixture(autouse=True)
def voted(config: Config) -> None:
    """A library in which two people have voted, one of them for nothing one could use."""
    config.home.mkdir(parents=True, exist_ok=True)
    database = Database(config.home / "catalogue.sqlite3")
    votes, made = Votes(database), Configuration.of("scripted")
    votes.cast(ANSWER, "up", made)
    votes.cast(replace(ANSWER, id="a2", question="Why?"), "down", made, reason="says nothing")
    votes.compare(ANSWER, replace(ANSWER, id="a3"), "second", (made, made))
    database.close()


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(build(), ["eval", "votes", *map(str, arguments)])
    assert result.exit_code == 0, result.output
    return result


def counts(*arguments: object) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(*arguments, "--json").stdout)
    return found


def test_the_votes_are_counted() -> None:
    told = {"votes": 2, "up": 1, "down": 1, "on_sentences": 0, "comparisons": 1}
    assert counts() == told
    assert run().stdout == "votes: 2; up: 1; down: 1; on sentences: 0; comparisons: 1\n"


def test_every_vote_is_written_as_a_line(tmp_path: Path) -> None:
    file = tmp_path / "votes.jsonl"
    run("--out", file)
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [row["kind"] for row in rows] == ["vote", "vote", "comparison"]
    assert rows[1]["reason"] == "says nothing"


def test_cases_are_added_as_drafts_and_never_twice(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    first = counts("--cases", file)
    assert (first["cases_added"], first["answers_left_out"]) == (1, 1)
    (case,) = load_cases(file)
    assert (case.question, case.reviewed) == (ANSWER.question, False)
    assert "a2" in run("--cases", file).stderr
    assert counts("--cases", file)["cases_added"] == 0
    assert load_cases(file) == (case,)
