"""The few statistics the tables print: rates, means, intervals, and tests of a difference."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evals.arrays import Floats, Places

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
    return Rate(count, n, *wilson(count / n, n))


def wilson(share: float, n: float) -> tuple[float, float]:
    """The 95% score interval (Wilson, 1927) of a share seen in `n` > 0 independent cases."""
    scale = 1 + Z_95**2 / n
    middle = (share + Z_95**2 / (2 * n)) / scale
    half = Z_95 / scale * math.sqrt(share * (1 - share) / n + Z_95**2 / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


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
    """A mean over `n` queries or cases, its standard error and a 95% interval."""

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


def cluster_sums(values: Floats, clusters: Places) -> Floats:
    """`values` of shape (cases, …) added up within each cluster: shape (clusters, …)."""
    import numpy as np

    sums = np.zeros((int(clusters.max(initial=-1)) + 1, *values.shape[1:]))
    np.add.at(sums, clusters, values)
    return sums


def cluster_draws(count: int, resamples: int) -> Floats:
    """How often each of `count` clusters is drawn in each resample: shape (resamples, count).

    Whole clusters are drawn with replacement (Davison and Hinkley, 1997, 3.8). Seeded.
    """
    import numpy as np

    rng = np.random.default_rng(0)
    draws = rng.multinomial(count, np.full(count, 1 / count), size=resamples)
    return np.asarray(draws, dtype=np.float64)


def bounds(resampled: Floats, effective: float = math.inf) -> tuple[float, float]:
    """The 95% interval of a figure's resamples; NaN ones, of nothing, are left out.

    The percentiles are wider the fewer clusters the figure rests on: by the t distribution with
    `effective` degrees of freedom, see `effective_clusters`, in place of the normal one (expanded
    percentiles; Hesterberg, 2015, 5.3). Plain ones are too narrow then: of runs that differ on a
    few papers they left out 0 in 5 to 11% of shuffles (see `evals.comparing.null`), these in 0 to
    6%.
    """
    import numpy as np

    counted = resampled[~np.isnan(resampled)]
    if not counted.size:
        return math.nan, math.nan
    tail = 100 * _tail(effective)
    low, high = np.percentile(counted, [tail, 100 - tail])
    return float(low), float(high)


def _tail(effective: float) -> float:
    """The share of resamples left out at each side."""
    if math.isinf(effective):
        return 0.025
    if not effective:
        return 0.0
    from scipy.special import ndtr, stdtrit

    return float(ndtr(-stdtrit(effective, 0.975)))


def clustered_error(sums: Floats, weights: Floats, clusters: Places) -> float:
    """Standard error of the weighted mean, sum of `sums` by sum of `weights`, each of shape
    (cases,), where cases of one cluster vary together (Miller, 2024; linearised, as a ratio of two
    totals). NaN with fewer than two clusters.
    """
    return error_of(cluster_sums(residuals(sums, weights), clusters))


def residuals(sums: Floats, weights: Floats) -> Floats:
    """What each case adds to the weighted mean's deviation; they add up to 0. NaN of nothing."""
    import numpy as np

    total = weights.sum()
    if not total:
        return np.full_like(sums, math.nan)
    return np.asarray((sums - weights * (sums.sum() / total)) / total)


def error_of(influences: Floats) -> float:
    """Standard error of a figure from what each of its clusters adds to its deviation."""
    count = influences.size
    if count < 2:
        return math.nan
    return math.sqrt(count / (count - 1) * float((influences**2).sum()))


def effective_clusters(influences: Floats) -> float:
    """On how many clusters a figure rests, if a few of them move it more than the others: as many
    as would move it alike (Kish, 1965, for squares; Carter, Schnepel and Steigerwald, 2017, on what
    it does to clustered errors). 0 where none moves it.
    """
    squares = influences**2
    total = float((squares**2).sum())
    return float(squares.sum()) ** 2 / total if total else 0.0


def clustered_mean(sums: Floats, weights: Floats, clusters: Places, resamples: int = 2000) -> Mean:
    """The weighted mean of one metric over the cases with a weight, with a 95% interval.

    Between values the interval is a bootstrap of whole clusters, see `bounds`. Where every value
    is 0 or 1, or all are alike, a bootstrap would be too sure: there it is Wilson's, for as many
    independent cases as the clustered error makes of them (Korn and Graubard, 1998); where values
    that are all alike leave no error, for as many as there are clusters.
    """
    import numpy as np

    scored = weights > 0
    if not scored.any():
        return Mean(math.nan, math.nan, math.nan, math.nan, 0)
    s, w = sums[scored], weights[scored]
    among = np.unique(clusters[scored], return_inverse=True)[1]
    value, error = float(s.sum() / w.sum()), clustered_error(s, w, among)
    values = s / w
    if np.isin(values, (0, 1)).all() or np.ptp(values) < 1e-12 or math.isnan(error):
        low, high = wilson(value, _independent(value, error, w, int(among.max()) + 1))
    else:
        draws = cluster_draws(int(among.max()) + 1, resamples)
        means = (draws @ cluster_sums(s, among)) / (draws @ cluster_sums(w, among))
        low, high = bounds(means, effective_clusters(cluster_sums(residuals(s, w), among)))
    return Mean(value, error, low, high, int(scored.sum()))


def _independent(value: float, error: float, weights: Floats, clusters: int) -> float:
    """How many independent cases of equal weight would have this error; one, if it is unknown.
    Without any error no more than `clusters`: cases that vary together would look like that too.
    """
    if math.isnan(error):
        return 1.0
    most = float(weights.sum() ** 2 / (weights**2).sum())  # Kish, 1965
    if error < 1e-9:  # a rest of rounding is none
        return min(most, clusters)
    return max(1.0, min(most, value * (1 - value) / error**2))
