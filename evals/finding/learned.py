"""A fusion learned from judged queries: a linear model, always judged on queries it never saw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FOLDS = 5
_STEPS = 300
_RATE = 0.05
_DECAY = 1e-3  # keeps weights small, in units of a feature's standard deviation


def cross_validated(features: Sequence[Floats], relevant: Sequence[Floats]) -> list[Floats]:
    """Scores for each query's candidates from a model fitted on four fifths without it.

    `features` (n, f) and `relevant` (n,), 1.0 or 0.0, for each query. The loss is that of ListNet
    with one list a query (Cao et al., 2007). Folds are seeded.
    """
    stacked = np.concatenate(features)
    mean, spread = stacked.mean(axis=0), stacked.std(axis=0) + 1e-9
    scaled = [(x - mean) / spread for x in features]
    folds = np.random.default_rng(0).permutation(len(features)) % FOLDS
    weights = []
    for fold in range(FOLDS):
        seen = [i for i, own in enumerate(folds) if own != fold and relevant[i].any()]
        known = [(scaled[i], relevant[i]) for i in seen]
        weights.append(fit(known) if known else np.zeros(stacked.shape[1]))
    return [x @ weights[fold] for x, fold in zip(scaled, folds, strict=True)]


def fit(known: Sequence[tuple[Floats, Floats]]) -> Floats:
    """Weights (f,) that make the relevant likely under a softmax over each query's candidates.

    `known` holds features (n, f) and relevance (n,) of each query, one relevant at least.
    """
    features = [row for row, _ in known]
    x = np.concatenate(features)
    wanted = np.concatenate([row / row.sum() for _, row in known])
    sizes = np.array([len(row) for row in features])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    weights, speed, power = (np.zeros(x.shape[1]) for _ in range(3))
    for step in range(1, _STEPS + 1):
        logits = x @ weights
        likely = np.exp(logits - np.repeat(np.maximum.reduceat(logits, starts), sizes))
        likely /= np.repeat(np.add.reduceat(likely, starts), sizes)
        slope = x.T @ (likely - wanted) / len(features) + _DECAY * weights
        speed = 0.9 * speed + 0.1 * slope  # Adam (Kingma and Ba, 2015)
        power = 0.999 * power + 0.001 * slope**2
        weights -= _RATE * (speed / (1 - 0.9**step)) / (np.sqrt(power / (1 - 0.999**step)) + 1e-9)
    return weights
