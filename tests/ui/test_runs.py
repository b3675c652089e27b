"""Runs begun from the app: their names, their cases, how they stand, and their reports."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from evals.cases import QUESTIONS, case_line, load_cases
from evals.runs.run_folder import write_run
from rag.errors import ConfigError, SourceError
from rag.settings import Settings
from tests.evals.runs import cases, scored
from ui.http.reports import add_reports
from ui.runs import SHIPPED, Runs, assignments, chosen

HOSTILE = "<img src=x onerror=alert(1)>"


def finished(home: Path, name: str, facts: tuple[float, ...]) -> None:
    """A run of the app that has ended, with these facts right or wrong."""
    folder = home / "runs" / name
    folder.mkdir(parents=True)
    asked = cases(len(facts))
    write_run(scored(asked, {"fact": facts}, name), folder)
    (folder / "chosen.jsonl").write_text("".join(f"{case_line(one)}\n" for one in asked))
    begun = {"cases": SHIPPED, "backend": "extractive", "settings": ["quotes=2"]}
    (folder / "begun.json").write_text(json.dumps(begun))


def test_the_shipped_cases_are_their_dev_half_alone(tmp_path: Path) -> None:
    offered = Runs(tmp_path).cases(SHIPPED)
    assert offered
    assert {case.split for case in offered} == {"dev"}
    assert len(offered) < len(tuple(load_cases(QUESTIONS)))


def test_cases_are_chosen_by_kind_and_evenly_spread() -> None:
    ten = cases(10)
    assert [case.id for case in chosen(ten, ["fact"], 3)] == ["c0", "c3", "c6"]
    assert chosen(ten, ["fact"], 50) == list(ten)
    with pytest.raises(ConfigError, match="kinds"):
        chosen(ten, ["several"], 3)


def test_only_settings_that_differ_are_handed_to_a_run() -> None:
    assert assignments(Settings()) == ()
    assert assignments(Settings(quotes=2, failing="mark")) == ("quotes=2", "failing=mark")


def test_a_finished_run_tells_how_many_were_right(tmp_path: Path) -> None:
    finished(tmp_path, "one", (1.0, 0.0, 1.0))
    (found,) = Runs(tmp_path).all()
    assert (found.state, found.right, found.judged, found.total) == ("done", 2, 3, 3)
    assert found.begun.settings == ("quotes=2",)


def test_a_run_that_was_cut_off_can_go_on(tmp_path: Path) -> None:
    finished(tmp_path, "one", (1.0, 0.0))
    scores = tmp_path / "runs" / "one" / "scores.jsonl"
    scores.write_text(scores.read_text().splitlines(keepends=True)[0])
    (found,) = Runs(tmp_path).all()
    assert (found.state, found.asked, found.graded) == ("stopped", 2, 1)


@pytest.mark.parametrize("name", ["..", "../secret", "a/b", "", ".hidden", "gone"])
def test_a_name_leads_to_no_folder_but_a_run_s(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "begun.json").write_text("{}")
    (tmp_path / "runs").mkdir()
    with pytest.raises(ConfigError, match="no run called"):
        Runs(tmp_path).folder(name)


def test_cases_of_one_s_own_are_kept_only_if_they_are_cases(tmp_path: Path) -> None:
    runs = Runs(tmp_path)
    with pytest.raises(SourceError):
        runs.add_cases("mine", '{"id": "q"}')
    assert runs.sets() == [SHIPPED]
    text = "\n".join(case_line(case) for case in cases(2))
    assert runs.add_cases("../mine", text) == 2
    assert runs.sets() == [SHIPPED, "mine"]
    assert runs.cases("mine") == cases(2)
    with pytest.raises(ConfigError, match="already"):
        runs.add_cases("mine", text)


def test_a_report_is_a_stranger_to_the_app_it_is_served_by(tmp_path: Path) -> None:
    finished(tmp_path, "one", (1.0, 0.0))
    finished(tmp_path, "two", (1.0, 1.0))
    app = FastAPI()
    add_reports(app, tmp_path)
    client = TestClient(app)
    page = client.get("/report/two?against=one")
    assert page.status_code == 200
    assert "two" in page.text
    assert "sandbox allow-scripts" in page.headers["content-security-policy"]
    assert "allow-same-origin" not in page.headers["content-security-policy"]


@pytest.mark.parametrize("name", ["gone", "..%2F..%2Fetc", HOSTILE])
def test_a_report_that_is_not_there_is_told_so_without_markup(tmp_path: Path, name: str) -> None:
    app = FastAPI()
    add_reports(app, tmp_path)
    page = TestClient(app).get(f"/report/{name}")
    assert page.status_code == 404
    assert "<img" not in page.text


@pytest.mark.parametrize("begun", ["", '{"cases": "sam', "[]", "{}"])
def test_a_run_whose_beginning_was_cut_off_hides_no_other(tmp_path: Path, begun: str) -> None:
    finished(tmp_path, "one", (1.0,))
    (tmp_path / "runs" / "cut").mkdir()
    (tmp_path / "runs" / "cut" / "begun.json").write_text(begun)
    runs = Runs(tmp_path)
    assert [run.name for run in runs.all()] == ["one"]
    with pytest.raises(ConfigError, match="cut"):
        runs.standing("cut")
