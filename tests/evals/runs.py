"""Hand-made runs for the tests of summaries and comparisons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from evals.cases import Case
from evals.score import Reply, Run, Score
from tests.evals.answers import TALL, case

Values = Mapping[str, Sequence[float | None]]
"""Each metric's value of every case in order, None where it does not apply."""


def cases(count: int, per_paper: int = 1) -> tuple[Case, ...]:
    """`count` cases, `per_paper` of them about each paper."""
    return tuple(
        case(("3.5 m",), case_id=f"c{place}", papers=(f"arxiv:1111.{place // per_paper:05}",))
        for place in range(count)
    )


def scored(
    asked: Sequence[Case],
    values: Values,
    name: str = "hand",
    confidence: Sequence[float] | None = None,
) -> Run:
    """A run in which every case was answered alike, with these scores and, if given, confidence."""
    scores = tuple(
        Score(one.id, metric, value)
        for metric, column in values.items()
        for one, value in zip(asked, column, strict=True)
        if value is not None
    )
    sure = confidence or [TALL.confidence] * len(asked)
    replies = tuple(
        Reply(one.id, replace(TALL, confidence=c), ms=100.0)
        for one, c in zip(asked, sure, strict=True)
    )
    return Run(name, {}, tuple(asked), replies, scores)
