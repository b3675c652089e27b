"""The statistics against values worked out elsewhere or by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.stats import bootstrap, percentile, randomisation, rate


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [(8, 10, 0.4902, 0.9433), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (1, 2, 0.0945, 0.9055)],
)
def test_the_interval_is_wilsons(count: int, n: int, low: float, high: float) -> None:
    found = rate([True] * count + [False] * (n - count))
    assert (found.count, found.n) == (count, n)
    assert found.low == pytest.approx(low, abs=1e-4)
    assert found.high == pytest.approx(high, abs=1e-4)


@given(st.lists(st.booleans(), min_size=1, max_size=200))
def test_the_share_lies_in_its_interval(outcomes: list[bool]) -> None:
    found = rate(outcomes)
    assert 0 <= found.low <= found.value + 1e-12
    assert found.value - 1e-12 <= found.high <= 1


def test_of_nothing_nothing_is_known() -> None:
    found = rate([])
    assert (found.low, found.high) == (0.0, 1.0)
    assert math.isnan(found.value)
    assert math.isnan(percentile([], 50))


@pytest.mark.parametrize(("percent", "value"), [(0, 1.0), (50, 2.5), (95, 3.85), (100, 4.0)])
def test_percentiles_are_interpolated(percent: float, value: float) -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], percent) == pytest.approx(value)


def test_a_bootstrap_interval_agrees_with_the_normal_one_on_many_values() -> None:
    values = [n % 10 / 10 for n in range(1000)]
    mean = bootstrap(values)
    assert mean.value == pytest.approx(0.45)
    assert mean.error == pytest.approx(0.2873 / math.sqrt(1000), rel=1e-2)
    assert mean.low == pytest.approx(0.45 - 1.96 * mean.error, abs=2e-3)
    assert mean.high == pytest.approx(0.45 + 1.96 * mean.error, abs=2e-3)
    assert bootstrap(values) == mean


def test_a_mean_of_nothing_is_no_number() -> None:
    assert math.isnan(bootstrap([]).value)


def test_the_randomisation_test_counts_the_signs_that_go_as_far() -> None:
    # Of 2^6 ways to sign six gains of 1, two give a mean at least as far from 0.
    assert randomisation([1.0] * 6) == pytest.approx(2 / 64, abs=0.006)
    assert randomisation([0.0] * 6) == 1.0
    assert randomisation([1.0, -1.0] * 3) == 1.0


@given(st.lists(st.floats(-1, 1), min_size=2, max_size=30))
def test_a_p_value_does_not_depend_on_the_direction(gains: list[float]) -> None:
    p = randomisation(gains, resamples=500)
    assert 0 < p <= 1
    assert randomisation([-gain for gain in gains], resamples=500) == pytest.approx(p, abs=0.01)
