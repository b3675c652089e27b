"""The statistics against values worked out elsewhere or by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from evals.stats import (
    bootstrap,
    bounds,
    clustered_error,
    clustered_mean,
    effective_clusters,
    percentile,
    randomisation,
    rate,
    wilson,
)


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


def whole(values: list[float]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sums and weights of values that weigh the same."""
    return np.array(values), np.ones(len(values))


def test_a_clustered_error_is_the_textbooks_where_every_case_is_its_own_cluster() -> None:
    sums, weights = whole([0.0, 0.25, 0.5, 1.0])
    expected = float(np.std(sums, ddof=1)) / 2
    assert clustered_error(sums, weights, np.arange(4)) == pytest.approx(expected)


def test_cases_of_one_cluster_that_agree_are_worth_one() -> None:
    values = [0.0, 1.0, 1.0, 0.0, 1.0]
    alone = clustered_error(*whole(values), np.arange(5))
    four_times = clustered_error(*whole(values * 4), np.tile(np.arange(5), 4))
    assert four_times == pytest.approx(alone)


def test_a_weighted_mean_weighs() -> None:
    # Two citations of two right, one of four: three of six.
    sums, weights = np.array([2.0, 1.0]), np.array([2.0, 4.0])
    assert clustered_mean(sums, weights, np.arange(2)).value == pytest.approx(0.5)


def test_cases_without_a_score_do_not_count() -> None:
    mean = clustered_mean(np.array([1.0, 0.0, 0.0]), np.array([1.0, 1.0, 0.0]), np.arange(3))
    assert (mean.value, mean.n) == (0.5, 2)
    assert math.isnan(clustered_mean(np.zeros(2), np.zeros(2), np.arange(2)).value)


def test_the_interval_of_a_rate_without_clusters_is_nearly_wilsons() -> None:
    mean = clustered_mean(*whole([1.0] * 8 + [0.0] * 2), np.arange(10))
    assert (mean.low, mean.high) == pytest.approx(wilson(0.8, 9), abs=1e-9)  # n - 1: unbiased


def test_all_right_is_no_certainty() -> None:
    mean = clustered_mean(*whole([1.0] * 20), np.arange(20))
    assert (mean.low, mean.high) == pytest.approx(wilson(1.0, 20))
    assert mean.high == 1.0


def test_one_cluster_tells_no_more_than_one_case() -> None:
    mean = clustered_mean(*whole([1.0, 1.0, 1.0]), np.zeros(3, dtype=np.int64))
    assert (mean.low, mean.high) == pytest.approx(wilson(1.0, 1))


@pytest.mark.parametrize("value", [0.0, 0.7, 1.0])
def test_values_that_are_all_alike_are_as_many_as_their_clusters(value: float) -> None:
    mean = clustered_mean(*whole([value] * 20), np.arange(20) // 5)
    assert (mean.low, mean.high) == pytest.approx(wilson(value, 4))


def test_an_interval_that_rests_on_few_clusters_is_wider() -> None:
    resampled = np.linspace(-1, 1, 10_001)
    plain, many, few, none = (bounds(resampled, n) for n in (math.inf, 200, 5, 0))
    assert plain == pytest.approx((-0.95, 0.95))
    assert many == pytest.approx(plain, abs=0.01)
    # t with 5 degrees of freedom is 2.571, beyond which the normal distribution has 0.507%.
    assert few == pytest.approx((-0.98986, 0.98986), abs=1e-4)
    assert none == (-1.0, 1.0)
    assert math.isnan(bounds(np.array([math.nan]))[0])


def test_a_figure_rests_on_as_many_clusters_as_move_it() -> None:
    assert effective_clusters(np.array([1.0, -1.0, 1.0, -1.0])) == pytest.approx(4)
    assert effective_clusters(np.array([5.0, 0.0, 0.0])) == pytest.approx(1)
    assert effective_clusters(np.zeros(3)) == 0


@pytest.mark.parametrize("kind", ["rates", "values"])
def test_a_clustered_interval_covers_the_truth_about_as_often_as_it_says(kind: str) -> None:
    rng = np.random.default_rng(7)
    covered, times = 0, 300
    for _ in range(times):  # 40 papers whose difficulty differs, 5 cases of each
        easy = np.repeat(rng.beta(2, 2, 40), 5)
        values = (rng.random(200) < easy) if kind == "rates" else (easy + rng.random(200)) / 2
        mean = clustered_mean(*whole(list(map(float, values))), np.arange(200) // 5, 500)
        covered += mean.low <= 0.5 <= mean.high
    assert 0.90 <= covered / times <= 0.99
