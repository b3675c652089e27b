"""eval run and eval score as they are typed: folders, tables, JSON, and errors before any work."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evals.cases import Case, case_line
from evals.run_folder import read_run
from tests.evals.answers import silent
from ui.cli import build

COUNT = Case("count", "How many papers are there?", "catalogue", "", ("*",), (("21",),))


@pytest.fixture
def cases(tmp_path: Path) -> str:
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join(map(case_line, (COUNT, silent("sushi", split="test")))), "utf-8")
    return str(path)


def run(*args: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(build(), ["eval", *args])
    return result.exit_code, result.stdout, " ".join(result.stderr.split())


def test_a_run_prints_its_table_and_leaves_its_folder(cases: str, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    code, text, said = run("run", "--cases", cases, "--judge", "exact", "--out", str(folder))
    assert code == 0, said
    assert "mine: 2 cases, 0 failed" in " ".join(text.split())
    assert "right fact" in text
    assert read_run(folder).config["backend"] == "extractive"


def test_settings_and_halves_are_of_the_run(cases: str, tmp_path: Path) -> None:
    folder = tmp_path / "two"
    args = ("--split", "dev", "--set", "hits=2", "--set", "quotes=1", "--judge", "exact")
    code, text, said = run("run", "--cases", cases, *args, "--out", str(folder), "--json")
    assert code == 0, said
    (told,) = json.loads(text)
    assert (told["folder"], told["overall"]["cases"]) == (str(folder), 1)
    settings = read_run(folder).config["settings"]
    assert isinstance(settings, dict)
    assert (settings["hits"], settings["quotes"]) == (2, 1)


def test_without_a_folder_the_backend_and_the_half_name_it(
    cases: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    args = ("--backend", "extractive", "--split", "test", "--judge", "exact")
    assert run("run", "--cases", cases, *args)[0] == 0
    assert read_run(tmp_path / "runs" / "extractive-test").cases[0].id == "sushi"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--set", "hits=none"), "setting hits is 'none'"),
        (("--backend", "oracle"), "unknown backend 'oracle'"),
        (("--defect", "typos"), "there is no defect 'typos'"),
        (("--judge", "nobody"), "unknown entailer 'nobody'"),
        (("--backend", "extractive", "--backend", "extractive"), "would share one folder"),
        (("--cases", "nowhere.jsonl"), "nowhere.jsonl: cannot be read"),
    ],
)
def test_what_cannot_be_run_is_said(
    args: tuple[str, ...], said: str, cases: str, tmp_path: Path
) -> None:
    code, _, told = run("run", "--cases", cases, "--out", str(tmp_path / "r"), *args)
    assert code == 1
    assert said in told
    assert not (tmp_path / "r" / "run.json").exists()


def test_answers_made_elsewhere_are_graded(cases: str, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs.jsonl"
    theirs.write_text(json.dumps({"id": "count", "answer": "There are 21 [1]."}), "utf-8")
    folder = tmp_path / "scored"
    args = ("--cases", cases, "--judge", "exact", "--out", str(folder))
    code, text, said = run("score", str(theirs), *args)
    assert code == 0, said
    assert "scored: 2 cases, 1 failed" in " ".join(text.split())
    scores = {(s.case_id, s.metric): s.value for s in read_run(folder).scores}
    assert scores["count", "fact"] == 1.0
    assert scores["count", "citation"] == 0.0


def test_a_run_is_graded_again_in_place(cases: str, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    run("run", "--cases", cases, "--judge", "exact", "--out", str(folder))
    code, _, said = run("score", str(folder), "--judge", "words")
    assert code == 0, said
    scoring = read_run(folder).config["scoring"]
    assert isinstance(scoring, dict)
    assert scoring["entailer"] == "words"
