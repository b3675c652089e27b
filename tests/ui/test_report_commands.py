"""eval report and eval export as they are typed: what they write, say and refuse."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from evals.runs.run_folder import write_run
from rag.types import Usage
from tests.evals.report.reported import run
from ui.cli import build


def typed(*arguments: str) -> Result:
    return CliRunner().invoke(build(), ["eval", *arguments])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_run(run(), tmp_path / "new")
    write_run(run({}, "old"), tmp_path / "old")
    return tmp_path


def test_without_a_name_the_page_lies_in_the_run(folder: Path) -> None:
    result = typed("report", str(folder / "new"))
    assert result.exit_code == 0, result.stderr
    assert result.stdout.strip() == str(folder / "new" / "report.html")
    assert "<h1><bdi>new</bdi>" in (folder / "new" / "report.html").read_text(encoding="utf-8")


def test_a_report_is_held_against_an_older_run(folder: Path) -> None:
    out = folder / "report.md"
    result = typed(
        "report", str(folder / "new"), "--against", str(folder / "old"), "--out", str(out)
    )
    assert result.exit_code == 0, result.stderr
    assert "Held against old" in out.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["r.html", "r.md", "r.json"])
def test_a_report_tells_the_cost_at_the_prices_given(tmp_path: Path, name: str) -> None:
    asked = run()
    replies = tuple(replace(reply, usage=Usage(500_000, 100_000)) for reply in asked.replies)
    write_run(replace(asked, replies=replies), tmp_path / "run")
    out = tmp_path / name
    result = typed("report", str(tmp_path / "run"), "--prices", "2,10", "--out", str(out))
    assert result.exit_code == 0, result.stderr
    text = out.read_text(encoding="utf-8")  # 4 of the 5 cases have an answer that tells tokens
    assert ('"cost": 8.0' if name == "r.json" else "8.0000 spent at the prices given") in text


def test_what_is_no_run_is_named(tmp_path: Path) -> None:
    result = typed("report", str(tmp_path))
    assert result.exit_code == 1
    assert "is no folder of `askpapers eval run`" in result.stderr


def test_a_log_without_the_extra_names_the_line_to_run(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "inspect_ai.log", None)
    monkeypatch.setitem(sys.modules, "inspect_ai", None)  # as if it were not installed
    result = typed("export", str(folder / "new"), "--out", str(folder / "new.eval"))
    assert result.exit_code == 1
    assert "pip install -e '.[inspect]'" in " ".join(result.stderr.split())
    assert not (folder / "new.eval").exists()


def test_a_log_of_another_form_is_refused(folder: Path) -> None:
    result = typed("export", str(folder / "new"), "--out", str(folder / "new.csv"))
    assert result.exit_code == 1
    assert ".eval or .json" in result.stderr
