"""Scores and cases as arrays, so that resamples and swaps are products of matrices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evals.cases import EVERY_PAPER, Case
from evals.score import Score

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Grades:
    """Scores as two arrays of (cases, metrics): `sums` holds value * weight, `weights` the weight.

    Where a case has no score of a metric both are 0, so a metric over any cases is the sum of its
    column of `sums` by that of `weights`.
    """

    names: tuple[str, ...]
    sums: Floats
    weights: Floats


def grades(scores: Sequence[Score], cases: Sequence[Case], names: Sequence[str]) -> Grades:
    """The scores of `cases`, in their order, in the metrics `names`; others are left out."""
    import numpy as np

    row = {case.id: place for place, case in enumerate(cases)}
    column = {name: place for place, name in enumerate(names)}
    sums, weights = (np.zeros((len(cases), len(names))) for _ in range(2))
    for score in scores:
        if score.case_id in row and score.metric in column:
            at = row[score.case_id], column[score.metric]
            sums[at] += score.value * score.weight
            weights[at] += score.weight
    return Grades(tuple(names), sums, weights)


def cluster_of(case: Case) -> str:
    """What a case shares with others: the first of its papers; itself if it is about none, or
    about the whole library.
    """
    first = case.papers[0] if case.papers else EVERY_PAPER
    return f"case {case.id}" if first == EVERY_PAPER else first


def clusters(cases: Sequence[Case]) -> Places:
    """The cluster of every case as a number from 0, in the order of first appearance."""
    import numpy as np

    number: dict[str, int] = {}
    found = [number.setdefault(cluster_of(case), len(number)) for case in cases]
    return np.asarray(found, dtype=np.int64)
