"""How small a difference so many cases can show, and how many cases a difference needs."""

from __future__ import annotations

import math
from statistics import NormalDist

_NORMAL = NormalDist()
LEVEL, POWER = 0.05, 0.8
"""The chance of a false alarm, and of seeing what is there, that planning is done for."""


def smallest_seen(error: float, level: float = LEVEL, power: float = POWER) -> float | None:
    """The smallest true difference that a two-sided test at `level` shows with chance `power`,
    when differences have the standard error `error` (normal approximation; Card et al., 2020, on
    why to say it). None without an error: of runs that never differ nothing is known.
    """
    return _reach(level, power) * error if error > 0 else None


def cases_needed(
    difference: float, error: float, cases: int, level: float = LEVEL, power: float = POWER
) -> int | None:
    """How many cases like these would show `difference` with chance `power`, the standard error
    being `error` with `cases` of them. None where there is no difference, or no error, to go by.
    """
    if not error > 0 or not difference or math.isnan(difference):
        return None
    return max(_fewest(level), math.ceil(cases * (_reach(level, power) * error / difference) ** 2))


def _fewest(level: float) -> int:
    """With fewer cases no paired permutation test can reach `level`: two of all the ways to deal
    them go as far as any can.
    """
    return math.ceil(math.log2(2 / level))


def _reach(level: float, power: float) -> float:
    """How many standard errors away a difference must be; 2.80 at 5% and 80%."""
    return _NORMAL.inv_cdf(1 - level / 2) + _NORMAL.inv_cdf(power)
