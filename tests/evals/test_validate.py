"""Scorers held against labels: thresholds, figures, what it refuses, what it keeps."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from rich.console import Console

from evals.judging.validate import Plan, run_validate
from evals.judging.validate_answers import preferring
from evals.judging.validate_result import (
    AGREED,
    AUC,
    BALANCED,
    SHIPPED,
    cards,
    cards_table,
    results_json,
)
from evals.judging.validate_result import results_table as table_of
from evals.judging.validate_support import Timed, hold_against
from evals.labelled import Pair, Preference
from evals.scorers.cards import read_cards
from evals.scorers.entail import ExactEntailer, Verdict
from rag.config import Config
from rag.errors import ConfigError, WeightsError
from rag.types import Message
from tests.evals.labelled_files import write_feedback, write_scifact


@dataclass(frozen=True, slots=True)
class Told:
    """An Entailer whose likenesses are given by claim."""

    likenesses: Mapping[str, float]
    says: bool | None = None
    name: str = "told"

    def entails(self, passages: Sequence[str], claim: str) -> Verdict:
        return Verdict(self.says, False, likeness=self.likenesses[claim])


def pair(claim: str, supported: bool, label: str = "") -> Pair:
    return Pair(claim, "report", ("Moss grows.",), claim, supported, label or str(supported))


FIT = [pair("a", True), pair("b", False), pair("c", True)]
LIKE = {"a": 5.0, "b": 1.0, "c": 4.0}


def test_the_threshold_comes_from_one_half_and_the_figures_from_the_other() -> None:
    report = [pair("d", True), pair("e", False), pair("f", False, "far off")]
    found = hold_against(
        Timed(Told(LIKE | {"d": 3.0, "e": 2.8, "f": 0.0})), "moss", "support", (FIT, report)
    )
    assert found.threshold == 2.5
    assert found.figures[BALANCED].value == 0.75
    assert found.figures[AUC].value == 1.0
    assert SHIPPED not in found.figures  # this is the set that the shipped threshold comes from
    assert {label: (r.count, r.n) for label, r in found.right.items()} == {
        "True": (1, 1),
        "False": (0, 1),
        "far off": (1, 1),
    }
    assert found.n == 3


def test_on_another_set_the_shipped_threshold_is_measured_too() -> None:
    report = [pair("d", True), pair("e", False)]
    told = Told(LIKE | {"d": 3.0, "e": 2.0}, says=True)
    found = hold_against(Timed(told), "moss", "errors", (FIT, report))
    assert found.figures[BALANCED].value == 1.0
    assert found.figures[SHIPPED].value == 0.5  # it says yes to all


def test_what_exact_text_leaves_open_is_not_borne_out() -> None:
    report = [pair("Moss grows.", True), pair("Moss is green.", True), pair("It has 5.", False)]
    found = hold_against(Timed(ExactEntailer()), "moss", "support", (FIT, report))
    assert found.threshold is None
    assert found.figures[BALANCED].value == 0.75
    assert found.figures[AUC].value == 1.0  # certain, open, certainly not: in this order


def preference(first: str, second: str, first_preferred: bool) -> Preference:
    return Preference(f"{first}{second}", first, second, first_preferred)


def test_a_preference_is_right_wrong_or_half_right() -> None:
    pairs = [
        preference("Moss grows.", "Moss.", True),
        preference("Fern.", "Ferns all grow.", True),
        preference("Birch.", "Birches.", False),
    ]
    found = preferring("some", pairs, [1.0, 0.0, 0.5], [3.0, 1.0, 2.0])
    assert found.figures[AGREED].value == pytest.approx(0.5)
    assert found.figures[AUC].value == 0.5  # of two pairs, one is in order
    assert found.right["longer is better"].count == 1
    assert found.right["longer is better"].n == 2
    assert found.right["shorter is better"].count == 0


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    write_scifact(tmp_path / "scifact")
    write_feedback(tmp_path / "finegrained_rlhf_qa")
    return Plan(tmp_path, tmp_path / "kept", ("preference", "correctness"))


def test_facts_are_found_missing_and_told_as_people_said(config: Config, plan: Plan) -> None:
    *_, found = run_validate(config, plan)
    assert (found.scorer, found.part, found.n) == ("fact", "correctness", 2)
    assert {label: (r.count, r.n) for label, r in found.right.items()} == {
        "missing": (1, 1),
        "told": (1, 1),
    }


def test_length_is_held_against_preferences_too(config: Config, plan: Plan) -> None:
    length, _ = run_validate(config, plan)
    assert (length.scorer, length.n) == ("length", 1)


@dataclass(slots=True)
class ShortJudge:
    """A Judge to which Yes, or the shorter answer, is likelier; `left` calls and it is gone."""

    name: str = "short"
    left: int = 1000
    asked: list[str] = field(default_factory=list)

    def weigh(self, messages: Sequence[Message], options: Sequence[str]) -> tuple[float, ...]:
        if len(self.asked) >= self.left:
            raise WeightsError("the judge is gone")
        self.asked.append(messages[-1].content)
        said = {}
        for line in messages[-1].content.splitlines():
            name, _, text = line.partition(": ")
            said[name] = len(text)
        first = said.get("Answer A", 0) <= said.get("Answer B", 1)
        return (-0.1, -2.4) if first else (-2.4, -0.1)


@pytest.fixture
def judge(monkeypatch: pytest.MonkeyPatch) -> ShortJudge:
    made = ShortJudge()
    monkeypatch.setattr("evals.judging.judge_cache.judge_model", lambda *_: made)
    return made


def test_a_stopped_run_goes_on_where_it_was(config: Config, plan: Plan, judge: ShortJudge) -> None:
    plan = Plan(plan.data, plan.kept, ("support", "errors"), ("short",))
    judge.left = 2
    with pytest.raises(WeightsError, match="gone"):
        run_validate(config, plan)
    judge.left = 1000
    found = run_validate(config, plan)
    assert {result.scorer for result in found} == {"judge:short"}
    assert [result.part for result in found] == ["support", "errors"]
    assert len(judge.asked) == len(set(judge.asked))


def test_a_judge_is_asked_in_both_orders(config: Config, plan: Plan, judge: ShortJudge) -> None:
    plan = Plan(plan.data, plan.kept, ("preference",), ("short",))
    (found,) = run_validate(config, plan)
    assert found.scorer == "pairwise:short"
    assert len(judge.asked) == 2
    assert found.right["decided"].n == 1
    assert found.ms > 0


def test_a_part_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no part 'moss': use one of support"):
        Plan(tmp_path, tmp_path, ("moss",))


def test_a_judge_that_is_not_there_is_refused_first(config: Config, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="unknown judge 'moss'"):
        run_validate(config, Plan(tmp_path / "none", tmp_path / "kept", judges=("moss",)))


def test_results_become_cards_tables_and_json(config: Config, plan: Plan) -> None:
    results = run_validate(config, plan)
    made = cards(results, "2026-01-02", "askpapers eval validate")
    assert {(card.scorer, card.measure) for card in made} >= {
        ("fact", BALANCED),
        ("fact", "κ"),
        ("length", AGREED),
    }
    assert table_of(results).row_count == 2
    console = Console(width=200, file=io.StringIO(), record=True)
    console.print(cards_table(made))
    assert len(console.export_text().strip().splitlines()) == 3  # a row a scorer and set
    assert json.loads(json.dumps(results_json(results), allow_nan=False))[0]["n"] == 1


def test_no_figure_of_the_shipped_cards_is_cut_off_in_a_narrow_terminal() -> None:
    console = Console(width=80, file=io.StringIO(), record=True)
    console.print(cards_table(read_cards()))
    text = console.export_text()
    assert "…" not in text
    for card in read_cards():
        assert f"{card.value:.3f} ({card.low:.3f}–{card.high:.3f})" in text
