"""A comparison, and its false alarms, as tables for a terminal and as JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from evals.comparing.compare import Change, Comparison, Difference
from evals.comparing.null import NullReport
from evals.comparing.power import LEVEL
from evals.comparing.summary import interval, mean_json, shown
from evals.runs.reply_lines import reply_json
from evals.score import Reply
from evals.stats import Rate
from evals.tables import Fitting

if TYPE_CHECKING:
    from rich.table import Table


_NOTES = {
    "interval": "[95% interval, clustered by paper]",
    "p": "p: paired permutation test",
    "Holm": "Holm: p corrected for all rows",
    "seen from": "seen from: the smallest true difference that these cases show with 80% chance",
    "needs": "needs: cases for the seen difference to be shown with 80% chance",
}
_FOUND = ("A", "B", "B - A", "interval", "Holm")
_POWER = ("p", "seen from", "cases", "needs")


def compare_table(comparison: Comparison) -> Fitting:
    """A row a metric; bold where B differs from A with p < 0.05 after Holm's correction.

    Where that is too wide, what was found stands above what more cases would show.
    """
    from rich.markup import escape

    left_out = ""
    if comparison.only_a or comparison.only_b:
        left_out = f"; left out: {comparison.only_a} only in A, {comparison.only_b} only in B"
    title = (
        f"A: {escape(comparison.a)}, B: {escape(comparison.b)};"
        f" {comparison.cases} common cases{left_out}"
    )
    whole = (*_FOUND[:-1], "p", "Holm", *_POWER[1:])
    rows = comparison.differences
    return Fitting(
        (
            (_columns(rows, whole, title),),
            (_columns(rows, _FOUND, title), _columns(rows, _POWER, "How sure that is")),
        )
    )


def _columns(rows: Sequence[Difference], headings: Sequence[str], title: str) -> Table:
    from rich.markup import escape
    from rich.table import Table

    notes = "; ".join(note for heading, note in _NOTES.items() if heading in headings)
    table = Table(title=title, caption=notes)
    table.add_column("metric")
    for heading in headings:
        table.add_column(heading, justify="right")
    for row in rows:
        cells = _cells(row)
        shown_cells = (cells[heading] for heading in headings)
        table.add_row(escape(row.metric.title), *shown_cells, style=_style(row))
    return table


def _cells(row: Difference) -> dict[str, str]:
    """What each column says of a metric, by its heading."""
    return {
        "A": shown(row.a),
        "B": shown(row.b),
        "B - A": "" if math.isnan(row.mean.value) else f"{row.mean.value:+.3f}",
        "interval": interval(row.mean),
        "p": f"{row.p:.4f}",
        "Holm": f"{row.holm:.4f}",
        "seen from": "" if row.smallest is None else f"{row.smallest:.3f}",
        "cases": str(row.mean.n),
        "needs": "" if row.needed is None else f"{row.needed:,}",
    }


def _style(row: Difference) -> str:
    if not row.holm < LEVEL:
        return ""
    return "bold green" if row.gain > 0 else "bold red"


def verdict(comparison: Comparison, b: str = "B") -> str:
    """In one sentence, what the comparison shows of B, which is called `b`."""
    certain = [row for row in comparison.differences if row.holm < LEVEL]
    if not certain:
        return "No metric differs with p < 0.05 after Holm's correction."
    better = [row.metric.title for row in certain if row.gain > 0]
    worse = [row.metric.title for row in certain if row.gain < 0]
    said = [
        f"{word} in {', '.join(of)}" for word, of in (("better", better), ("worse", worse)) if of
    ]
    return f"{b} is {' and '.join(said)} (p < 0.05 after Holm's correction)."


def changes_table(title: str, changes: Sequence[Change], most: int) -> Table:
    """Cases with both answers, one below the other; at most `most`, and how many more there are."""
    from rich.markup import escape
    from rich.table import Table

    more = len(changes) - most
    table = Table(
        title=f"{title}: {len(changes)}",
        caption=f"{more} more are in --json, or with --changes {len(changes)}" if more > 0 else "",
        box=None,
        show_header=False,
        pad_edge=False,
        title_justify="left",
        caption_justify="left",
    )
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for change in changes[:most]:
        by = ", ".join(_titles((*change.fixed, *change.broken)))
        table.add_row("case", escape(change.case.id), style="bold")
        table.add_row("asked", escape(change.case.question))
        table.add_row("A", escape(said(change.a)))
        table.add_row("B", escape(said(change.b)))
        table.add_row("why", escape("; ".join((by, *change.whys))))
        table.add_row()
    return table


def _titles(metrics: Sequence[str]) -> list[str]:
    from evals.scorers import METRICS

    titles = {metric.name: metric.title for metric in METRICS}
    return [titles.get(name, name) for name in metrics]


def said(reply: Reply) -> str:
    """What came of a case, in words."""
    if reply.answer is None:
        return f"failed: {reply.error}"
    if reply.answer.abstained:
        return f"abstained: {reply.answer.reason}"
    return reply.answer.answer


def compare_json(comparison: Comparison) -> dict[str, object]:
    """The comparison as the `--json` object."""
    return {
        "a": comparison.a,
        "b": comparison.b,
        "cases": comparison.cases,
        "only_a": comparison.only_a,
        "only_b": comparison.only_b,
        "graded_alike": comparison.graded_alike,
        "settings": {key: list(values) for key, values in comparison.settings.items()},
        "metrics": {row.metric.name: _difference_json(row) for row in comparison.differences},
        "fixed": [_change_json(change) for change in comparison.fixed],
        "broken": [_change_json(change) for change in comparison.broken],
    }


def _difference_json(row: Difference) -> dict[str, object]:
    def number(value: float) -> float | None:
        return None if math.isnan(value) else round(value, 6)

    return {
        "title": row.metric.title,
        "better": row.metric.better,
        "a": number(row.a),
        "b": number(row.b),
        "difference": mean_json(row.mean),
        "p": round(row.p, 6),
        "p_holm": round(row.holm, 6),
        "seen_from": None if row.smallest is None else number(row.smallest),
        "cases_needed": row.needed,
    }


def _change_json(change: Change) -> dict[str, object]:
    return {
        "case": change.case.id,
        "question": change.case.question,
        "fixed": list(change.fixed),
        "broken": list(change.broken),
        "whys": list(change.whys),
        "a": reply_json(change.a),
        "b": reply_json(change.b),
    }


def null_table(report: NullReport) -> Table:
    """How often each metric gave a false alarm, and how often any did."""
    from rich.markup import escape
    from rich.table import Table

    table = Table(
        title=f"False alarms in {report.times:,} comparisons of {escape(report.a)} and"
        f" {escape(report.b)} after random trades, {report.cases} cases",
        caption="differ: cases that do; test: share with p < 0.05, uncorrected; interval: share"
        " whose 95% interval leaves out 0; [95% interval, Wilson]",
    )
    table.add_column("metric")
    for heading in ("differ", "test", "interval"):
        table.add_column(heading, justify="right")
    for row in report.metrics:
        excludes_0 = _share(row.interval) if row.interval else ""
        cells = (str(row.differing), _share(row.test), excludes_0)
        table.add_row(escape(row.metric.title), *cells)
    table.add_section()
    table.add_row("any, uncorrected", "", _share(report.any_test))
    table.add_row("any, after Holm", "", _share(report.any_holm), style="bold")
    return table


def _share(share: Rate) -> str:
    return f"{share.value:.1%} [{share.low:.1%}, {share.high:.1%}]"


def null_json(report: NullReport) -> dict[str, object]:
    """The false alarms as the `--json` object."""

    def share(rate: Rate) -> dict[str, object]:
        """A rate of alarms with its interval, to six digits."""
        return {
            "count": rate.count,
            "n": rate.n,
            "share": round(rate.value, 6),
            "interval_95": [round(rate.low, 6), round(rate.high, 6)],
        }

    return {
        "a": report.a,
        "b": report.b,
        "cases": report.cases,
        "times": report.times,
        "metrics": {
            row.metric.name: {
                "differing": row.differing,
                "test": share(row.test),
                "interval": share(row.interval) if row.interval else None,
            }
            for row in report.metrics
        },
        "any_test": share(report.any_test),
        "any_holm": share(report.any_holm),
    }
