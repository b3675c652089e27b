"""The few statistics the tables print."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Z_95 = 1.959963984540054  # two-sided 95% point of the normal distribution
_AT_ONCE = 1000  # resamples held in memory


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


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over `n` queries, its standard error and a 95% interval."""

    value: float
    error: float
    low: float
    high: float
    n: int


def bootstrap(values: Sequence[float], resamples: int = 10_000) -> Mean:
    """The mean with a percentile interval (Efron, 1979) from seeded resamples of the queries."""
    import numpy as np

    x = np.asarray(values, dtype=np.float64)
    if not x.size:
        return Mean(math.nan, math.nan, math.nan, math.nan, 0)
    rng = np.random.default_rng(0)
    means = np.concatenate(
        [
            x[rng.integers(0, x.size, (min(_AT_ONCE, resamples - start), x.size))].mean(axis=1)
            for start in range(0, resamples, _AT_ONCE)
        ]
    )
    low, high = np.percentile(means, [2.5, 97.5])
    error = float(x.std(ddof=1) / math.sqrt(x.size)) if x.size > 1 else math.nan
    return Mean(float(x.mean()), error, float(low), float(high), int(x.size))


def randomisation(differences: Sequence[float], resamples: int = 10_000) -> float:
    """Two-sided p of a paired randomisation test: how often a mean at least this far from 0
    comes of signs drawn at random (Fisher, 1935; for retrieval, Smucker, Allan and Carterette,
    2007). Seeded; 1 where there is no difference.
    """
    import numpy as np

    x = np.asarray(differences, dtype=np.float64)
    if not x.any():
        return 1.0
    rng = np.random.default_rng(0)
    seen, as_far = abs(float(x.mean())) - 1e-12, 0
    for start in range(0, resamples, _AT_ONCE):
        size = (min(_AT_ONCE, resamples - start), x.size)
        signs = rng.integers(0, 2, size, dtype=np.int8) * 2 - 1
        as_far += int((np.abs((signs * x).mean(axis=1)) >= seen).sum())
    return (as_far + 1) / (resamples + 1)
