"""How often a comparison finds a difference where there is none: runs whose answers are shuffled.

For each case at random, the two runs trade what they said. Which run is A is then chance alone, so
every difference that the comparison of them calls certain is a false alarm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evals.arrays import clusters
from evals.compare import common_cases, contrasts
from evals.contrast import Contrast, holm, p_values, swaps
from evals.power import LEVEL
from evals.score import Metric, Run
from evals.stats import Rate, bounds, cluster_draws, rate

if TYPE_CHECKING:
    from evals.arrays import Floats, Places
    from evals.contrast import Swaps
    from rag.weights import Progress

_RESAMPLES = 1000  # of each test: p in steps of 0.001, a fiftieth of the level


@dataclass(frozen=True, slots=True)
class FalseAlarms:
    """How often one metric gave a false alarm: by its test (p < 0.05, uncorrected), and by its
    clustered interval (0 outside). The runs differ on `differing` cases; where those are few, a
    test can be wrong more seldom than it says, never more often.
    """

    metric: Metric
    differing: int
    test: Rate
    interval: Rate


@dataclass(frozen=True, slots=True)
class NullReport:
    """False alarms of `times` comparisons of shuffled runs on `cases` cases.

    `any_test` is how often at least one metric gave an uncorrected one, `any_holm` how often one
    did after Holm's correction.
    """

    a: str
    b: str
    cases: int
    times: int
    metrics: tuple[FalseAlarms, ...]
    any_test: Rate
    any_holm: Rate


def false_alarms(a: Run, b: Run, times: int = 1000, progress: Progress | None = None) -> NullReport:
    """Compare the runs `times` times after random trades. Seeded. Raises ConfigError as
    `evals.compare.compare`.
    """
    import numpy as np

    cases = common_cases(a, b)
    among = clusters(cases)
    draws = cluster_draws(int(among.max()) + 1, _RESAMPLES)
    sides = contrasts(a, b, cases)
    p, excluded = [], []
    for time, trade in enumerate(swaps(len(cases), times, seed=1)):
        if progress:
            progress("comparing shuffled runs", time, times)
        dealt = [side.dealt(trade) for side in sides]
        ways = swaps(len(cases), _RESAMPLES, seed=2 + time)
        p.append(np.concatenate([_p(side, ways) for side in dealt]))
        excluded.append(np.concatenate([_excludes_0(side, draws, among) for side in dealt]))
    return _report((a.name, b.name), sides, np.array(p), np.array(excluded), len(cases))


def _p(side: Contrast, ways: Swaps) -> Floats:
    in_a, in_b = side.values
    return p_values(in_b - in_a, side.swapped(ways))


def _excludes_0(side: Contrast, draws: Floats, among: Places) -> Floats:
    """1 for each metric whose interval lies on one side of 0."""
    import numpy as np

    again = side.resampled(draws, among)
    limits = [bounds(again[:, column]) for column in range(len(side.metrics))]
    return np.array([float(low > 0 or high < 0) for low, high in limits])


def _report(
    names: tuple[str, str], sides: Sequence[Contrast], p: Floats, excluded: Floats, cases: int
) -> NullReport:
    """From arrays of shape (times, metrics)."""
    metrics = [metric for side in sides for metric in side.metrics]
    differing = [count for side in sides for count in side.differing]
    alarms = p < LEVEL
    some = [bool(row.any()) for row in alarms]
    corrected = [bool((holm(row) < LEVEL).any()) for row in p]
    each = (
        FalseAlarms(
            metric,
            differing[column],
            rate(alarms[:, column].tolist()),
            rate((excluded[:, column] > 0).tolist()),
        )
        for column, metric in enumerate(metrics)
    )
    return NullReport(*names, cases, len(p), tuple(each), rate(some), rate(corrected))
