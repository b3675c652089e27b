"""Fits the first pass of `rag/evidence/nearness.py`: numpy, by a seed, the same every time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rag.evidence.nearness import Candidates, FittedNearness, Nearness, by_signs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

# Chosen by cross-validation over papers: ranks of 16 to 64 and half or twice the ridge did as well.
RANK = 32
RIDGE = 1e-3
_BATCH, _STEPS = 256, 250
_RATES = {"worth": 0.1, "question": 0.005, "sentence": 0.005}
_BEGIN = (10.0, 6.0, 7.0, 10.0, 1.0)  # near where it ends, so that few steps are needed


@dataclass(frozen=True, slots=True)
class Sought:
    """What the first pass sees for a question, and which sentences (n,) say what it asks."""

    candidates: Candidates
    says: NDArray[np.bool_]


def fit_nearness(sought: Sequence[Sought]) -> FittedNearness:
    """Both ways of weighing, fitted to the same questions."""
    signs_alone = _fit(sought, 0)
    return FittedNearness(_fit(sought, RANK), signs_alone.worth)


def _fit(sought: Sequence[Sought], rank: int) -> Nearness:
    """The loss is listwise: that of drawing a sentence that says it by a softmax over all of the
    question's (Cao et al., 2007), with a ridge on the projections; by Adam (Kingma and Ba, 2015) on
    batches. Questions of which no sentence, or each, is known to say it tell nothing.
    """
    known = [one for one in sought if one.says.any() and not one.says.all()]
    drawn = np.random.default_rng(0)
    width = len(known[0].candidates.question)
    weights = {
        "worth": np.array(_BEGIN, dtype=np.float32),
        "question": drawn.normal(0, 0.05, (width, rank)).astype(np.float32),
        "sentence": drawn.normal(0, 0.05, (width, rank)).astype(np.float32),
    }

    def down() -> dict[str, Floats]:
        size = min(_BATCH, len(known))
        batch = [known[n] for n in drawn.choice(len(known), size, replace=False).tolist()]
        return _slope(batch, weights)

    _descend(weights, down)
    if rank:
        return Nearness(weights["worth"], weights["question"], weights["sentence"])
    return by_signs(weights["worth"])


def _slope(batch: Sequence[Sought], weights: dict[str, Floats]) -> dict[str, Floats]:
    """The mean loss's, over the questions of a batch."""
    slope = {name: np.zeros_like(value) for name, value in weights.items()}
    for one in batch:
        found = one.candidates
        asked = found.question @ weights["question"]  # (rank,)
        said = found.vectors @ weights["sentence"]  # (n, rank)
        logits = found.signs @ weights["worth"] + said @ asked
        share = np.exp(logits - logits.max())
        share /= share.sum()
        right = share * one.says
        error = (share - right / (right.sum() + 1e-12)) / len(batch)  # (n,)
        slope["worth"] += error @ found.signs
        slope["question"] += np.outer(found.question, error @ said)
        slope["sentence"] += np.outer(error @ found.vectors, asked)
    for name in ("question", "sentence"):
        slope[name] += 2 * RIDGE * weights[name]
    return slope


def _descend(weights: dict[str, Floats], down: Callable[[], dict[str, Floats]]) -> None:
    """Move `weights` by so many steps of Adam."""
    speed = {name: np.zeros_like(value) for name, value in weights.items()}
    power = {name: np.zeros_like(value) for name, value in weights.items()}
    for step in range(1, _STEPS + 1):
        for name, slope in down().items():
            speed[name] = 0.9 * speed[name] + 0.1 * slope
            power[name] = 0.999 * power[name] + 0.001 * slope**2
            rise = speed[name] / (1 - 0.9**step)
            spread = np.sqrt(power[name] / (1 - 0.999**step)) + 1e-8
            weights[name] -= _RATES[name] * rise / spread
