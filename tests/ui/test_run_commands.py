"""eval run and eval score as they are typed: folders, tables, JSON, and errors before any work."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Barrier

import pytest
from typer.testing import CliRunner

from evals.cases import Case, case_line, load_cases
from evals.runs.run_folder import read_run
from rag.errors import LibraryError
from rag.types import Usage
from tests.evals.answers import silent
from tests.openai_stand_in import TOO_LONG, WRONG_KEY, Reply, openai_stand_in
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
    code, text, said = run(
        "run", "--library", "sample", "--cases", cases, "--judge", "exact", "--out", str(folder)
    )
    assert code == 0, said
    assert "mine: 2 cases, 0 failed" in " ".join(text.split())
    assert "right fact" in text
    assert read_run(folder).config["backend"] == "extractive"


def test_cases_about_papers_of_another_library_are_told(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    mine = Case("mine", "How tall?", papers=("Towers of Salt",), facts=(("3.5 m",),))
    path.write_text("\n".join(map(case_line, (COUNT, mine))), "utf-8")
    args = (
        "--library",
        "sample",
        "--cases",
        str(path),
        "--judge",
        "exact",
        "--out",
        str(tmp_path / "run"),
    )
    code, _, said = run("run", *args)
    assert code == 0
    assert "the library asked lacks (--library sample): 1, first 'Towers of Salt'" in said


def test_settings_and_halves_are_of_the_run(cases: str, tmp_path: Path) -> None:
    folder = tmp_path / "two"
    args = ("--split", "dev", "--set", "hits=2", "--set", "quotes=1", "--judge", "exact")
    code, text, said = run(
        "run", "--library", "sample", "--cases", cases, *args, "--out", str(folder), "--json"
    )
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
    assert run("run", "--library", "sample", "--cases", cases, *args)[0] == 0
    assert read_run(tmp_path / "runs" / "extractive-test").cases[0].id == "sushi"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--set", "hits=none"), "setting hits is 'none'"),
        (("--defect", "typos"), "there is no defect 'typos'"),
        (("--judge", "nobody"), "nobody called 'nobody' judges support: use one of exact"),
        (("--backend", "extractive", "--backend", "extractive"), "would share one folder"),
        (("--cases", "nowhere.jsonl"), "nowhere.jsonl: cannot be read"),
    ],
)
def test_what_cannot_be_run_is_said(
    args: tuple[str, ...], said: str, cases: str, tmp_path: Path
) -> None:
    code, _, told = run(
        "run", "--library", "sample", "--cases", cases, "--out", str(tmp_path / "r"), *args
    )
    assert code == 1
    assert said in told
    assert not (tmp_path / "r" / "run.json").exists()


@pytest.mark.parametrize("name", ["oracle", ""])
def test_a_chat_model_of_no_known_name_is_wrong_usage(name: str, cases: str) -> None:
    code, _, told = run("run", "--library", "sample", "--cases", cases, "--backend", name)
    assert code == 2
    assert f"unknown backend {name!r}" in told


def asked_of(folder: Path, *args: str) -> tuple[int, str, str]:
    """A run that asks the chat model of every case, whatever the papers seem to say."""
    cases = folder.with_suffix(".jsonl")
    four = [case for case in load_cases() if case.kind == "fact" and not case.history][:4]
    cases.write_text("\n".join(map(case_line, four)), "utf-8")
    always = ("--set", "least_confidence=0", "--judge", "exact", "--out", str(folder))
    return run(
        "run",
        "--library",
        "sample",
        "--cases",
        str(cases),
        "--backend",
        "openai:stand-in",
        *always,
        *args,
    )


def test_an_endpoint_is_asked_several_cases_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = Barrier(4, timeout=60)

    def respond(_request: object) -> Reply:
        together.wait()  # breaks unless four are asked at the same time
        return Reply(("So it is [S1].",), usage=(90, 6, 0))

    with openai_stand_in() as server:
        server.respond = respond
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        code, _, said = asked_of(tmp_path / "api")
    assert code == 0, said
    found = read_run(tmp_path / "api")
    assert [reply.error for reply in found.replies] == [""] * 4
    assert {reply.usage for reply in found.replies} == {Usage(90, 6)}
    assert [reply.case_id for reply in found.replies] == [case.id for case in found.cases]


def test_a_key_that_is_refused_ends_the_run_and_failures_can_be_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = Reply(("So it is [S1].",))
    one_by_one = ("--workers", "1")
    with openai_stand_in(good, TOO_LONG, WRONG_KEY) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-key")
        code, _, said = asked_of(tmp_path / "api", *one_by_one)
        assert code == 1
        assert "OPENAI_API_KEY" in said
        assert len((tmp_path / "api" / "answers.jsonl").read_text("utf-8").splitlines()) == 2
        server.replies[:] = [good]
        code, text, said = asked_of(tmp_path / "api", *one_by_one)
        assert (code, len(server.requests)) == (0, 5)
        assert "1 failed" in text
        assert "--retry" in said
        code, text, _ = asked_of(tmp_path / "api", *one_by_one, "--retry")
        assert (code, len(server.requests)) == (0, 6)
        assert "0 failed" in text
    kept = "".join(path.read_text("utf-8") for path in (tmp_path / "api").iterdir())
    assert "sk-secret-key" not in kept


def test_answers_made_elsewhere_are_graded(cases: str, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs.jsonl"
    theirs.write_text(json.dumps({"id": "count", "answer": "There are 21 [1]."}), "utf-8")
    folder = tmp_path / "scored"
    args = ("--library", "sample", "--cases", cases, "--judge", "exact", "--out", str(folder))
    code, text, said = run("score", str(theirs), *args)
    assert code == 0, said
    assert "scored: 2 cases, 1 failed" in " ".join(text.split())
    assert "cases failed: 1; the reasons are in" in said
    assert "--retry" not in said  # nobody is there to be asked again
    scores = {(s.case_id, s.metric): s.value for s in read_run(folder).scores}
    assert scores["count", "fact"] == 1.0
    assert scores["count", "citation"] == 0.0


def test_a_run_that_is_stopped_says_how_it_goes_on(
    cases: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_args: object, **_named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("evals.runs.run.ask_all", stopped)
    folder = tmp_path / "mine"
    code, _, said = run(
        "run", "--library", "sample", "--cases", cases, "--judge", "exact", "--out", str(folder)
    )
    assert code == 130
    assert "the same command goes on" in said
    assert folder.name in said


@pytest.mark.parametrize("option", [("--cases", "c.jsonl"), ("--split", "dev"), ("--out", "x")])
def test_what_a_run_has_of_its_own_cannot_be_given_to_grade_it_again(
    option: tuple[str, str], tmp_path: Path
) -> None:
    code, _, said = run("score", str(tmp_path), *option)
    assert code == 2
    assert option[0] in said


def test_answers_that_are_not_there_are_said_in_words(cases: str, tmp_path: Path) -> None:
    args = ("--library", "sample", "--cases", cases, "--judge", "exact")
    code, _, said = run("score", str(tmp_path / "nowhere.jsonl"), *args)
    assert code == 1
    assert "nowhere.jsonl: cannot be read: No such file or directory" in said


def test_a_run_is_graded_again_in_place(cases: str, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    run("run", "--library", "sample", "--cases", cases, "--judge", "exact", "--out", str(folder))
    code, text, said = run("score", str(folder), "--judge", "words", "--by", "kind")
    assert code == 0, said
    assert "by kind" in text
    assert "catalogue" in text
    scoring = read_run(folder).config["scoring"]
    assert isinstance(scoring, dict)
    assert scoring["entailer"] == "words"


def test_your_own_cases_are_about_your_own_library_and_an_empty_one_is_an_error(
    cases: str, tmp_path: Path
) -> None:
    args = ("--cases", cases, "--judge", "exact", "--out", str(tmp_path / "run"))
    code, _, said = run("run", *args)
    assert code == 1
    assert "all: 2 cases, asked of extractive" in said
    assert "your library is empty: `askpapers ingest` fills it" in said
    assert not (tmp_path / "run" / "run.json").exists()


def test_of_the_shipped_cases_the_dev_half_is_asked_by_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from evals.runs import run as runs

    def stop(plan: runs.Plan, *_rest: object) -> None:
        raise LibraryError(f"{plan.split} of {plan.cases.name}, {plan.which}")

    monkeypatch.setattr(runs, "run_cases", stop)
    code, _, said = run("run", "--judge", "exact", "--out", str(tmp_path / "run"))
    assert code == 1
    assert "dev of questions.jsonl, sample" in said
