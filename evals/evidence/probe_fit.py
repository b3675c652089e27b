"""Fits the probes of `rag/models/answering.py`: numpy, seeded by nothing, the same every time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rag.models.answering import WIDTH, Probe, Probes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

# Chosen by cross-validation over papers; neighbours of either did about as well.
RIDGE = 100.0  # pulls weights (of states at unit spread) toward 0
SENTENCE_SHARE = 0.1  # what a sentence's own label weighs beside its question's
_STEPS, _RATE = 300, 0.02


@dataclass(frozen=True, slots=True)
class Read:
    """The sentences read for one question: `states` (n, width), which of them say what it asks,
    and the scores (n,) by which their chunks were found.

    `answerable` is the question's own label: sentences may say it in words that no label knows.
    """

    states: NDArray[np.float32]
    says: NDArray[np.bool_]
    hits: NDArray[np.float64]
    answerable: bool


def fit_probes(reads: Sequence[Read]) -> Probes:
    """Both probes, fitted to the same questions."""
    ranks, hit = fit_ranking(reads)
    return Probes(fit_probe(reads), ranks, hit)


def fit_probe(reads: Sequence[Read]) -> Probe:
    """The probe by which a question is answerable if one of its sentences says what it asks; it
    reads the first WIDTH numbers of the states.

    The loss is that of a noisy "or" over a question's sentences, in logits a log-sum-exp
    (multiple-instance learning; Dietterich et al., 1997, for the setting), and of the sentences
    whose labels are known, with a ridge; by Adam (Kingma and Ba, 2015).
    """
    known = [read for read in reads if len(read.states)]
    groups = _Groups([len(read.states) for read in known])
    design, centre, spread = _at_unit_spread([read.states[:, :WIDTH] for read in known])
    design = np.c_[np.ones(len(design)), design]
    says = np.concatenate([read.says for read in known]).astype(np.float64)
    answerable = np.array([read.answerable for read in known], dtype=np.float64)
    ridge = RIDGE / len(known) * np.r_[0.0, np.ones(len(centre))]
    offset = 0.0  # of questions' logits: how many sentences were read moves them all

    def slope(weights: Floats) -> Floats:
        """The loss's gradient at `weights`, of their shape; the offset takes its own step."""
        nonlocal offset
        logits = design @ weights
        highest, raised, total = groups.raised(logits)
        error = _sigmoid(highest + np.log(total) + offset) - answerable
        share = groups.each(error / total) * raised
        share += SENTENCE_SHARE * (_sigmoid(logits) - says)
        offset -= _RATE * float(error.mean())
        return np.asarray(design.T @ share / len(known) + ridge * weights)

    weights = _descend(slope, design.shape[1])
    scaled = weights[1:] / spread
    return Probe(float(weights[0] - scaled @ centre), scaled.astype(np.float32))


def fit_ranking(reads: Sequence[Read]) -> tuple[Probe, float]:
    """The probe that puts first, of a question's sentences, those that say what it asks, and what
    a point of their hits' scores is worth beside it.

    The loss is listwise: that of drawing a sentence that says it by a softmax over the question's
    (Cao et al., 2007), over questions of which some sentences are known to say it and some not. The
    bias makes the log-odds right on average over their sentences.
    """
    known = [read for read in reads if read.says.any() and not read.says.all()]
    groups = _Groups([len(read.states) for read in known])
    design, centre, spread = _at_unit_spread([read.states for read in known])
    hits = np.concatenate([read.hits for read in known])
    usual = float(hits.std()) or 1.0
    design = np.c_[design, hits / usual]
    says = np.concatenate([read.says for read in known]).astype(np.float64)
    ridge = RIDGE / len(known) * np.r_[np.ones(len(centre)), 0.0]

    def slope(weights: Floats) -> Floats:
        """The loss's gradient at `weights`, of their shape."""
        _, raised, total = groups.raised(design @ weights)
        drawn = raised / groups.each(total)
        right = drawn * says
        error = drawn - right / groups.each(groups.sums(right) + 1e-12)
        return np.asarray(design.T @ error / len(known) + ridge * weights)

    weights = _descend(slope, design.shape[1])
    scaled = weights[:-1] / spread
    bias = right_on_average(design @ weights, says) - scaled @ centre
    return Probe(float(bias), scaled.astype(np.float32)), float(weights[-1] / usual)


class _Groups:
    """Sentences one after the other, so many of each question."""

    def __init__(self, sizes: Sequence[int]) -> None:
        self._sizes = np.array(sizes)
        self._starts = np.concatenate([[0], np.cumsum(self._sizes)[:-1]])

    def each(self, of_questions: Floats) -> Floats:
        return np.repeat(of_questions, self._sizes)

    def sums(self, of_sentences: Floats) -> Floats:
        return np.asarray(np.add.reduceat(of_sentences, self._starts))

    def raised(self, logits: Floats) -> tuple[Floats, Floats, Floats]:
        """The highest logit of each question, e to each one's distance below it, and their sums."""
        highest = np.maximum.reduceat(logits, self._starts)
        raised = np.exp(logits - self.each(highest))
        return highest, raised, self.sums(raised)


def _at_unit_spread(states: Sequence[NDArray[np.float32]]) -> tuple[Floats, Floats, Floats]:
    """All states at unit spread, (sentences, width), with their centre and spread, (width,)."""
    rows = np.concatenate(states).astype(np.float64)
    centre, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    return (rows - centre) / spread, centre, spread


def _descend(slope: Callable[[Floats], Floats], width: int) -> Floats:
    """Weights (width,) after so many steps of Adam (Kingma and Ba, 2015) down the `slope`."""
    weights, speed, power = (np.zeros(width) for _ in range(3))
    for step in range(1, _STEPS + 1):
        down = slope(weights)
        speed = 0.9 * speed + 0.1 * down
        power = 0.999 * power + 0.001 * down**2
        weights -= _RATE * (speed / (1 - 0.9**step)) / (np.sqrt(power / (1 - 0.999**step)) + 1e-9)
    return weights


def levelled(probes: Probes, unseen: Sequence[Read]) -> Probes:
    """`probes` whose ranking log-odds are right on average over sentences of questions that they
    were not fitted on: those fitted on flatter them.
    """
    known = [read for read in unseen if read.says.any() and not read.says.all()]
    logits = [
        probes.ranks.log_odds(states) + probes.hit * hit
        for read in known
        for states, hit in zip(read.states, read.hits, strict=True)
    ]
    says = np.concatenate([read.says for read in known]).astype(np.float64)
    bias = probes.ranks.bias + right_on_average(np.array(logits), says)
    return replace(probes, ranks=replace(probes.ranks, bias=bias))


def right_on_average(logits: Floats, labels: Floats) -> float:
    """What added to `logits` makes the mean probability the labels' share; by bisection."""
    low, high = -50.0, 50.0
    while high - low > 1e-6:
        middle = (low + high) / 2
        low, high = (
            (middle, high) if _sigmoid(logits + middle).mean() < labels.mean() else (low, middle)
        )
    return low


def _sigmoid(logits: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -30, 30))))
