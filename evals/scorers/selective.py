"""Does it know how sure it may be? Risk against coverage, and calibration, of a set of replies.

Coverage counts what was answered: an abstention or a failure is never covered, and in no figure
but through that. Risk is the share of wrong answers among those covered; an answer is right if it
says every fact (the metric `fact`), so any answer to an unanswerable question is wrong. Where
several replies have the same confidence, each counts as the mean of them, so that no figure
depends on the order of cases. All figures are NaN where nothing was answered.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evals.cases import Case
from evals.score import Metric, Reply, Score
from evals.scorers.facts import FACT

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

BINS = 10


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Three aligned arrays of shape (cases,): the confidence in [0, 1], whether there is an answer
    (neither abstained nor failed), and whether that is right.
    """

    confidence: Floats
    answered: Flags
    right: Flags


@dataclass(frozen=True, slots=True)
class Bin:
    """`n` answers of like confidence: the mean of it, and the share that is right."""

    confidence: float
    right: float
    n: int


def outcomes(cases: Sequence[Case], replies: Sequence[Reply], scores: Sequence[Score]) -> Outcomes:
    """The outcome of every case, in the order of `cases`; a case without a reply has no answer."""
    import numpy as np

    said = {reply.case_id: reply.answer for reply in replies}
    facts = {score.case_id for score in scores if score.metric == FACT.name and score.value == 1}
    answers = [said.get(case.id) for case in cases]
    return Outcomes(
        confidence=np.array([a.confidence if a else 0.0 for a in answers], dtype=np.float64),
        answered=np.array([a is not None and not a.abstained for a in answers], dtype=np.bool_),
        right=np.array([case.answerable and case.id in facts for case in cases], dtype=np.bool_),
    )


def risk_coverage(found: Outcomes) -> tuple[tuple[float, float], ...]:
    """The curve: (coverage, risk) if only the 1, 2, … most confident answers were given.

    Coverage is the share of all cases, so the curve ends at the share answered (El-Yaniv and
    Wiener, 2010).
    """
    risks = _risks(found)
    return tuple((k / len(found.answered), float(risk)) for k, risk in enumerate(risks, start=1))


def aurc(found: Outcomes) -> float:
    """Area under the risk-coverage curve: the mean of its risks (Geifman, Uziel and El-Yaniv,
    2019), in [0, 1].
    """
    risks = _risks(found)
    return float(risks.mean()) if len(risks) else math.nan


def excess_aurc(found: Outcomes) -> float:
    """What AURC has above that of the same answers in the best order, every right one before
    every wrong one (Geifman, Uziel and El-Yaniv, 2019). 0 for a perfect order.
    """
    import numpy as np

    risks = _risks(found)
    if not len(risks):
        return math.nan
    counts = np.arange(1, len(risks) + 1)
    right = round(len(risks) * (1 - risks[-1]))
    best = np.maximum(0, counts - right) / counts
    return float((risks - best).mean())


def calibration(found: Outcomes, bins: int = BINS) -> tuple[Bin, ...]:
    """The answers in `bins` groups of equal size by confidence, from the most (fewer groups if
    there are fewer answers).
    """
    rows = zip(*(column.tolist() for column in _binned(found, bins)), strict=True)
    return tuple(Bin(confidence, right, round(n)) for confidence, right, n in rows)


def ece(found: Outcomes) -> float:
    """Expected calibration error over bins of equal mass: the mean distance, weighed by answers,
    of a bin's confidence from its share of right ones (Naeini, Cooper and Hauskrecht, 2015, with
    equal masses as Nguyen and O'Connor, 2015). In [0, 1].
    """
    confidence, right, n = _binned(found, BINS)
    return float((n * abs(confidence - right)).sum() / n.sum()) if len(n) else math.nan


def brier(found: Outcomes) -> float:
    """Mean squared distance of the confidence from 1 for a right answer, 0 for a wrong one (Brier,
    1950). In [0, 1].
    """
    if not found.answered.any():
        return math.nan
    given = found.answered
    return float(((found.confidence[given] - found.right[given]) ** 2).mean())


FIGURES: Mapping[Metric, Callable[[Outcomes], float]] = {
    Metric(
        "aurc",
        "AURC",
        "Area under the risk-coverage curve: the share of wrong answers, averaged over how many of"
        " the most confident ones are given.",
        better="lower",
    ): aurc,
    Metric(
        "excess_aurc",
        "excess AURC",
        "What AURC has above that of the same answers ordered perfectly by confidence.",
        better="lower",
    ): excess_aurc,
    Metric(
        "ece",
        "ECE",
        "Mean distance of the confidence of answers from the share that is right, in ten bins of"
        " equal mass.",
        better="lower",
    ): ece,
    Metric(
        "brier",
        "Brier",
        "Mean squared distance of an answer's confidence from its being right.",
        better="lower",
    ): brier,
}
"""The figures of a whole set of replies, in the order of a report."""


def _risks(found: Outcomes) -> Floats:
    """The risk among the 1, 2, … most confident answers, shape (answers,)."""
    import numpy as np

    _, right = _by_confidence(found)
    risks: Floats = np.cumsum(1 - right) / np.arange(1, len(right) + 1)
    return risks


def _by_confidence(found: Outcomes) -> tuple[Floats, Floats]:
    """Confidence and rightness of the answers, most confident first, like ones evened out."""
    import numpy as np

    confidence = found.confidence[found.answered]
    values, place, counts = np.unique(-confidence, return_inverse=True, return_counts=True)
    means = np.bincount(place, found.right[found.answered], len(values)) / np.maximum(counts, 1)
    return np.repeat(-values, counts), np.repeat(means, counts)


def _binned(found: Outcomes, bins: int) -> tuple[Floats, Floats, Floats]:
    """Mean confidence, share right and number of answers of each bin, shape (bins,)."""
    import numpy as np

    confidence, right = _by_confidence(found)
    if not len(right):
        return confidence, right, right
    starts = np.arange(min(bins, len(right))) * len(right) // min(bins, len(right))
    n = np.diff(starts, append=len(right)).astype(np.float64)
    return np.add.reduceat(confidence, starts) / n, np.add.reduceat(right, starts) / n, n
