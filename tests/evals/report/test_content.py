"""What a report says of a run: verdicts, changes, cards, and what the cases are found by."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evals.report.content import Confidence, Report, cautions, confidence_of, make_report
from evals.scorers.cards import Card
from rag.errors import ConfigError
from tests.evals.answers import TALL
from tests.evals.report.reported import ANSWERS, CASES, run


def verdicts(report: Report) -> dict[str, str]:
    return {view.case.id: view.outcome.verdict for view in report.cases}


def test_a_case_is_right_if_all_its_verdicts_are() -> None:
    report = make_report(run())
    assert verdicts(report) == {
        "right": "right",
        "wrong": "wrong",
        "failed": "failed",
        "silent": "right",
        "answered": "wrong",
    }
    assert (report.right.count, report.right.n, report.failed) == (2, 5, 1)


def test_facts_are_told_as_said_or_not_and_wrong_wordings_as_said() -> None:
    wrong = next(view for view in make_report(run()).cases if view.case.id == "wrong")
    assert [fact.said for fact in wrong.outcome.facts] == [False]
    assert [wording.said for wording in wrong.outcome.wrong] == [True]


def test_a_failure_is_found_among_the_wrong_ones_and_an_abstention_as_such() -> None:
    tokens = {view.case.id: view.tokens for view in make_report(run()).cases}
    assert {"failed", "wrong"} <= set(tokens["failed"])
    assert "abstained" in tokens["silent"]


def test_a_case_is_found_by_metric_kind_tag_and_split() -> None:
    report = make_report(run())
    found = report.choices
    fact = [metric.name for metric in found.metrics].index("fact")
    by_id = {view.case.id: set(view.tokens) for view in report.cases}
    assert f"m{fact}+" in by_id["right"]
    assert f"m{fact}-" in by_id["wrong"]
    assert f"t{found.tags.index('high')}" in by_id["right"]
    assert f"k{found.kinds.index('false premise')}" in by_id["answered"]
    assert f"s{found.splits.index('test')}" in by_id["answered"]


def test_held_against_another_run_what_changed_is_known() -> None:
    old = {**ANSWERS, "wrong": replace(TALL, answer="25% [1]"), "silent": TALL}
    report = make_report(run(), run(old, "old"))
    changes = {view.case.id: view.change for view in report.cases if view.change}
    assert changes == {"wrong": "broken", "silent": "fixed"}
    assert report.differences["abstention_recall"].mean.value == pytest.approx(0.5)


def test_runs_without_a_common_case_are_refused() -> None:
    with pytest.raises(ConfigError, match="no case in common"):
        make_report(run(cases=CASES[:2]), run(cases=CASES[3:]))


def test_a_metric_that_rests_on_an_entailer_has_the_card_of_that() -> None:
    cards = {
        name: Card(name, "SciFact", 300, "κ", 0.6, 0.5, 0.7, None, "2026-11-21", "eval validate")
        for name in ("exact", "fact")
    }
    report = make_report(run(), card_of=cards.get)
    assert report.cards["grounded"] == cards["exact"]
    assert report.cards["fact"] == cards["fact"]
    assert "citation" not in report.cards


def test_the_best_order_of_the_answers_has_the_wrong_ones_last() -> None:
    found = confidence_of(run())
    assert [risk for _, risk in found.best] == pytest.approx([0, 1 / 2, 2 / 3])
    assert found.best[-1] == found.curve[-1]
    assert sum(b.n for b in found.bins) == 3


def test_where_nothing_was_answered_nothing_is_said_of_confidence() -> None:
    assert confidence_of(run({})) == Confidence((), (), (), {})


def test_runs_graded_by_two_rulers_or_with_other_cases_are_told_of() -> None:
    old = run(cases=CASES[:3], name="old")
    assert cautions(make_report(run(), run())) == ()
    other_ruler = replace(old, config={**old.config, "scoring": {"entailer": "words"}})
    graded, common = cautions(make_report(run(), other_ruler))
    assert "graded differently" in graded
    assert "3 common cases: 2 are only in this run, 0 only in the other" in common
