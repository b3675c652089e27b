"""How often a comparison finds a difference where there is none: runs whose answers are shuffled.

For each case at random, the two runs trade what they said. Which run is A is then chance alone, so
every difference that the comparison of them calls certain is a false alarm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evals.arrays import clusters
from evals.comparing.compare import common_cases, contrasts
from evals.comparing.contrast import Contrast, holm, p_values, swaps
from evals.comparing.power import LEVEL
from evals.comparing.set_contrast import SetContrast
from evals.score import Metric, Run
from evals.stats import Rate, bounds, cluster_draws, effective_clusters, rate

if TYPE_CHECKING:
    from evals.arrays import Floats, Places
    from evals.comparing.contrast import Swaps
    from rag.models.weights import Progress

_RESAMPLES = 1000  # of each test: p in steps of 0.001, a fiftieth of the level


@dataclass(frozen=True, slots=True)
class FalseAlarms:
    """How often one metric gave a false alarm: by its test (p < 0.05, uncorrected), and by its
    clustered interval (0 outside; None for figures of a set, too slow to be resampled).

    The runs differ on `differing` cases; where those are few, a test can be wrong more seldom than
    it says, never more often.
    """

    metric: Metric
    differing: int
    test: Rate
    interval: Rate | None


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


def false_alarms(
    a: Run,
    b: Run,
    times: int = 1000,
    progress: Progress | None = None,
    *,
    shared: int = 10_000,
) -> NullReport:
    """Compare the runs `times` times after random trades. Seeded. `shared` swaps serve every test
    of a figure of the set; with 10,000 its share of false alarms is off by 0.2%.

    Raises ConfigError as `evals.comparing.compare.compare`.
    """
    import numpy as np

    cases = common_cases(a, b)
    among = clusters(cases)
    trades = swaps(len(cases), times, seed=1)
    p, each = [], []
    for side in contrasts(a, b, cases):
        excludes_0: list[Rate | None] = [None] * len(side.metrics)
        if isinstance(side, SetContrast):
            p.append(_p_by_shared_swaps(side, trades, shared))
        else:
            tested, excluded = _compared(side, trades, among, progress)
            p.append(tested)
            excludes_0 = [rate(column.tolist()) for column in excluded.T]
        rows = zip(side.metrics, side.differing, p[-1].T < LEVEL, excludes_0, strict=True)
        each += [FalseAlarms(m, n, rate(alarms.tolist()), out) for m, n, alarms, out in rows]
    by_time = np.hstack(p)
    some = [bool((row < LEVEL).any()) for row in by_time]
    corrected = [bool((holm(row) < LEVEL).any()) for row in by_time]
    return NullReport(a.name, b.name, len(cases), times, tuple(each), rate(some), rate(corrected))


def _compared(
    side: Contrast, trades: Swaps, among: Places, progress: Progress | None
) -> tuple[Floats, Swaps]:
    """Of the comparison after each trade, every metric's p, and whether its interval leaves out 0;
    both of shape (times, metrics).
    """
    import numpy as np

    draws = cluster_draws(int(among.max()) + 1, _RESAMPLES)
    p, excluded = [], []
    for time, trade in enumerate(trades):
        if progress:
            progress("comparing shuffled runs", time, len(trades))
        dealt = side.dealt(trade)
        in_a, in_b = dealt.values
        ways = swaps(trade.size, _RESAMPLES, seed=2 + time)
        p.append(p_values(in_b - in_a, dealt.swapped(ways)))
        rests_on = map(effective_clusters, dealt.influences(among).T)
        limits = map(bounds, dealt.resampled(draws, among).T, rests_on)
        excluded.append([low > 0 or high < 0 for low, high in limits])
    return np.array(p), np.array(excluded)


def _p_by_shared_swaps(side: Contrast, trades: Swaps, shared: int) -> Floats:
    """Every figure's p after each trade, of shape (times, figures), for what is too slow to be
    counted anew a thousand times for each. All swaps of two runs that have traded are all swaps of
    the two runs, so one set of them serves every trade.
    """
    import numpy as np

    dealt = side.swapped(swaps(trades.shape[1], shared))
    return np.array([p_values(seen, dealt) for seen in side.swapped(trades)])
