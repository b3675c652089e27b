"""eval check, add, draft and accept, as they are typed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from evals.cases import load_cases
from rag.config import Config
from tests.openai_stand_in import Reply, openai_stand_in, says
from ui.cli import build

pytestmark = pytest.mark.usefixtures("embedder", "reranker")  # fetched before any test runs

FACT = ("--paper", "arxiv:2112.09332", "--fact", "56% | 56 percent")
QUESTION = "How often is WebGPT preferred to its demonstrators?"


def run(*arguments: object, given: str | None = None) -> Result:
    return CliRunner().invoke(build(), ["eval", *map(str, arguments)], input=given)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mine.jsonl"


# --- check ------------------------------------------------------------------------------------


def test_check_passes_the_shipped_cases(config: Config) -> None:
    result = run("check")
    assert result.exit_code == 0, result.stdout
    assert "errors: 0; warnings: 0" in result.stdout


def test_check_lists_every_bad_line_and_exits_1(file: Path, sample_config: Config) -> None:
    file.write_text('{\n{"id": "a", "question": "b"}\n', encoding="utf-8")
    result = run("check", file)
    assert result.exit_code == 1
    told = result.stdout.splitlines()
    assert told[0].startswith("line 1: error: is not JSON")
    assert told[1].startswith("line 2: error: a case that can be answered needs `facts`")
    assert told[2].startswith("line 2: error: a case that can be answered needs `papers`")
    assert told[3] == "cases that can be read: 0, of them drafts: 0; errors: 3; warnings: 0"


def test_check_holds_cases_against_your_papers(file: Path, sample_config: Config) -> None:
    row = {"id": "a", "question": "b?", "papers": ["arxiv:2112.09332"], "facts": [["99.5%"]]}
    file.write_text(json.dumps(row), encoding="utf-8")
    result = run("check", file, "--json")
    assert result.exit_code == 0  # a warning is for a person to decide
    (finding,) = json.loads(result.stdout)["findings"]
    assert (finding["line"], finding["case_id"], finding["level"]) == (1, "a", "warning")
    assert "99.5%" in finding["text"]


def test_check_says_that_there_are_no_papers(file: Path, config: Config) -> None:
    run("add", file, QUESTION, *FACT)
    result = run("check", file)
    assert result.exit_code == 0
    assert "cases are not held against papers" in result.stderr
    assert "--library sample" in result.stderr


def test_check_names_an_empty_file_and_no_line_of_it(file: Path, sample_config: Config) -> None:
    file.touch()
    result = run("check", file)
    assert result.exit_code == 1
    assert result.stdout.startswith(f"{file}: error: holds no cases")


def test_check_says_nothing_of_papers_for_a_file_that_cannot_be_read(
    file: Path, config: Config
) -> None:
    result = run("check", file)
    assert result.exit_code == 1
    assert "cannot be read" in result.stderr
    assert "library is empty" not in result.stderr


# --- add --------------------------------------------------------------------------------------


def test_add_makes_a_case_that_check_passes(file: Path, sample_config: Config) -> None:
    given = ("--tag", "mine", "--after", "What is WebGPT?", "--by", "Ada", "--wrong", "65%")
    result = run("add", file, QUESTION, *FACT, *given, "--split", "test")
    assert result.exit_code == 0, result.stderr
    (case,) = load_cases(file)
    assert (case.question, case.split, case.tags) == (QUESTION, "test", ("mine",))
    assert (case.facts, case.wrong) == ((("56%", "56 percent"),), (("65%",),))
    assert case.history == ("What is WebGPT?",)
    assert case.provenance
    assert (case.provenance.by, case.reviewed) == ("Ada", True)
    assert "errors: 0; warnings: 0" in run("check", file).stdout


def test_add_takes_an_answer_from_a_pipe(file: Path, sample_config: Config) -> None:
    asked = CliRunner().invoke(build(), ["ask", QUESTION, "--json"])
    answer: dict[str, Any] = json.loads(asked.stdout)
    result = run(
        "add", file, "--answer", "-", "--verdict", "right", "--fact", "56%", given=asked.stdout
    )
    assert result.exit_code == 0, result.stderr
    (case,) = load_cases(file)
    assert case.question == QUESTION
    assert case.papers == tuple(dict.fromkeys(c["paper_id"] for c in answer["citations"]))
    assert "56%" in case.reference
    assert case.provenance
    assert answer["id"] in case.provenance.source


def test_add_names_what_is_missing_and_writes_nothing(file: Path, config: Config) -> None:
    result = run("add", file, QUESTION)
    assert result.exit_code == 1
    assert "needs `facts`" in result.stderr
    assert "needs `papers`" in result.stderr
    assert not file.exists()


def test_add_warns_of_a_question_that_says_its_own_fact(file: Path, config: Config) -> None:
    result = run("add", file, "Is WebGPT preferred 56% of the time?", *FACT)
    assert result.exit_code == 0
    assert "the question itself says every fact" in result.stderr


def test_a_verdict_without_an_answer_is_wrong_usage(file: Path, config: Config) -> None:
    assert run("add", file, QUESTION, "--verdict", "right").exit_code == 2


# --- draft and accept -------------------------------------------------------------------------


def respond(body: dict[str, Any]) -> Reply:
    """A chat model that asks for the last word of the sentence."""
    _, _, sentence = body["messages"][-1]["content"].rpartition("Sentence: ")
    words = sentence.rstrip(".").split()
    return says(f"Question: What comes after {' '.join(words[:3])}?\n", f"Answer: {words[-1]}")


def test_drafts_are_left_out_until_they_are_accepted(
    file: Path, sample_config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    with openai_stand_in() as server:
        server.respond = respond
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
        result = run("draft", file, "-n", 3, "--backend", "openai:some-model")
    assert result.exit_code == 0, result.stderr
    drafts = load_cases(file)
    assert [case.reviewed for case in drafts] == [False] * 3
    assert len({case.papers for case in drafts}) == 3
    assert "of them drafts: 3; errors: 0; warnings: 0" in run("check", file).stdout
    taken = run("accept", file, drafts[0].id, drafts[2].id)
    assert taken.exit_code == 0, taken.stderr
    assert [case.reviewed for case in load_cases(file)] == [True, False, True]
    assert "was no draft" in run("accept", file, drafts[0].id).stderr


def test_drafts_need_a_chat_model(file: Path, sample_config: Config) -> None:
    result = run("draft", file, "--backend", "extractive")
    assert result.exit_code == 1
    assert "--backend local" in result.stderr


def test_drafts_need_papers(file: Path, config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    result = run("draft", file, "--backend", "openai:some-model")
    assert result.exit_code == 1
    assert "your library is empty: `askpapers ingest` fills it" in result.stderr


def test_accepting_what_is_not_there_names_it(file: Path, config: Config) -> None:
    run("add", file, QUESTION, *FACT)
    result = run("accept", file, "typo")
    assert result.exit_code == 1
    assert "'typo'" in result.stderr
