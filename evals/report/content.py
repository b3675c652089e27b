"""All that a report says of a run, gathered: figures, curves, times, cards, and a comparison."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from evals.comparing.compare import Comparison, Difference, compare
from evals.comparing.summary import Summary, metrics_of, summarise
from evals.report.case_view import CaseView, Choices, case_views, choices
from evals.score import Metric, Run
from evals.scorers import citations, grounded, selective
from evals.scorers.cards import Card, card_for
from evals.scorers.cost import Prices, cost, latencies, tokens
from evals.stats import Rate, rate, wilson

CardOf = Callable[[str], Card | None]

JUDGED = (citations.RECALL, citations.PRECISION, grounded.GROUNDED)
"""The metrics that rest on an entailer: how far they can be trusted, its card says."""


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """`n` answers of like confidence: its mean, the share right, and Wilson's interval of that."""

    confidence: float
    right: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Confidence:
    """What a run's confidence is worth, see `evals.scorers.selective`.

    `curve` is (coverage, risk), `best` the same answers in the best order; `figures` are those of
    the whole set by name. All empty where nothing was answered.
    """

    curve: tuple[tuple[float, float], ...]
    best: tuple[tuple[float, float], ...]
    bins: tuple[CalibrationBin, ...]
    figures: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Report:
    """A run, looked at from everywhere.

    `latencies` are the p50 and p95 of each stage in milliseconds; `tokens` the mean read, written,
    and read from a cache; `cost` what all answers together cost, at the prices given.
    `right` counts the cases whose verdicts are all right, of those that have one. `cards` are by
    metric's name; `other` is the run it is held against: A, this being B.
    """

    run: Run
    summary: Summary
    kinds: Summary
    tags: Summary
    right: Rate
    failed: int
    confidence: Confidence
    latencies: Mapping[str, tuple[float, float]]
    tokens: tuple[float, float, float] | None
    cost: float | None
    cards: Mapping[str, Card]
    choices: Choices
    cases: tuple[CaseView, ...]
    other: Run | None = None
    other_confidence: Confidence | None = None
    comparison: Comparison | None = None

    @property
    def differences(self) -> Mapping[str, Difference]:
        """What the comparison says of each metric; empty without one."""
        rows = self.comparison.differences if self.comparison else ()
        return {row.metric.name: row for row in rows}


def make_report(
    run: Run,
    other: Run | None = None,
    card_of: CardOf = card_for,
    prices: Prices | None = None,
) -> Report:
    """Everything the report of `run` says, held against `other` if given; `card_of` knows the card
    of a scorer. Without `prices` no cost is told.

    Raises ConfigError for runs that cannot be compared, SourceError for cards that cannot be read.
    """
    metrics = metrics_of(run)
    found = choices(run.cases, metrics)
    comparison = compare(other, run) if other else None
    cases = tuple(case_views(run, found, other, comparison))
    graded = [case.outcome.verdict for case in cases if case.outcome.verdict]
    return Report(
        run=run,
        summary=summarise(run),
        kinds=summarise(run, "kind"),
        tags=summarise(run, "tag"),
        right=rate([verdict == "right" for verdict in graded]),
        failed=sum(bool(reply.error) for reply in run.replies),
        confidence=confidence_of(run),
        latencies=latencies(run.replies),
        tokens=tokens(run.replies),
        cost=cost(run.replies, prices) if prices else None,
        cards=_cards(run, metrics, card_of),
        choices=found,
        cases=cases,
        other=other,
        other_confidence=confidence_of(other) if other else None,
        comparison=comparison,
    )


def confidence_of(run: Run) -> Confidence:
    """Risk by coverage, and calibration."""
    found = selective.outcomes(run.cases, run.replies, run.scores)
    curve = selective.risk_coverage(found)
    bins = (
        CalibrationBin(b.confidence, b.right, *wilson(b.right, b.n), b.n)
        for b in selective.calibration(found)
    )
    figures = {metric.name: figure(found) for metric, figure in selective.FIGURES.items()}
    return Confidence(
        curve,
        _best_order(curve),
        tuple(bins),
        {name: value for name, value in figures.items() if not math.isnan(value)},
    )


def _best_order(curve: Sequence[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """The curve of the same answers, every right one before every wrong one."""
    if not curve:
        return ()
    right = round(len(curve) * (1 - curve[-1][1]))
    return tuple((x, max(0, k - right) / k) for k, (x, _) in enumerate(curve, start=1))


def _cards(run: Run, metrics: Sequence[Metric], card_of: CardOf) -> dict[str, Card]:
    """The card of each metric that has one: its own, or that of the entailer it rests on."""
    scoring = run.config.get("scoring")
    entailer = str(scoring.get("entailer", "")) if isinstance(scoring, Mapping) else ""
    found = {}
    for metric in metrics:
        card = card_of(metric.name) or (card_of(entailer) if metric in JUDGED else None)
        if card:
            found[metric.name] = card
    return found


def cautions(report: Report) -> tuple[str, ...]:
    """What keeps the two runs from being held against each other as they stand, in sentences."""
    found = report.comparison
    if found is None:
        return ()
    said = []
    if not found.graded_alike:
        said.append(
            "The two were graded differently: `askpapers eval score FOLDER` grades a run anew."
        )
    if found.only_a or found.only_b:
        said.append(
            f"Compared on their {found.cases:,} common cases: {found.only_b:,} are only in this"
            f" run, {found.only_a:,} only in the other."
        )
    return tuple(said)
