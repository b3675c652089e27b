"""eval compare and eval null on run folders: what is printed, and the exit code of a gate."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evals.runs.run_folder import write_run
from tests.evals.answers import TALL
from tests.evals.runs import cases, scored
from tests.openai_stand_in import Reply, openai_stand_in
from ui.cli import build

ASKED = cases(30)


@pytest.fixture
def runs(tmp_path: Path) -> tuple[str, str]:
    """The folders of a good run and of one that lost half its facts."""
    good = scored(ASKED, {"fact": [1] * 30, "citation": [1] * 30}, "good")
    bad = scored(ASKED, {"fact": [0] * 15 + [1] * 15, "citation": [1] * 30}, "bad")
    for run in (good, bad):
        write_run(run, tmp_path / run.name)
    return str(tmp_path / "good"), str(tmp_path / "bad")


def run(*args: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(build(), ["eval", *args])
    return result.exit_code, result.stdout, result.stderr


def test_a_comparison_says_what_was_lost(runs: tuple[str, str]) -> None:
    code, text, _ = run("compare", *runs, "--changes", "3")
    assert code == 0
    assert "-0.500" in text
    assert "broken: 15" in text
    assert "B is worse in" in text


@pytest.mark.parametrize("rule", ["fact", "any", "fact:0.1"])
def test_a_gate_fails_on_what_got_worse(runs: tuple[str, str], rule: str) -> None:
    code, text, said = run("compare", *runs, "--fail-on", rule)
    assert code == 1
    assert "B is worse" in text
    assert "fact (-0.500)" in said


@pytest.mark.parametrize("rule", ["citation", "citation:0", "fact:0.6"])
def test_a_gate_opens_for_what_did_not(runs: tuple[str, str], rule: str) -> None:
    assert run("compare", *runs, "--fail-on", rule)[0] == 0


def test_a_gate_says_that_b_has_no_scores_of_what_a_has(
    tmp_path: Path, runs: tuple[str, str]
) -> None:
    write_run(scored(ASKED, {"fact": [1] * 30}), tmp_path / "unquoted")
    code, _, said = run("compare", runs[0], str(tmp_path / "unquoted"), "--fail-on", "any")
    assert code == 1
    assert "citation (A has scores of it, B has none)" in " ".join(said.split())


def test_a_gate_stays_shut_where_b_left_cases_out(tmp_path: Path, runs: tuple[str, str]) -> None:
    write_run(scored(ASKED[:20], {"fact": [1] * 20}), tmp_path / "short")
    code, _, said = run("compare", runs[0], str(tmp_path / "short"), "--fail-on", "fact")
    assert code != 0
    assert "lacks 10 of the 30 cases" in " ".join(said.split())
    assert run("compare", runs[0], str(tmp_path / "short"))[0] == 0


def test_a_gain_passes(runs: tuple[str, str]) -> None:
    assert run("compare", *reversed(runs), "--fail-on", "any")[0] == 0


def test_a_gate_on_a_metric_that_is_not_there_fails_with_the_names(runs: tuple[str, str]) -> None:
    code, _, said = run("compare", *runs, "--fail-on", "fcat")
    assert code == 1
    assert "'fcat'" in said
    assert "fact" in said


def test_the_json_of_a_comparison_is_whole_even_if_the_gate_is_shut(
    runs: tuple[str, str],
) -> None:
    code, text, _ = run("compare", *runs, "--fail-on", "any", "--json")
    assert code == 1
    assert json.loads(text)["metrics"]["fact"]["b"] == 0.5


def test_runs_graded_by_two_rulers_are_warned_of(tmp_path: Path, runs: tuple[str, str]) -> None:
    other = replace(scored(ASKED, {"fact": [1] * 30}), config={"scoring": {"entailer": "words"}})
    write_run(other, tmp_path / "other")
    code, _, said = run("compare", runs[0], str(tmp_path / "other"))
    assert code == 0
    assert "graded differently" in said
    assert "graded differently" not in run("compare", *runs)[2]


def test_what_is_no_run_is_named(tmp_path: Path, runs: tuple[str, str]) -> None:
    code, _, said = run("compare", runs[0], str(tmp_path))
    assert code == 1
    assert "is no folder of" in said


def test_a_judge_is_asked_in_both_orders_and_only_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = scored(ASKED[:3], {"fact": [1, 1, 1]}, "old")
    other = tuple(
        replace(r, answer=replace(TALL, answer="It is 3.5 m tall. [1]")) for r in old.replies
    )
    folders = str(tmp_path / "old"), str(tmp_path / "new")
    for run_, folder in ((old, folders[0]), (replace(old, replies=other), folders[1])):
        write_run(run_, Path(folder))
    likes_a = Reply(("A",), first_tokens=(("A", -0.1), ("B", -2.4)))
    with openai_stand_in(likes_a) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test-77")
        code, text, said = run("compare", *folders, "--judge", "openai:small")
        again = run("compare", *folders, "--judge", "openai:small", "--json")
        asked = len(server.requests)
    assert (code, asked) == (0, 2), said  # the three cases read alike
    assert "openai:small prefers B's answer in 50.0%" in text  # it likes a place: ties
    assert json.loads(again[1])["preference"]["ties"] == 3


def test_false_alarms_are_counted(runs: tuple[str, str]) -> None:
    code, text, _ = run("null", *runs, "--times", "20", "--json")
    assert code == 0
    told = json.loads(text)
    assert told["times"] == 20
    assert told["metrics"]["fact"]["differing"] == 15
    assert "after Holm" in run("null", *runs, "--times", "5")[1]
