"""Figures of a whole set, swapped and resampled: as those of runs that were really traded."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evals.comparing.compare import compare
from evals.comparing.null import false_alarms
from evals.comparing.set_contrast import SetContrast
from evals.score import Run
from tests.evals.runs import cases, scored

ASKED = cases(60, per_paper=3)
RNG = np.random.default_rng(11)
RIGHT = (RNG.random(60) < 0.6).astype(float)
KNOWS = scored(ASKED, {"fact": RIGHT.tolist()}, "knows", (0.3 + 0.5 * RIGHT).tolist())
KNOWS = replace(  # not all alike, so that the order within right and wrong ones matters too
    KNOWS,
    replies=tuple(
        replace(r, answer=replace(r.answer, confidence=r.answer.confidence + 0.001 * place))
        for place, r in enumerate(KNOWS.replies)
        if r.answer
    ),
)
GUESSES = scored(ASKED, {"fact": RIGHT.tolist()}, "guesses", RNG.random(60).tolist())


def contrast(a: Run = KNOWS, b: Run = GUESSES) -> SetContrast:
    found = SetContrast.of(a, b, ASKED)
    assert found is not None
    return found


def test_a_swap_gives_the_figures_of_runs_that_really_traded() -> None:
    trade = RNG.random(60) < 0.5

    def mixed(one: Run, other: Run) -> Run:
        pairs = zip(one.replies, other.replies, trade, strict=True)
        return replace(one, replies=tuple(o if t else r for r, o, t in pairs))

    really = contrast(mixed(KNOWS, GUESSES), mixed(GUESSES, KNOWS))
    in_a, in_b = really.values
    pair = contrast()
    assert pair.swapped(trade[None, :])[0] == pytest.approx(in_b - in_a)
    dealt_a, dealt_b = pair.dealt(trade).values
    assert dealt_a == pytest.approx(in_a)
    assert dealt_b == pytest.approx(in_b)


def test_drawing_every_cluster_once_changes_nothing() -> None:
    pair = contrast()
    in_a, in_b = pair.values
    again = pair.resampled(np.ones((1, 20)), np.arange(60) // 3)
    assert again[0] == pytest.approx(in_b - in_a)


def test_losing_the_order_of_confidence_is_told_apart_though_every_answer_is_the_same() -> None:
    found = {d.metric.name: d for d in compare(KNOWS, GUESSES, resamples=1000).differences}
    assert found["fact"].p == 1.0
    for name in ("aurc", "excess_aurc", "brier"):
        assert found[name].gain < 0
        assert found[name].holm < 0.05
        assert found[name].mean.low > 0
        assert found[name].smallest is not None


def test_a_run_that_tells_no_confidence_is_compared_without_it() -> None:
    silent = scored(ASKED, {"fact": RIGHT.tolist()})
    assert SetContrast.of(KNOWS, silent, ASKED) is None
    assert [d.metric.name for d in compare(KNOWS, silent, resamples=10).differences] == ["fact"]


def test_shuffled_runs_seldom_differ_in_figures_of_the_set() -> None:
    report = false_alarms(KNOWS, GUESSES, times=200, shared=1500)
    rows = {row.metric.name: row for row in report.metrics}
    for name in ("aurc", "brier"):
        assert rows[name].test.value <= 0.05 + 3 * (0.05 * 0.95 / 200) ** 0.5
        assert rows[name].interval is None
        assert rows[name].differing > 50
