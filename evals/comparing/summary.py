"""What a run comes to: every metric with its interval, over all cases and by group."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from evals.arrays import clusters, grades
from evals.cases import Case
from evals.comparing.set_contrast import set_means
from evals.score import Metric, Run
from evals.scorers.markers import marker_texts, without_markers
from evals.speed.latency import TOTAL
from evals.stats import Mean, clustered_mean
from evals.tables import Fitting
from rag.errors import ConfigError
from rag.types import Answer

if TYPE_CHECKING:
    from rich.table import Table

Unit = Literal["share", "count", "ms", "tokens"]
"""What a figure is counted in; `share` is a number in [0, 1]."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One metric over some cases; `mean.n` counts the cases that have a score of it."""

    metric: Metric
    mean: Mean
    unit: Unit = "share"


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of some cases; `failed` of the `cases` have an error instead of an answer.

    Only metrics that at least one of the cases has a score of are there.
    """

    name: str
    cases: int
    failed: int
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """A run's figures over all cases, and in each group of `by` ("" if there are none)."""

    run: str
    by: str
    overall: Group
    groups: tuple[Group, ...] = ()


_GROUPS: dict[str, Callable[[Case], tuple[str, ...]]] = {
    "tag": lambda case: case.tags,
    "kind": lambda case: (case.unanswerable or case.kind,),
    "split": lambda case: (case.split,),
}
_TOTALS = (("ms_p50", "ms, median"), ("ms_p95", "ms, 95th percentile"))
_TOKENS = (
    ("tokens_prompt", "tokens read"),
    ("tokens_completion", "tokens written"),
    ("tokens_cached", "tokens read from a cache"),
)
_LONG = 80  # words
MOST_GROUPS = 7
"""As many as are read; the JSON has all."""
_CLUSTERED = "[95% interval], clustered by paper"


def summarise(run: Run, by: str = "") -> Summary:
    """Every metric of the run's scores with a 95% interval, see `stats.clustered_mean`; over all
    cases also AURC and calibration, milliseconds and tokens, as far as known.

    `by` groups the cases: `tag` (a case may be in several), `kind` (of an unanswerable case, why)
    or `split`. Raises ConfigError for another `by`.
    """
    if by and by not in _GROUPS:
        raise ConfigError(f"cases cannot be grouped by {by!r}: take one of {', '.join(_GROUPS)}")
    metrics = metrics_of(run)
    members: dict[str, list[Case]] = {}
    for case in run.cases if by else ():
        for name in _GROUPS[by](case):
            members.setdefault(name, []).append(case)
    groups = (_group(run, name, cases, metrics) for name, cases in members.items())
    overall = _group(run, "all", run.cases, metrics)
    overall = replace(overall, figures=(*overall.figures, *_of_the_set(run)))
    return Summary(run.name, by, overall, tuple(groups))


def metrics_of(*runs: Run) -> tuple[Metric, ...]:
    """The metrics that the runs' scores name: known ones as a report orders them, then others."""
    from evals.scorers import METRICS

    named = dict.fromkeys(score.metric for run in runs for score in run.scores)
    known = {metric.name: metric for metric in METRICS}
    others = (Metric(name, name, "A metric of another system.") for name in named)
    return (
        *(metric for metric in METRICS if metric.name in named),
        *(metric for metric in others if metric.name not in known),
    )


def _of_the_set(run: Run) -> Iterator[Figure]:
    """What is no mean of scores: selective answering, markers, words, milliseconds, tokens; as
    far as known.
    """
    from evals.scorers.cost import latencies, tokens

    for metric, mean in set_means(run, run.cases, clusters(run.cases)):
        yield Figure(metric, mean)
    yield from _markers(run)
    yield from _words(run)
    if TOTAL in (times := latencies(run.replies)):
        n = sum(reply.ms is not None for reply in run.replies)
        for (name, title), ms in zip(_TOTALS, times[TOTAL], strict=True):
            yield _known(name, title, "Time of an answer as the asker saw it.", ms, n, "ms")
    n = sum(reply.tokens is not None for reply in run.replies)
    for (name, title), count in zip(_TOKENS, tokens(run.replies) or (), strict=False):
        yield _known(name, title, "Tokens for an answer, on average.", count, n, "tokens")


def _markers(run: Run) -> Iterator[Figure]:
    """Markers that point at nothing: those printed, of which there must be none, and those that
    were removed before anyone read them; another system does not tell the latter.
    """
    answers = [reply.answer for reply in run.replies if reply.answer]
    if not answers:
        return
    said = "Numbers in brackets in the answers' texts that no citation of the answer has."
    found = sum(map(_invalid_markers, answers))
    yield _known("invalid_markers", "invalid markers", said, found, len(answers), "count")
    if "answers" not in run.config:
        said = "Markers of the chat model's drafts that pointed at nothing and so are not printed."
        found = sum(answer.removed_markers for answer in answers)
        title = "invalid markers removed"
        yield _known("removed_markers", title, said, found, len(answers), "count")


def _invalid_markers(answer: Answer) -> int:
    known = {citation.marker for citation in (*answer.citations, *answer.nearest)}
    printed = (number for _, numbers in marker_texts(answer.answer) for number in numbers)
    return sum(number not in known for number in printed)


def _words(run: Run) -> Iterator[Figure]:
    """How long the answers to questions of one fact are, in words without markers."""
    import numpy as np

    answers = {reply.case_id: reply.answer for reply in run.replies}
    words, cases = [], []
    for case in run.cases:
        answer = answers.get(case.id)
        if case.kind == "fact" and answer and not answer.abstained:
            words.append(len(without_markers(answer.answer).split()))
            cases.append(case)
    if not cases:
        return
    said = "Words of the longest answer to a question of kind fact."
    yield _known("words_longest", "words, longest (fact)", said, max(words), len(words), "count")
    said = f"Share of answers to questions of kind fact that have {_LONG} words or more."
    long = np.array([count >= _LONG for count in words], dtype=np.float64)
    share = clustered_mean(long, np.ones(len(words)), clusters(cases))
    title = f"{_LONG} words or more (fact)"
    yield Figure(Metric("words_80", title, said, better="lower"), share)


def _known(name: str, title: str, definition: str, value: float, n: int, unit: Unit) -> Figure:
    """A figure of `n` replies, of which no interval is told."""
    mean = Mean(value, math.nan, math.nan, math.nan, n)
    return Figure(Metric(name, title, definition, better="lower"), mean, unit)


def _group(run: Run, name: str, cases: Sequence[Case], metrics: Sequence[Metric]) -> Group:
    table = grades(run.scores, cases, [metric.name for metric in metrics])
    cluster = clusters(cases)
    means = [
        clustered_mean(table.sums[:, place], table.weights[:, place], cluster)
        for place in range(len(metrics))
    ]
    ids = {case.id for case in cases}
    failed = sum(bool(reply.error) for reply in run.replies if reply.case_id in ids)
    figures = (Figure(metric, mean) for metric, mean in zip(metrics, means, strict=True))
    return Group(name, len(cases), failed, tuple(f for f in figures if f.mean.n))


def summary_table(summary: Summary) -> Fitting:
    """The overall figures, and below them those of the largest groups, side by side as far as
    there is room.
    """
    groups = sorted(summary.groups, key=lambda group: -group.cases)[:MOST_GROUPS]
    overall = _overall_table(summary)
    return Fitting(
        [
            [
                overall,
                *(
                    _group_table(summary, groups[first : first + beside])
                    for first in range(0, len(groups), beside)
                ),
            ]
            for beside in range(max(len(groups), 1), 0, -1)
        ]
    )


def _overall_table(summary: Summary) -> Table:
    from rich.markup import escape
    from rich.table import Table

    told = f"{summary.overall.cases} cases, {summary.overall.failed} failed"
    table = Table(title=f"{escape(summary.run)}: {told}", caption=_CLUSTERED)
    table.add_column("metric")
    for heading in ("mean", "interval", "cases"):
        table.add_column(heading, justify="right")
    for figure in summary.overall.figures:
        mean, unit = figure.mean, figure.unit
        cells = (shown(mean.value, unit), interval(mean, unit), str(mean.n))
        table.add_row(escape(figure.metric.title), *cells)
    return table


def _group_table(summary: Summary, groups: Sequence[Group]) -> Table:
    """The figures that some groups have, beside the overall ones."""
    from rich.markup import escape
    from rich.table import Table

    left_out = len(summary.groups) - MOST_GROUPS
    more = f"; {left_out} smaller groups are in the JSON" if left_out > 0 else ""
    table = Table(title=f"by {summary.by}", caption=_CLUSTERED + more, show_lines=True)
    table.add_column("metric")
    for heading in ("all", *(f"{escape(group.name)}\n({group.cases})" for group in groups)):
        table.add_column(heading, justify="right")
    for figure in summary.overall.figures:
        cells = [_cell(group, figure) for group in groups]
        if any(cells):
            value = shown(figure.mean.value, figure.unit)
            table.add_row(escape(figure.metric.title), value, *cells)
    return table


def _cell(group: Group, figure: Figure) -> str:
    found = next((f for f in group.figures if f.metric.name == figure.metric.name), None)
    if found is None:
        return ""
    return f"{shown(found.mean.value, found.unit)}\n{interval(found.mean, found.unit)}"


def shown(value: float, unit: Unit = "share") -> str:
    """A figure as a table prints it; empty if there is none."""
    if math.isnan(value):
        return ""
    return format(value, ".3f" if unit == "share" else ",.0f")


def interval(mean: Mean, unit: Unit = "share") -> str:
    """The interval as a table prints it; empty if there is none."""
    if math.isnan(mean.low):
        return ""
    return f"[{shown(mean.low, unit)}, {shown(mean.high, unit)}]"


def summary_json(summary: Summary) -> dict[str, object]:
    """The summary as a JSON object; what is not known is null."""
    return {
        "run": summary.run,
        "by": summary.by,
        "overall": _group_json(summary.overall),
        "groups": [_group_json(group) for group in summary.groups],
    }


def _group_json(group: Group) -> dict[str, object]:
    return {
        "name": group.name,
        "cases": group.cases,
        "failed": group.failed,
        "figures": {
            f.metric.name: {
                "title": f.metric.title,
                "better": f.metric.better,
                "unit": f.unit,
                **mean_json(f.mean),
            }
            for f in group.figures
        },
    }


def mean_json(mean: Mean) -> dict[str, object]:
    """A mean as a JSON object; JSON has no NaN."""

    def number(value: float) -> float | None:
        return None if math.isnan(value) else round(value, 6)

    return {
        "mean": number(mean.value),
        "standard_error": number(mean.error),
        "interval_95": [number(mean.low), number(mean.high)],
        "n": mean.n,
    }
