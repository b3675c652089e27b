"""Entailers held against people's labels: their threshold on one half, figures on the other."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evals.judging.agreement import auc, balanced_accuracy, best_threshold, kappa, measured
from evals.judging.validate_result import AUC, BALANCED, KAPPA, SHIPPED, Result
from evals.scorers.cards import MAIN_PART
from evals.stats import percentile, rate

if TYPE_CHECKING:
    from evals.judging.judge_cache import CachedJudge
    from evals.labelled import Pair
    from evals.scorers.entail import Entailer, Verdict
    from rag.config import Config
    from rag.models.weights import Progress

CHEAP = ("exact", "words", "reranker")
"""The entailers that take no chat model."""


@dataclass(frozen=True, slots=True)
class Timed:
    """An entailer, with the judge it asks if it asks one."""

    entailer: Entailer
    judge: CachedJudge | None = None

    def verdicts(
        self, pairs: Sequence[Pair], what: str, progress: Progress | None
    ) -> tuple[list[Verdict], list[float]]:
        """Verdicts, and the milliseconds each took when it was made: what a judge said before is
        recalled at once, but counts as then. Raises ChatError.
        """
        verdicts, spent = [], []
        for place, pair in enumerate(pairs):
            if progress:
                progress(what, place, len(pairs))
            judged = self.judge.ms if self.judge else 0.0
            began = time.perf_counter()
            verdicts.append(self.entailer.entails(pair.passages, pair.claim))
            wall = (time.perf_counter() - began) * 1000
            spent.append(max(wall, self.judge.ms - judged) if self.judge else wall)
        return verdicts, spent


def entailers_for(
    config: Config, judges: Sequence[CachedJudge], progress: Progress | None = None
) -> list[Timed]:
    """One for each judge, or the cheap ones if there is none. Raises WeightsError."""
    from evals.scorers.entail import entailer_named, judge_entailer

    if judges:
        return [Timed(judge_entailer(judge), judge) for judge in judges]
    return [Timed(entailer_named(name, config, progress)) for name in CHEAP]


def hold_against(
    timed: Timed,
    labelled_set: str,
    part: str,
    halves: tuple[Sequence[Pair], Sequence[Pair]],
    progress: Progress | None = None,
) -> Result:
    """One entailer on one set: the threshold that is best on the first of `halves`, figures on
    the other.

    Verdicts of exact text are certain, whatever the threshold. An entailer that measures no
    likeness has no threshold; what it leaves open counts as not borne out. Raises ChatError.
    """
    fit, report = halves
    name = timed.entailer.name
    fitted, _ = timed.verdicts(fit, f"{part} by {name}, threshold", progress)
    verdicts, spent = timed.verdicts(report, f"{part} by {name}", progress)
    labels = [pair.supported for pair in report]
    groups = [pair.group for pair in report]
    likenesses = [_likeness(verdict) for verdict in verdicts]
    threshold = None
    said = shipped = [verdict.supported is True for verdict in verdicts]
    if any(verdict.likeness is not None for verdict in fitted):
        threshold = best_threshold([pair.supported for pair in fit], [*map(_likeness, fitted)])
        said = [likeness >= threshold for likeness in likenesses]
    right: dict[str, list[bool]] = {}
    for pair, yes in zip(report, said, strict=True):
        right.setdefault(pair.label, []).append(yes == pair.supported)
    figures = {
        BALANCED: measured(balanced_accuracy, labels, said, groups),
        KAPPA: measured(kappa, labels, said, groups),
        AUC: measured(auc, labels, likenesses, groups),
    }
    if part != MAIN_PART:
        figures[SHIPPED] = measured(balanced_accuracy, labels, shipped, groups)
    return Result(
        scorer=name,
        labelled_set=labelled_set,
        part=part,
        n=len(report),
        figures=figures,
        right={label: rate(outcomes) for label, outcomes in right.items()},
        threshold=threshold,
        ms=percentile(spent, 50),
    )


def _likeness(verdict: Verdict) -> float:
    """What exact text decided lies beyond all likenesses; what nothing decided, in the middle."""
    if verdict.certain:
        return math.inf if verdict.supported else -math.inf
    return verdict.likeness if verdict.likeness is not None else 0.0
