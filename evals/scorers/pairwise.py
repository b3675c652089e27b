"""Which of two answers is better? A judge's preference, with neither place nor length in play."""

from __future__ import annotations

import math
from collections.abc import Sequence

from evals.scorers.judge_prompts import FIRST, SECOND, preference_messages
from rag.models.judge import Judge

RIDGE = 0.1  # keeps the weight of length finite where length alone explains every preference


def preferred(judge: Judge, question: str, first: str, second: str) -> float:
    """1 if the judge prefers `first` in both orders, 0 if `second`, 0.5 for a tie.

    A judge that changes its mind with the order prefers a place, not an answer: a tie (Zheng et
    al., 2023). Answers that read the same are a tie without asking. Raises ChatError.
    """
    if first.split() == second.split():
        return 0.5
    before, after = leanings(judge, question, first, second)
    if before * after <= 0:
        return 0.5
    return float(before > 0)


def leanings(judge: Judge, question: str, first: str, second: str) -> tuple[float, float]:
    """Log-odds of `first` against `second`, shown before it and after it. Raises ChatError.

    A liking for a place adds to one of them what it takes from the other, so that the sum has none.
    """
    options = (FIRST, SECOND)
    a, b = judge.weigh(preference_messages(question, first, second), options)
    c, d = judge.weigh(preference_messages(question, second, first), options)
    return a - b, d - c


def length_controlled(preferences: Sequence[float], longer_by: Sequence[float]) -> float:
    """The share of preferences for the first answer, had both been equally long; NaN of nothing.

    `preferences` as of `preferred`, `longer_by` the characters by which the first answer is the
    longer. The log-odds of preferring the first are regressed on tanh of that, over its standard
    deviation, and read off at 0 (Dubois et al., 2024, without their term for each question's
    difficulty, which needs other systems' answers).
    """
    import numpy as np

    from evals.logistic import fit

    y = np.asarray(preferences, dtype=np.float64)
    if not y.size:
        return math.nan
    spread = float(np.std(longer_by))
    if not spread or (y == y[0]).all():
        return float(y.mean())
    lengths = np.tanh(np.asarray(longer_by, dtype=np.float64) / spread)
    bias, _ = fit(lengths[:, None], y, RIDGE)
    return float(1 / (1 + math.exp(-bias)))
