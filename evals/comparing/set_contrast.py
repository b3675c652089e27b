"""Figures of a whole set of answers, such as AURC: no means of cases, so counted anew each time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from evals.cases import Case
from evals.score import Metric, Run
from evals.stats import Mean, bounds, cluster_draws, clustered_mean

if TYPE_CHECKING:
    from evals.arrays import Floats, Places
    from evals.comparing.contrast import Swaps
    from evals.scorers.selective import Outcomes

SetFigure = tuple[Metric, Callable[["Outcomes"], float]]

COVERAGE = Metric(
    "coverage",
    "answered",
    "Share of cases that it gave an answer to; AURC, ECE and Brier are of those answers alone.",
)
_FOR_INTERVALS = 1000


@dataclass(frozen=True, slots=True)
class SetContrast:
    """Figures of all the answers of A and of B together; an `evals.comparing.contrast.Contrast`."""

    figures: tuple[SetFigure, ...]
    a: Outcomes
    b: Outcomes

    @classmethod
    def of(cls, a: Run, b: Run, cases: Sequence[Case]) -> SetContrast | None:
        """The outcomes of both runs on `cases` alone; None if one of them tells no confidence."""
        from evals.scorers.selective import FIGURES

        in_a, in_b = outcomes_of(a, cases), outcomes_of(b, cases)
        if not (tells_confidence(in_a) and tells_confidence(in_b)):
            return None
        return cls(tuple(FIGURES.items()), in_a, in_b)

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """The metrics of the figures, in their order."""
        return tuple(metric for metric, _ in self.figures)

    @property
    def most(self) -> int:
        """Few: each way is counted from all outcomes anew."""
        return 2000

    @property
    def values(self) -> tuple[Floats, Floats]:
        """The figures of A and of B, each of shape (figures,)."""
        return _figures(self.figures, self.a), _figures(self.figures, self.b)

    @property
    def counts(self) -> tuple[int, ...]:
        """The cases answered in A or in B, alike for every figure."""
        return (int((self.a.answered | self.b.answered).sum()),) * len(self.figures)

    @property
    def differing(self) -> tuple[int, ...]:
        """The cases with another outcome in A than in B, alike for every figure."""
        apart = [getattr(self.a, f.name) != getattr(self.b, f.name) for f in fields(self.a)]
        return (int(sum(apart[1:], apart[0]).astype(bool).sum()),) * len(self.figures)

    def influences(self, clusters: Places) -> Floats:
        """By the jackknife (Quenouille, 1956; Tukey, 1958), of shape (clusters, figures)."""
        import numpy as np

        def without_each(side: Outcomes) -> Floats:
            """The figures with one cluster after the other left out."""
            left = (
                _at(side, np.flatnonzero(clusters != c)) for c in range(int(clusters.max()) + 1)
            )
            return np.array([_figures(self.figures, rest) for rest in left])

        differences = without_each(self.b) - without_each(self.a)
        count = len(differences)
        return np.asarray((differences.mean(axis=0) - differences) * (count - 1) / count)

    def dealt(self, trade: Swaps) -> SetContrast:
        """A and B after the cases marked in `trade` (cases,) have changed sides."""
        return SetContrast(
            self.figures, _traded(self.a, self.b, trade), _traded(self.b, self.a, trade)
        )

    def swapped(self, swaps: Swaps) -> Floats:
        """From `swaps` (times, cases) the differences (times, figures)."""
        import numpy as np

        return np.array([np.subtract(*self.dealt(trade).values[::-1]) for trade in swaps])

    def resampled(self, draws: Floats, clusters: Places) -> Floats:
        """From `draws` (times, clusters), whole numbers, the differences (times, figures)."""
        import numpy as np

        rows = []
        for places in _places(draws, clusters):
            a, b = _at(self.a, places), _at(self.b, places)
            rows.append(_figures(self.figures, b) - _figures(self.figures, a))
        return np.array(rows)


def set_means(run: Run, cases: Sequence[Case], clusters: Places) -> list[tuple[Metric, Mean]]:
    """Each figure of one run on `cases`, with a percentile interval of whole clusters; before them
    the share answered, without which they say little: one easy answer alone is perfect.
    """
    import numpy as np

    from evals.scorers.selective import FIGURES

    outcomes, figures = outcomes_of(run, cases), tuple(FIGURES.items())
    if not tells_confidence(outcomes):
        return []
    seen = _figures(figures, outcomes)
    draws = cluster_draws(int(clusters.max()) + 1, _FOR_INTERVALS)
    again = np.array([_figures(figures, _at(outcomes, p)) for p in _places(draws, clusters)])
    error = np.nanstd(again, axis=0, ddof=1)
    n = int(outcomes.answered.sum())
    covered = clustered_mean(outcomes.answered.astype(float), np.ones(len(cases)), clusters)
    return [(COVERAGE, covered)] + [
        (metric, Mean(float(seen[k]), float(error[k]), *bounds(again[:, k]), n))
        for k, (metric, _) in enumerate(figures)
    ]


def tells_confidence(outcomes: Outcomes) -> bool:
    """Whether the answers differ in confidence; those of a system that tells none do not."""
    given = outcomes.confidence[outcomes.answered]
    return bool(given.size and (given != given[0]).any())


def outcomes_of(run: Run, cases: Sequence[Case]) -> Outcomes:
    """One run's outcomes on `cases`, in their order."""
    from evals.scorers.selective import outcomes

    ids = {case.id for case in cases}
    replies = {reply.case_id: reply for reply in run.replies}
    scores = [score for score in run.scores if score.case_id in ids]
    return outcomes(cases, [replies[case.id] for case in cases], scores)


def _figures(figures: Sequence[SetFigure], outcomes: Outcomes) -> Floats:
    import numpy as np

    return np.array([figure(outcomes) for _, figure in figures])


def _at(outcomes: Outcomes, places: Places) -> Outcomes:
    return type(outcomes)(*(getattr(outcomes, f.name)[places] for f in fields(outcomes)))


def _traded(one: Outcomes, other: Outcomes, trade: Swaps) -> Outcomes:
    import numpy as np

    names = [field.name for field in fields(one)]
    return type(one)(*(np.where(trade, getattr(other, n), getattr(one, n)) for n in names))


def _places(draws: Floats, clusters: Places) -> Iterator[Places]:
    """For each row of `draws`, the places of the cases drawn, as often as their cluster was."""
    import numpy as np

    everyone = np.arange(clusters.size)
    for row in draws:
        yield np.repeat(everyone, row[clusters].astype(np.int64))
