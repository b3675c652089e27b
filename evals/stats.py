"""The few statistics the tables print."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Z_95 = 1.959963984540054  # two-sided 95% point of the normal distribution


@dataclass(frozen=True, slots=True)
class Rate:
    """`count` of `n`; `low` and `high` bound the true rate with 95% confidence, all in [0, 1]."""

    count: int
    n: int
    low: float
    high: float

    @property
    def value(self) -> float:
        """The share itself; NaN of nothing."""
        return self.count / self.n if self.n else math.nan


def rate(outcomes: Sequence[bool]) -> Rate:
    """The share of True, with its score interval (Wilson, 1927); [0, 1] of nothing.

    It treats the cases as drawn independently, and says nothing about a chat model's own
    randomness.
    """
    n, count = len(outcomes), sum(outcomes)
    if n == 0:
        return Rate(0, 0, 0.0, 1.0)
    share = count / n
    scale = 1 + Z_95**2 / n
    middle = (share + Z_95**2 / (2 * n)) / scale
    half = Z_95 / scale * math.sqrt(share * (1 - share) / n + Z_95**2 / (4 * n * n))
    return Rate(count, n, max(0.0, middle - half), min(1.0, middle + half))


def percentile(values: Sequence[float], percent: float) -> float:
    """The value below which `percent` (0 to 100) of `values` lie, interpolated; NaN of nothing."""
    if not values:
        return math.nan
    ordered = sorted(values)
    place = (len(ordered) - 1) * percent / 100
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
