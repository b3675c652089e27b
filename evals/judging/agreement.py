"""How well a scorer's verdicts agree with people's labels, and the threshold they rest on."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Labels = NDArray[Any]
    Values = NDArray[Any]

Measure = Callable[["Labels", "Values"], float]
"""Labels (n,), True or False where nothing else is said, and verdicts or likenesses (n,) -> a
figure; NaN where it is not defined."""

RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Agreement:
    """A figure over `n` labels with its 95% interval; NaN where it is not defined."""

    value: float
    low: float
    high: float
    n: int


def balanced_accuracy(labels: Labels, verdicts: Values) -> float:
    """Mean of the shares of right verdicts on True and on False labels: 0.5 is chance, however
    unequal the classes (Brodersen et al., 2010). NaN unless both labels occur.
    """
    if labels.all() or not labels.any():
        return math.nan
    return float((verdicts[labels].mean() + (~verdicts[~labels]).mean()) / 2)


def kappa(labels: Labels, verdicts: Values) -> float:
    """Agreement beyond what the two sides' own rates would give by chance (Cohen, 1960).

    NaN where chance alone agrees wholly.
    """
    seen = float((labels == verdicts).mean())
    yes, said = float(labels.mean()), float(verdicts.mean())
    chance = yes * said + (1 - yes) * (1 - said)
    return (seen - chance) / (1 - chance) if chance < 1 else math.nan


def auc(labels: Labels, likenesses: Values) -> float:
    """How often a True label has the higher likeness than a False one, a tie counting half: the
    area under the ROC curve (Hanley and McNeil, 1982). NaN unless both labels occur.
    """
    from scipy.stats import rankdata

    positive, n = int(labels.sum()), len(labels)
    if positive in (0, n):
        return math.nan
    above = float(rankdata(likenesses)[labels].sum()) - positive * (positive + 1) / 2
    return above / (positive * (n - positive))


def accuracy(labels: Labels, verdicts: Values) -> float:
    """The share of verdicts that are the label; a verdict of 0.5 (a tie) is half right."""
    return float((1 - abs(labels.astype(float) - verdicts.astype(float))).mean())


def macro_f1(labels: Labels, verdicts: Values) -> float:
    """The mean over all classes that occur of the harmonic mean of a class's precision and recall
    (van Rijsbergen, 1979); 0 for a class that is never hit. Labels and verdicts name classes.
    """
    import numpy as np

    classes = np.unique(np.concatenate([labels, verdicts]))
    hits = [2 * ((labels == c) & (verdicts == c)).sum() for c in classes]
    sizes = [(labels == c).sum() + (verdicts == c).sum() for c in classes]
    return float(np.mean([hit / size for hit, size in zip(hits, sizes, strict=True)]))


def measured(
    measure: Measure,
    labels: Sequence[bool] | Sequence[str],
    values: Sequence[float] | Sequence[bool] | Sequence[str],
    groups: Sequence[str],
) -> Agreement:
    """`measure` with a percentile bootstrap interval that draws whole groups (one claim's pairs,
    one question's sentences), since what belongs together errs together (Efron, 1979; Cameron,
    Gelbach and Miller, 2008, for clusters). Seeded. Draws in which it is not defined are left out.
    """
    import numpy as np

    truth, given = np.asarray(labels), np.asarray(values)
    if not truth.size:
        return Agreement(math.nan, math.nan, math.nan, 0)
    rows: dict[str, list[int]] = {}
    for row, group in enumerate(groups):
        rows.setdefault(group, []).append(row)
    clusters = [np.array(members) for members in rows.values()]
    rng = np.random.default_rng(0)
    drawn = []
    for _ in range(RESAMPLES):
        picked = rng.integers(0, len(clusters), len(clusters))
        chosen = np.concatenate([clusters[i] for i in picked])
        drawn.append(measure(truth[chosen], given[chosen]))
    defined = [value for value in drawn if not math.isnan(value)]
    low, high = np.percentile(defined, [2.5, 97.5]) if defined else (math.nan, math.nan)
    return Agreement(measure(truth, given), float(low), float(high), len(truth))


def best_threshold(labels: Sequence[bool], likenesses: Sequence[float]) -> float:
    """The likeness from which on to say True, so that balanced accuracy is the highest.

    Halfway between the two likenesses it parts; of several as good, the middle one, which is the
    least a whim of the sample. Infinite likenesses (what exact text decided) are no thresholds.
    0 where nothing can be parted.
    """
    import numpy as np

    truth = np.asarray(labels, dtype=np.bool_)
    given = np.asarray(likenesses, dtype=np.float64)
    finite = np.unique(given[np.isfinite(given)])
    if finite.size < 2 or truth.all() or not truth.any():
        return 0.0
    between = (finite[:-1] + finite[1:]) / 2
    reached = [balanced_accuracy(truth, given >= value) for value in between]
    best = np.flatnonzero(np.isclose(reached, max(reached), rtol=0, atol=1e-12))
    return float(between[best[len(best) // 2]])
