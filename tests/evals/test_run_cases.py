"""A run asks, grades, goes on where it was left, and is never mixed with another configuration."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from evals.cases import Case, Provenance, case_line
from evals.runs.run import LOCK, Plan, planned_cases, run_cases, score_again, score_answers
from evals.runs.run_folder import ANSWERS, SCORES, RunFolder, read_run
from evals.score import Run
from evals.scorers.entail import ExactEntailer, WordEntailer
from rag.config import Config
from rag.errors import ChatAuthError, ChatTimeout, ConfigError, SourceError
from rag.library import Library
from rag.models.chat import ChatModel, ExtractiveChat
from rag.models.embed import Embedder
from rag.models.rerank import Reranker
from rag.settings import Settings
from tests.evals.answers import silent
from tests.fakes import ScriptedChat

WEBGPT = Case(
    id="webgpt",
    question="How often are WebGPT's answers preferred over the human demonstrators' answers?",
    papers=("arxiv:2112.09332",),
    facts=(("56%",),),
)
COUNT = Case("count", "How many papers are there?", "catalogue", "", ("*",), (("21",),), "dev")
SUSHI = replace(silent("sushi", split="test"), question="What is a recipe for sushi rice?")
CASES = (WEBGPT, COUNT, SUSHI)


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join(map(case_line, CASES)), "utf-8")
    return Plan(cases=path)


class Desk:
    """Runs plans over the sample library, into a folder of the test's own."""

    def __init__(self, config: Config, embedder: Embedder, reranker: Reranker, path: Path) -> None:
        self.config, self.embedder, self.reranker = config, embedder, reranker
        self.path = path
        self.told: list[tuple[str, int, int]] = []

    def run(self, plan: Plan, chat: ChatModel | None = None, judge: str = "exact") -> Run:
        entailer = ExactEntailer() if judge == "exact" else WordEntailer()
        with Library.open(self.config, self.embedder) as library:
            return run_cases(
                plan,
                self.path,
                library,
                chat or ExtractiveChat(),
                self.reranker,
                entailer,
                self.config,
                lambda *told: self.told.append(told),
            )


@pytest.fixture
def desk(sample_config: Config, embedder: Embedder, reranker: Reranker, tmp_path: Path) -> Desk:
    return Desk(sample_config, embedder, reranker, tmp_path / "run")


def part(run: Run, name: str) -> Mapping[str, object]:
    found = run.config[name]
    assert isinstance(found, Mapping)
    return found


def lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()


def test_a_run_asks_and_grades_every_case(desk: Desk, plan: Plan) -> None:
    run = desk.run(plan)
    assert run.cases == CASES
    values = {(s.case_id, s.metric): s.value for s in run.scores}
    assert values["webgpt", "fact"] == values["count", "fact"] == 1.0
    assert values["sushi", "abstention_recall"] == 1.0
    assert read_run(desk.path) == run
    assert ("extractive", 3, 3) in desk.told
    assert all(reply.ms for reply in run.replies)


def test_its_configuration_says_what_was_asked_and_what_graded(desk: Desk, plan: Plan) -> None:
    run = desk.run(replace(plan, settings=Settings(hits=7)))
    assert run.config["backend"] == "extractive"
    assert part(run, "settings")["hits"] == 7
    assert (part(run, "cases")["n"], part(run, "cases")["split"]) == (3, "all")
    assert part(run, "library")["papers"] == 21
    assert part(run, "scoring")["entailer"] == "exact"


def test_it_goes_on_where_it_was_left(desk: Desk, plan: Plan) -> None:
    whole = desk.run(plan)
    answers = lines(desk.path / ANSWERS)
    # killed while the second answer was written, and before anything was scored
    (desk.path / ANSWERS).write_text(f"{answers[0]}\n{answers[1][:99]}", "utf-8")
    (desk.path / SCORES).write_text("", "utf-8")
    desk.told.clear()
    again = desk.run(plan)
    assert lines(desk.path / ANSWERS)[0] == answers[0]
    assert [told for told in desk.told if told[0] == "extractive"] == [
        ("extractive", done, 3) for done in (1, 2, 3)
    ]
    assert again.scores == whole.scores


def test_a_finished_run_is_only_read(desk: Desk, plan: Plan) -> None:
    first = desk.run(plan)
    answers = (desk.path / ANSWERS).read_bytes()
    assert desk.run(plan) == first
    assert (desk.path / ANSWERS).read_bytes() == answers


def test_another_configuration_in_the_same_folder_is_refused(desk: Desk, plan: Plan) -> None:
    desk.run(plan)
    other = replace(plan, settings=Settings(hits=2), split="dev")
    with pytest.raises(ConfigError, match=r"settings\.hits was 10 and is 2; cases\.split was"):
        desk.run(other)


def test_another_judge_grades_anew_and_asks_nothing(desk: Desk, plan: Plan) -> None:
    desk.run(plan)
    answers = (desk.path / ANSWERS).read_bytes()
    run = desk.run(plan, judge="words")
    assert part(run, "scoring")["entailer"] == "words"
    assert (desk.path / ANSWERS).read_bytes() == answers
    assert len(lines(desk.path / SCORES)) == 3


def test_a_second_process_is_held_off(desk: Desk, plan: Plan) -> None:
    desk.path.mkdir()
    with FileLock(desk.path / LOCK), pytest.raises(SourceError, match="another askpapers"):
        desk.run(plan)


def test_a_failure_is_a_reply_and_is_asked_again_only_if_wanted(desk: Desk, plan: Plan) -> None:
    always = replace(plan, settings=Settings(least_confidence=0))
    chat = ScriptedChat([ChatTimeout("no reply"), "[S1]", "Sushi [S1]."])
    run = desk.run(always, chat)
    assert run.reply("webgpt").error == "ChatTimeout: no reply"
    assert {s.value for s in run.scores if (s.case_id, s.metric) == ("webgpt", "fact")} == {0.0}
    kept = desk.run(always, ScriptedChat(["[S1]"]))
    assert kept.reply("webgpt").error
    again = desk.run(replace(always, retry=True), ScriptedChat(["56% of the time [S1]."]))
    assert not again.reply("webgpt").error
    assert {s.value for s in again.scores if (s.case_id, s.metric) == ("webgpt", "fact")} == {1.0}


def test_a_wrong_key_stops_the_run_and_keeps_what_is_there(desk: Desk, plan: Plan) -> None:
    always = replace(plan, settings=Settings(least_confidence=0))
    with pytest.raises(ChatAuthError):
        desk.run(always, ScriptedChat(["[S1]", ChatAuthError("not accepted")]))
    assert set(RunFolder(desk.path).replies()) == {"webgpt", "count"}


def test_a_defect_is_in_the_answers_and_in_the_configuration(desk: Desk, plan: Plan) -> None:
    run = desk.run(replace(plan, defect="shuffled-citations"))
    assert run.config["defect"] == "shuffled-citations"
    values = {s.metric: s.value for s in run.scores if s.case_id == "webgpt"}
    assert (values["fact"], values["citation"], values["quote"]) == (1.0, 0.0, 1.0)


# --- which cases


def test_a_plan_takes_one_half_and_leaves_drafts_out(plan: Plan) -> None:
    draft = replace(COUNT, id="draft", provenance=Provenance("a model", reviewed=False))
    plan.cases.write_text("\n".join(map(case_line, (*CASES, draft))), "utf-8")
    assert planned_cases(plan) == CASES
    assert planned_cases(replace(plan, split="test")) == (SUSHI,)
    assert planned_cases(replace(plan, split="dev", drafts=True)) == (WEBGPT, COUNT, draft)


def test_a_plan_without_cases_is_an_error(plan: Plan) -> None:
    plan.cases.write_text(case_line(SUSHI), "utf-8")
    with pytest.raises(SourceError, match="no reviewed cases of --split dev"):
        planned_cases(replace(plan, split="dev"))


# --- answers made elsewhere


def score(path: Path, plan: Plan, out: Path, config: Config, embedder: Embedder) -> Run:
    with Library.open(config, embedder) as library:
        papers = library.papers()
    return score_answers(path, plan, out, papers, ExactEntailer(), lambda *_told: None)


def test_answers_made_elsewhere_are_graded_like_ours(
    plan: Plan, sample_config: Config, embedder: Embedder, tmp_path: Path
) -> None:
    theirs = tmp_path / "theirs.jsonl"
    quote = "preferred by humans 56% of the time to those of our human demonstrators"
    rows = [
        {
            "id": "webgpt",
            "answer": "They are preferred 56% of the time [1].",
            "citations": [{"marker": 1, "paper": "arxiv:2112.09332", "quote": quote}],
        },
        {"id": "sushi", "answer": "Rinse it."},
    ]
    theirs.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    run = score(theirs, plan, tmp_path / "out", sample_config, embedder)
    values = {(s.case_id, s.metric): s.value for s in run.scores}
    assert values["webgpt", "fact"] == values["webgpt", "citation"] == 1.0
    assert values["count", "fact"] == values["sushi", "abstention_recall"] == 0.0
    assert run.reply("count").error == "no answer in theirs.jsonl"
    theirs.write_text(json.dumps(rows[0]), "utf-8")
    with pytest.raises(ConfigError, match=r"answers\.sha256"):
        score(theirs, plan, tmp_path / "out", sample_config, embedder)


@pytest.mark.parametrize("hits", [None, ["arxiv:2112.09332"]])
def test_answers_that_tell_nothing_of_retrieval_are_not_graded_by_it(
    hits: list[str] | None, plan: Plan, sample_config: Config, embedder: Embedder, tmp_path: Path
) -> None:
    theirs = tmp_path / "theirs.jsonl"
    row = {"id": "webgpt", "answer": "56% of the time."} | ({"hits": hits} if hits else {})
    theirs.write_text(json.dumps(row), "utf-8")
    run = score(theirs, plan, tmp_path / "out", sample_config, embedder)
    values = {(s.case_id, s.metric): s.value for s in run.scores}
    assert values.get(("webgpt", "R@10")) == (1.0 if hits else None)
    assert values["webgpt", "fact"] == 1.0


def test_a_run_can_be_graded_again_from_its_folder_alone(desk: Desk, plan: Plan) -> None:
    first = desk.run(plan)
    again = score_again(desk.path, WordEntailer(), lambda *_told: None)
    assert again.replies == first.replies
    assert part(again, "scoring")["entailer"] == "words"


def test_what_is_no_run_is_not_graded(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is no folder of `askpapers eval run`"):
        score_again(tmp_path, ExactEntailer(), lambda *_told: None)
    assert not [*tmp_path.iterdir()]
