"""Fits the probe of `rag/models/answering.py`: numpy, seeded by nothing, the same every time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rag.models.answering import Probe

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

# Chosen by cross-validation over papers; neighbours of either did about as well.
RIDGE = 100.0  # pulls weights (of states at unit spread) toward 0
SENTENCE_SHARE = 0.1  # what a sentence's own label weighs beside its question's
_STEPS, _RATE = 300, 0.02


@dataclass(frozen=True, slots=True)
class Read:
    """The sentences read for one question: `states` (n, width), and which of them say what it asks.

    `answerable` is the question's own label: sentences may say it in words that no label knows.
    """

    states: NDArray[np.float32]
    says: NDArray[np.bool_]
    answerable: bool


def fit_probe(reads: Sequence[Read]) -> Probe:
    """The probe by which a question is answerable if one of its sentences says what it asks.

    The loss is that of a noisy "or" over a question's sentences, in logits a log-sum-exp
    (multiple-instance learning; Dietterich et al., 1997, for the setting), and of the sentences
    whose labels are known, with a ridge; by Adam (Kingma and Ba, 2015).
    """
    known = [read for read in reads if len(read.states)]
    states = np.concatenate([read.states for read in known]).astype(np.float64)
    centre, spread = states.mean(axis=0), states.std(axis=0) + 1e-6
    design = np.c_[np.ones(len(states)), (states - centre) / spread]
    sizes = np.array([len(read.states) for read in known])
    says = np.concatenate([read.says for read in known]).astype(np.float64)
    answerable = np.array([read.answerable for read in known], dtype=np.float64)
    weights = _descend(design, says, answerable, sizes)
    scaled = weights[1:] / spread
    return Probe(float(weights[0] - scaled @ centre), scaled.astype(np.float32))


def _descend(design: Floats, says: Floats, answerable: Floats, sizes: NDArray[np.int64]) -> Floats:
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    ridge = RIDGE / len(sizes) * np.r_[0.0, np.ones(design.shape[1] - 1)]
    weights, speed, power = (np.zeros(design.shape[1]) for _ in range(3))
    offset = 0.0  # of questions' logits: how many sentences were read moves them all
    for step in range(1, _STEPS + 1):
        logits = design @ weights
        highest = np.maximum.reduceat(logits, starts)
        raised = np.exp(logits - np.repeat(highest, sizes))
        total = np.add.reduceat(raised, starts)
        error = _sigmoid(highest + np.log(total) + offset) - answerable
        share = np.repeat(error / total, sizes) * raised
        share += SENTENCE_SHARE * (_sigmoid(logits) - says)
        slope = design.T @ share / len(sizes) + ridge * weights
        offset -= _RATE * float(error.mean())
        speed = 0.9 * speed + 0.1 * slope
        power = 0.999 * power + 0.001 * slope**2
        weights -= _RATE * (speed / (1 - 0.9**step)) / (np.sqrt(power / (1 - 0.999**step)) + 1e-9)
    return weights


def _sigmoid(logits: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -30, 30))))
