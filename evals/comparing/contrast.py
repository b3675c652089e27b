"""Two runs of the same cases as arrays: their difference, seen, resampled, and swapped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from evals.arrays import Grades, grades
from evals.cases import Case
from evals.score import Metric, Run
from evals.stats import cluster_sums, residuals

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from evals.arrays import Floats, Places

    Swaps = NDArray[np.bool_]

_AT_ONCE = 500  # rows of swaps held in memory


class Contrast(Protocol):
    """Some metrics of run A and run B, and their differences B - A however cases are dealt.

    Arrays of differences are of shape (ways of dealing, metrics); NaN where a metric has nothing
    to count.
    """

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """The metrics, in the order of every array's columns."""
        ...

    @property
    def most(self) -> int:
        """How many ways of dealing can be counted within seconds."""
        ...

    @property
    def values(self) -> tuple[Floats, Floats]:
        """Each metric in A and in B."""
        ...

    @property
    def counts(self) -> tuple[int, ...]:
        """For each metric, how many cases have a score of it in A or in B."""
        ...

    @property
    def differing(self) -> tuple[int, ...]:
        """For each metric, on how many cases A and B are not graded alike."""
        ...

    def influences(self, clusters: Places) -> Floats:
        """What each cluster adds to each difference's deviation, of shape (clusters, metrics)."""
        ...

    def dealt(self, trade: Swaps) -> Contrast:
        """The contrast of two runs that have traded what they said on the cases marked."""
        ...

    def swapped(self, swaps: Swaps) -> Floats:
        """The differences if A and B traded what they said on the cases marked in each row."""
        ...

    def resampled(self, draws: Floats, clusters: Places) -> Floats:
        """The differences if each cluster came as often as each row of `draws` says."""
        ...


def swaps(cases: int, times: int, seed: int = 0) -> Swaps:
    """For each of `times`, which cases trade sides: each with even chances. Seeded."""
    import numpy as np

    return np.random.default_rng(seed).integers(0, 2, (times, cases), dtype=np.int8).astype(bool)


@dataclass(frozen=True, slots=True)
class MeansContrast:
    """Metrics that are weighted means of cases' scores."""

    metrics: tuple[Metric, ...]
    a: Grades
    b: Grades

    @classmethod
    def of(cls, a: Run, b: Run, cases: Sequence[Case], metrics: Sequence[Metric]) -> MeansContrast:
        """What both runs scored in `metrics`, on `cases` alone."""
        import numpy as np

        names = [metric.name for metric in metrics]
        of_answers = np.array([metric.of_answers for metric in metrics], dtype=bool)
        return cls(
            tuple(metrics),
            *paired(grades(a.scores, cases, names), grades(b.scores, cases, names), of_answers),
        )

    @property
    def most(self) -> int:
        """A product of matrices counts many ways at once."""
        return 1_000_000

    @property
    def values(self) -> tuple[Floats, Floats]:
        """The weighted means of A and of B, each of shape (metrics,)."""
        return (
            _ratio(self.a.sums.sum(axis=0), self.a.weights.sum(axis=0)),
            _ratio(self.b.sums.sum(axis=0), self.b.weights.sum(axis=0)),
        )

    @property
    def counts(self) -> tuple[int, ...]:
        """For each metric, the cases that weigh something in A or in B."""
        scored = (self.a.weights > 0) | (self.b.weights > 0)
        return tuple(int(count) for count in scored.sum(axis=0))

    @property
    def differing(self) -> tuple[int, ...]:
        """For each metric, the cases whose sums or weights are not the same to the last bit."""
        apart = (self.a.sums != self.b.sums) | (self.a.weights != self.b.weights)
        return tuple(int(count) for count in apart.sum(axis=0))

    def dealt(self, trade: Swaps) -> MeansContrast:
        """A and B after the cases marked in `trade` (cases,) have changed sides."""
        import numpy as np

        def mixed(one: Grades, other: Grades) -> Grades:
            """One side's grades, with the other's where a case has changed sides."""
            rows = trade[:, None]
            return Grades(
                one.names,
                np.where(rows, other.sums, one.sums),
                np.where(rows, other.weights, one.weights),
            )

        return MeansContrast(self.metrics, mixed(self.a, self.b), mixed(self.b, self.a))

    def influences(self, clusters: Places) -> Floats:
        """The residuals of B's means less those of A's, summed by cluster: (clusters, metrics)."""
        import numpy as np

        def deviations(side: Grades) -> Floats:
            """What each case adds to a mean's deviation, of shape (cases, metrics)."""
            columns = zip(side.sums.T, side.weights.T, strict=True)
            return np.array([residuals(sums, weights) for sums, weights in columns]).T

        return cluster_sums(deviations(self.b) - deviations(self.a), clusters)

    def swapped(self, swaps: Swaps) -> Floats:
        """From `swaps` (times, cases) the differences (times, metrics), some rows at once: what a
        swap takes from one side it gives to the other, so that A's sums alone are counted anew.
        """
        import numpy as np

        sums, weights = self.b.sums - self.a.sums, self.b.weights - self.a.weights
        of_a = np.hstack([self.a.sums, self.a.weights]).sum(axis=0)
        both = of_a + np.hstack([self.b.sums, self.b.weights]).sum(axis=0)
        rows = []
        for some in _pieces(swaps):
            a = of_a + some.astype(np.float64) @ np.hstack([sums, weights])
            rows.append(self._difference(a, both - a))
        return np.vstack(rows)

    def resampled(self, draws: Floats, clusters: Places) -> Floats:
        """From `draws` (times, clusters) the differences (times, metrics), NaN where nothing
        weighs.
        """
        import numpy as np

        a, b = (
            draws @ cluster_sums(np.hstack([side.sums, side.weights]), clusters)
            for side in (self.a, self.b)
        )
        return self._difference(a, b)

    def _difference(self, a: Floats, b: Floats) -> Floats:
        """From sums and, in the columns after them, weights."""
        width = len(self.metrics)
        return _ratio(b[:, :width], b[:, width:]) - _ratio(a[:, :width], a[:, width:])


def paired(a: Grades, b: Grades, of_answers: NDArray[np.bool_]) -> tuple[Grades, Grades]:
    """Both sides, in the metrics marked (metrics,) on cases alone that both have a score of, each
    case weighed alike on both sides.

    A run that answers less often, or in fewer sentences, would otherwise differ from the other in
    what its mean is divided by, and no trade of answers could bring that about: one bad sentence
    in sixty then had p = 0.0001. A metric that only one run has scores of stays as it is.
    """
    import numpy as np

    both = (a.weights > 0) & (b.weights > 0)
    marked = of_answers & both.any(axis=0)
    alike = np.where(both, (a.weights + b.weights) / 2, 0.0)

    def side(grades: Grades) -> Grades:
        """Its own values, weighed as on the other side, in the metrics marked."""
        values = _ratio(grades.sums, grades.weights)
        sums = np.where(both, np.nan_to_num(values) * alike, 0.0)
        return Grades(
            grades.names,
            np.where(marked, sums, grades.sums),
            np.where(marked, alike, grades.weights),
        )

    return side(a), side(b)


def _ratio(sums: Floats, weights: Floats) -> Floats:
    """Sums by weights; NaN where nothing weighs (a rest of rounding is nothing)."""
    import numpy as np

    there = weights > 1e-9
    return np.where(there, sums / np.where(there, weights, 1.0), np.nan)


def _pieces(swaps: Swaps) -> Iterator[Swaps]:
    for start in range(0, len(swaps), _AT_ONCE):
        yield swaps[start : start + _AT_ONCE]


def p_values(seen: Floats, dealt: Floats) -> Floats:
    """Two-sided p of each metric in a paired permutation test: in how many of the ways `dealt` at
    random the difference is at least as far from 0 as the one `seen` (Fisher, 1935; Smucker, Allan
    and Carterette, 2007), the seen one counted among them, so that p is never 0. What cannot be
    counted in a way counts as far, and p is 1 for what cannot be counted at all.

    It asks whether chance alone could have dealt these answers to A and to B on these cases; that
    the cases share papers matters to the interval, not to this.
    """
    import numpy as np

    far = ~(np.abs(dealt) < np.abs(seen) - 1e-12)
    p = (far.sum(axis=0) + 1) / (len(dealt) + 1)
    return np.where(np.isnan(seen), 1.0, p)


def holm(p: Floats) -> Floats:
    """The p values corrected for being several: the chance of even one false alarm among all stays
    below the level (Holm, 1979).
    """
    import numpy as np

    order = np.argsort(p, kind="stable")
    steps = np.maximum.accumulate(p[order] * np.arange(p.size, 0, -1))
    corrected = np.empty_like(p)
    corrected[order] = np.minimum(steps, 1.0)
    return corrected
