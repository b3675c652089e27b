"""Judging each question by a fit that has not seen its paper."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evals.evidence.confidence_cases import Observed
from evals.logistic import fit
from rag.models.answering import Probe

Floats = NDArray[np.float64]

FOLDS = 5
NOTHING = -10.0
"""The log-odds where nothing was read."""


def folds_of(groups: Sequence[str], folds: int = FOLDS) -> NDArray[np.int64]:
    """A fold for each, (n,), the same for all of one group; seeded."""
    names = sorted(set(groups))
    drawn = np.random.default_rng(0).permutation(len(names)) % folds
    of = dict(zip(names, drawn.tolist(), strict=True))
    return np.array([of[group] for group in groups])


def log_odds(probe: Probe, item: Observed) -> Floats:
    """Of each sentence that was read, by `probe`."""
    return np.array([probe.log_odds(state) for state in item.read.states])


def highest(says: Sequence[Floats]) -> Floats:
    """Each one's highest log-odds, (n,); NOTHING where nothing was read."""
    return np.array([max(found, default=NOTHING) for found in says])


def calibrated(surest: Floats, labels: NDArray[np.bool_], folds: NDArray[np.int64]) -> Floats:
    """Probabilities (n,), each by a calibration fitted to the other folds."""
    out = np.empty(len(surest))
    for fold in np.unique(folds):
        own = folds == fold
        bias, weight = platt(surest[~own], labels[~own])
        out[own] = sigmoid(bias + weight * surest[own])
    return out


def platt(scores: Floats, labels: NDArray[np.bool_]) -> tuple[float, float]:
    """Bias and weight of a logistic regression on one score (Platt, 1999)."""
    bias, weight = fit(np.maximum(scores, NOTHING)[:, None], labels.astype(np.float64))
    return float(bias), float(weight)


def sigmoid(logits: Floats) -> Floats:
    """Probabilities (n,) of log-odds."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -50, 50))))
