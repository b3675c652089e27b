"""False alarms: about as many as the level says, and none where the runs are one."""

from __future__ import annotations

import math

import numpy as np
import pytest

from evals.comparing.compare import compare
from evals.comparing.contrast import swaps
from evals.comparing.null import false_alarms
from evals.score import Run
from tests.evals.runs import cases, scored

ASKED = cases(80, per_paper=4)


def two_runs() -> tuple[Run, Run]:
    """A good run and a far worse one, graded by a rate and by a value between."""
    rng = np.random.default_rng(5)
    good, bad = rng.random(80) < 0.8, rng.random(80) < 0.4
    a = {"fact": good.astype(float).tolist(), "RR": (good * rng.random(80)).tolist()}
    b = {"fact": bad.astype(float).tolist(), "RR": (bad * rng.random(80)).tolist()}
    return scored(ASKED, a, "good"), scored(ASKED, b, "bad")


def test_runs_that_differ_widely_give_few_false_alarms_once_shuffled() -> None:
    a, b = two_runs()
    assert compare(a, b, resamples=1000).differences[0].holm < 0.01
    report = false_alarms(a, b, times=300)
    bound = 0.05 + 3 * math.sqrt(0.05 * 0.95 / 300)
    for row in report.metrics:
        assert row.differing > 20
        assert 0 < row.test.value <= bound
    assert report.any_holm.value <= bound
    assert report.any_test.value >= report.any_holm.value


def test_the_false_alarms_are_those_of_compare_on_runs_that_were_really_traded() -> None:
    a, b = two_runs()
    trades = swaps(len(ASKED), 12, seed=1)  # as `false_alarms` deals them
    counted = 0
    for trade in trades:
        traded = {case.id for case, mark in zip(ASKED, trade, strict=True) if mark}

        def mixed(one: Run, other: Run, traded: set[str] = traded) -> Run:
            scores = (
                *(s for s in one.scores if s.case_id not in traded),
                *(s for s in other.scores if s.case_id in traded),
            )
            return Run(one.name, {}, one.cases, one.replies, scores)

        found = compare(mixed(a, b), mixed(b, a), resamples=4000)
        assert all(abs(d.p - 0.05) > 0.01 for d in found.differences)  # else chance would decide
        counted += sum(d.p < 0.05 for d in found.differences)
    report = false_alarms(a, b, times=12)
    assert sum(row.test.count for row in report.metrics) == counted


def test_a_run_against_itself_raises_no_alarm() -> None:
    a, _ = two_runs()
    report = false_alarms(a, a, times=20)
    assert [row.differing for row in report.metrics] == [0, 0]
    assert report.any_test.count == 0
    assert report.any_test.n == pytest.approx(20)
