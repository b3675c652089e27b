"""Power by formula, against the test itself on drawn runs."""

from __future__ import annotations

import math

import numpy as np
import pytest

from evals.arrays import Grades
from evals.comparing.contrast import MeansContrast, p_values, swaps
from evals.comparing.power import POWER, cases_needed, smallest_seen
from evals.score import Metric


def test_the_smallest_difference_is_2_80_standard_errors() -> None:
    assert smallest_seen(0.02) == pytest.approx(2.8016 * 0.02, rel=1e-4)


def test_half_the_difference_needs_four_times_the_cases() -> None:
    assert cases_needed(0.1, 0.05, 100) == math.ceil(100 * (2.8016 * 0.5) ** 2)
    assert cases_needed(0.05, 0.05, 100) == pytest.approx(4 * 196, abs=4)
    assert cases_needed(-0.1, 0.05, 100) == cases_needed(0.1, 0.05, 100)


def test_no_test_of_fewer_than_six_cases_can_reach_5_percent() -> None:
    assert cases_needed(0.99, 0.01, 100) == 6
    assert 2 / 2**6 < 0.05 < 2 / 2**5


def test_without_a_difference_or_an_error_nothing_is_promised() -> None:
    assert cases_needed(0.0, 0.05, 100) is None
    assert cases_needed(0.1, 0.0, 100) is None
    assert cases_needed(0.1, math.nan, 100) is None
    assert smallest_seen(0.0) is None


def test_the_permutation_test_sees_the_smallest_difference_about_as_often_as_promised() -> None:
    rng = np.random.default_rng(3)
    cases, times, seen_in = 165, 200, 0
    fixed, broken = 0.16, 0.06  # shares of cases; the difference is 0.10
    error = math.sqrt((fixed + broken - (fixed - broken) ** 2) / cases)
    assert smallest_seen(error) == pytest.approx(fixed - broken, rel=1e-2)
    weights = np.ones((cases, 1))
    for _ in range(times):
        drawn = rng.choice([1.0, -1.0, 0.0], cases, p=[fixed, broken, 1 - fixed - broken])
        a, b = (drawn == -1).astype(float)[:, None], (drawn == 1).astype(float)[:, None]
        pair = MeansContrast(
            (Metric("fact", "fact", "Says it."),),
            Grades(("fact",), a, weights),
            Grades(("fact",), b, weights),
        )
        p = p_values(b.mean(axis=0) - a.mean(axis=0), pair.swapped(swaps(cases, 500)))
        seen_in += bool(p[0] < 0.05)
    assert seen_in / times == pytest.approx(POWER, abs=0.1)
