"""The statistics against values worked out elsewhere or by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.stats import percentile, rate


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
