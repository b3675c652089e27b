"""Differences of two runs under swaps and resamples, against enumeration and textbook formulas."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from evals.arrays import Grades
from evals.comparing.contrast import MeansContrast, holm, p_values, paired, swaps
from evals.score import Metric
from evals.stats import error_of

FACT = Metric("fact", "fact", "Says the fact.")


def one(values: list[float], weights: list[float] | None = None) -> Grades:
    """One metric's scores, an array of one column."""
    w = np.array(weights or [1.0] * len(values))[:, None]
    return Grades(("fact",), np.array(values)[:, None] * w, w)


def contrast(a: Grades, b: Grades) -> MeansContrast:
    return MeansContrast((FACT,), a, b)


def every_swap(cases: int) -> NDArray[np.bool_]:
    return np.array(list(itertools.product([False, True], repeat=cases)))


A = one([0.0, 1.0, 0.5, 0.0, 1.0], [1, 2, 1, 0, 3])
B = one([1.0, 1.0, 0.0, 1.0, 0.5], [1, 1, 4, 2, 0])


def test_no_swap_leaves_the_difference_and_all_swaps_turn_it_round() -> None:
    pair = contrast(A, B)
    in_a, in_b = pair.values
    assert in_a[0] == pytest.approx(5.5 / 7)
    assert in_b[0] == pytest.approx(4 / 8)
    none, all_ = pair.swapped(np.array([[False] * 5, [True] * 5]))
    assert none == pytest.approx(in_b - in_a)
    assert all_ == pytest.approx(in_a - in_b)


def test_a_swap_trades_a_case_with_its_weight() -> None:
    (swapped,) = contrast(A, B).swapped(np.array([[False, True, False, False, True]]))
    a = (0 * 1 + 1 * 1 + 0.5 * 1) / (1 + 1 + 1)
    b = (1 * 1 + 1 * 2 + 0 * 4 + 1 * 2 + 1 * 3) / (1 + 2 + 4 + 2 + 3)
    assert swapped[0] == pytest.approx(b - a)


def test_the_p_value_is_the_share_of_all_swaps_that_go_as_far() -> None:
    a, b = one([0.0] * 6 + [1.0, 0.5]), one([1.0] * 5 + [0.0, 0.0, 0.25])
    pair = contrast(a, b)
    seen = np.subtract(*pair.values[::-1])
    exact = (np.abs(pair.swapped(every_swap(8))) >= abs(seen) - 1e-12).mean()
    drawn = p_values(seen, pair.swapped(swaps(8, 20_000)))
    assert drawn[0] == pytest.approx(exact, abs=0.01)


def test_runs_that_agree_differ_by_chance_alone() -> None:
    pair = contrast(A, A)
    assert p_values(np.zeros(1), pair.swapped(swaps(5, 100)))[0] == 1.0


def test_a_metric_without_scores_has_no_difference_and_p_1() -> None:
    nothing = one([0.0, 0.0], [0.0, 0.0])
    pair = contrast(nothing, nothing)
    seen = np.subtract(*pair.values)
    assert math.isnan(seen[0])
    assert p_values(seen, pair.swapped(swaps(2, 10)))[0] == 1.0


def test_resamples_draw_whole_clusters() -> None:
    a, b = one([0.0, 0.0, 1.0]), one([1.0, 0.0, 1.0])
    clusters = np.array([0, 0, 1])
    draws = np.array([[1.0, 1.0], [2.0, 0.0], [0.0, 2.0]])
    again = contrast(a, b).resampled(draws, clusters)
    assert again[:, 0] == pytest.approx([1 / 3, 1 / 2, 0.0])


def test_the_error_of_a_difference_is_the_paired_one() -> None:
    a, b = [0.0, 1.0, 0.5, 0.25], [1.0, 1.0, 0.0, 0.5]
    apart = np.array(b) - np.array(a)
    influences = contrast(one(a), one(b)).influences(np.arange(4))
    assert error_of(influences[:, 0]) == pytest.approx(np.std(apart, ddof=1) / 2)


def test_holm_corrects_step_by_step_and_never_turns_the_order() -> None:
    # Holm (1979): the smallest times 4, the next times 3, ...
    assert holm(np.array([0.01, 0.04, 0.03, 0.005])) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm(np.array([0.6, 0.7])) == pytest.approx([1.0, 1.0])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_a_correction_only_raises_and_bonferroni_bounds_it(p: list[float]) -> None:
    corrected = holm(np.array(p))
    assert (corrected >= np.array(p) - 1e-15).all()
    assert (corrected <= np.minimum(np.array(p) * len(p), 1) + 1e-15).all()


def test_what_is_said_of_answers_is_compared_where_both_answered_each_case_weighed_alike() -> None:
    marked = np.array([True])
    a, b = paired(
        one([1.0, 1.0, 0.5, 0.0], [2, 1, 4, 0]), one([0.5, 0, 1.0, 1.0], [4, 0, 2, 1]), marked
    )
    assert a.weights[:, 0] == pytest.approx([3, 0, 3, 0])
    assert b.weights[:, 0] == pytest.approx([3, 0, 3, 0])
    assert a.sums[:, 0] == pytest.approx([3, 0, 1.5, 0])
    assert b.sums[:, 0] == pytest.approx([1.5, 0, 3, 0])


def test_one_bad_answer_of_a_run_that_answers_less_is_no_proof() -> None:
    answers_all = one([1.0] * 40)
    answers_some = one([0.0] + [1.0] * 39, [1.0] * 30 + [0.0] * 10)
    pair = contrast(*paired(answers_all, answers_some, np.array([True])))
    seen = pair.values[1] - pair.values[0]
    assert p_values(seen, pair.swapped(swaps(40, 2000)))[0] == 1.0
    alone = contrast(answers_all, answers_some)
    seen = alone.values[1] - alone.values[0]
    assert p_values(seen, alone.swapped(swaps(40, 2000)))[0] < 0.05


def test_a_metric_that_one_run_lacks_stays_as_it_is() -> None:
    a, b = paired(A, one([0.0] * 5, [0.0] * 5), np.array([True]))
    assert a.sums.tolist() == A.sums.tolist()
    assert not b.weights.any()
