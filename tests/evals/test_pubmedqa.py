"""PubMedQA by a judge over a library: what is found, how it is decided, what is counted."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from evals.judging.pubmedqa import Bias, Plan, fit_bias, run_pubmedqa
from evals.judging.pubmedqa_table import pubmedqa_json, pubmedqa_table, write_asked
from evals.labelled import Decision
from rag.config import Config
from rag.errors import ChatError
from rag.types import Message
from tests.evals.labelled_files import Row, decided, write_pubmedqa
from tests.fakes import HashEmbedder

PLANTS = {
    "moss": "yes",
    "fern": "no",
    "birch": "yes",
    "heather": "no",
    "lichen": "yes",
    "sorrel": "maybe",
}
OUTCOME = {"yes": "grew", "no": "withered", "maybe": "varied"}


@dataclass(slots=True)
class ReadingJudge:
    """A Judge that reads the outcome in the sentences, and leans to Yes by `lean` all the same."""

    lean: float = 0.0
    left: int = 1000
    name: str = "reading"
    asked: list[str] = field(default_factory=list)

    def weigh(self, messages: Sequence[Message], options: Sequence[str]) -> tuple[float, ...]:
        if len(self.asked) >= self.left:
            raise ChatError("the judge is gone")
        text = messages[-1].content
        self.asked.append(text)
        logits = [2.0 * (word in text) for word in OUTCOME.values()]
        logits[0] += self.lean
        total = math.log(sum(map(math.exp, logits)))
        return tuple(logit - total for logit in logits)


@pytest.fixture
def judge(monkeypatch: pytest.MonkeyPatch) -> ReadingJudge:
    made = ReadingJudge()
    monkeypatch.setattr("evals.judging.judge_cache.judge_model", lambda *_: made)
    monkeypatch.setattr(
        "rag.models.embed.OnnxEmbedder.load", lambda *_: HashEmbedder(dimension=512)
    )
    return made


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    rows: list[Row] = []
    for split in ("dev", "test"):
        for plant, answer in PLANTS.items():
            abstract = f"We kept 40 pots of {plant} in the {split} house. "
            abstract += f"In the dark the {plant} of the {split} house {OUTCOME[answer]} (P = .01)."
            question = f"Did the {plant} of the {split} house grow in the dark?"
            rows.append(
                decided(f"{plant}-{split}", answer, split, question=question, abstract=abstract)
            )
    write_pubmedqa(tmp_path / "pubmedqa", rows)
    return Plan(tmp_path, "reading", tmp_path / "kept", n=0, fit=0)


def test_questions_are_decided_from_their_own_abstracts(
    config: Config, plan: Plan, judge: ReadingJudge
) -> None:
    report = run_pubmedqa(config, replace(plan, evidence="abstract"))
    assert (report.papers, report.fitted.n, report.accuracy.n) == (12, 6, 6)
    assert report.found.count == 6
    assert report.accuracy.count == report.accuracy_found.count == 6
    assert report.macro_f1.value == 1.0
    assert report.majority.count == 3


def test_quotes_are_what_answering_would_quote(
    config: Config, plan: Plan, judge: ReadingJudge
) -> None:
    report = run_pubmedqa(config, replace(plan, n=2))
    assert report.accuracy.n == 2
    for one in report.asked:
        assert one.evidence
        plant = one.pmid.split("-")[0]
        assert any(plant in quote for quote in one.evidence)


def test_a_judge_that_leans_is_set_right_on_the_other_half(
    config: Config, plan: Plan, judge: ReadingJudge
) -> None:
    judge.lean = 3.0  # more than what it reads
    report = run_pubmedqa(config, replace(plan, evidence="abstract"))
    assert report.plain.count == 3
    assert report.accuracy.count == 6


def test_a_stopped_run_asks_nothing_again(config: Config, plan: Plan, judge: ReadingJudge) -> None:
    judge.left = 4
    with pytest.raises(ChatError, match="gone"):
        run_pubmedqa(config, plan)
    judge.left = 1000
    assert run_pubmedqa(config, plan).accuracy.n == 6
    assert len(judge.asked) == len(set(judge.asked)) == 12


def test_the_report_is_a_table_json_and_lines(
    config: Config, plan: Plan, judge: ReadingJudge, tmp_path: Path
) -> None:
    report = run_pubmedqa(config, plan)
    assert pubmedqa_table(report).row_count == 12
    shown = json.loads(json.dumps(pubmedqa_json(report), allow_nan=False))
    assert shown["published"] == {"majority": 0.552, "people": 0.78}
    assert {one["pmid"] for one in shown["asked"]} == {f"{plant}-test" for plant in PLANTS}
    write_asked(report, tmp_path / "asked.jsonl")
    lines = (tmp_path / "asked.jsonl").read_text().splitlines()
    assert [json.loads(line)["pmid"] for line in lines] == [one.pmid for one in report.asked]


def test_a_bias_shifts_and_of_equals_takes_the_first() -> None:
    assert Bias().decide((-1.0, -1.0, -2.0)) == "yes"
    assert Bias(1.0, (0.0, 0.0, 5.0)).decide((-1.0, -1.0, -2.0)) == "maybe"


def test_the_bias_undoes_a_lean_of_the_judge() -> None:
    # It says yes to all, to the no ones a little less.
    logs = [(-0.1, -3.0, -4.0)] * 20 + [(-0.3, -1.6, -4.0)] * 20
    yes: Decision = "yes"
    no: Decision = "no"
    gold = [yes] * 20 + [no] * 20
    bias = fit_bias(logs, gold)
    assert [bias.decide(one) for one in logs] == gold


def test_without_questions_there_is_no_bias() -> None:
    assert fit_bias([], []) == Bias()
