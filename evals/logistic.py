"""Ridge logistic regression in a few lines, and what it says of groups it was not fitted on."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from evals.arrays import Floats

RIDGE = 1.0
"""Pulls weights of signs of unit spread towards 0, so that few labels cannot drive one far off."""
FOLDS = 10


def fit(rows: Floats, labels: Floats, ridge: float = RIDGE) -> Floats:
    """Bias and weights (1 + signs,) by Newton's method, for signs as they are given.

    `rows` (n, signs), `labels` (n,) of 0 and 1. The penalty is on signs of unit spread (le Cessie
    and van Houwelingen, 1992).
    """
    centre, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    design = np.c_[np.ones(len(rows)), (rows - centre) / spread]
    # A trace of it on the bias too: without both labels it would run away to infinity.
    penalty = ridge * np.r_[1e-6, np.ones(rows.shape[1])]
    weights = np.zeros(design.shape[1])
    for _ in range(100):
        likely = 1 / (1 + np.exp(-design @ weights))
        slope = design.T @ (likely - labels) + penalty * weights
        bend = design.T @ (design * (likely * (1 - likely))[:, None]) + np.diag(penalty)
        step = np.linalg.solve(bend, slope)
        weights -= step
        if np.abs(step).max() < 1e-8:
            break
    scaled = weights[1:] / spread
    both: Floats = np.concatenate([[weights[0] - scaled @ centre], scaled])
    return both


def held_out(rows: Floats, labels: Floats, groups: Sequence[str], ridge: float = RIDGE) -> Floats:
    """Log-odds (n,) of each row from a fit without it: in FOLDS parts, by its group's hash."""
    part = np.array([fold_of(group) for group in groups])
    odds = np.zeros(len(rows))
    for fold in range(FOLDS):
        inside = part == fold
        if inside.any():
            weights = fit(rows[~inside], labels[~inside], ridge)
            odds[inside] = weights[0] + rows[inside] @ weights[1:]
    return odds


def fold_of(group: str) -> int:
    """The fold, below FOLDS, of all that is of one group, by its hash."""
    return blake2b(group.encode(), digest_size=8).digest()[0] % FOLDS
