"""The report as Markdown: figures, and every case that is not right, with both answers if two."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from evals.comparing.compare_table import said, verdict
from evals.comparing.summary import Figure, interval, shown
from evals.report.case_view import CaseView
from evals.report.content import Report, cautions
from evals.score import Reply
from evals.scorers.cards import Card

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~&#!$])")


def report_markdown(report: Report) -> str:
    """The whole report; texts of others are escaped so that they stay text in any reader."""
    replies = {reply.case_id: reply for reply in report.run.replies}
    others = {reply.case_id: reply for reply in report.other.replies} if report.other else {}
    return "\n".join(
        (
            *_heading(report),
            *_figures(report),
            *_groups(report),
            *_times(report),
            *_cases(report, replies, others),
        )
    )


def escaped(text: str) -> str:
    """`text` as one line of Markdown that says the same and does nothing."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _heading(report: Report) -> Iterator[str]:
    yield f"# Eval report: {escaped(report.run.name)}"
    yield ""
    right = report.right
    told = [f"{len(report.run.cases):,} cases"]
    if right.n:
        told.append(
            f"{right.count:,} of {right.n:,} right in every verdict"
            f" ({right.value:.0%}, 95% interval {right.low:.0%} to {right.high:.0%})"
        )
    told.append(f"{report.failed:,} failed")
    if report.cost is not None:
        told.append(f"{report.cost:,.4f} spent at the prices given")
    yield ", ".join(told) + "."
    yield ""
    if report.comparison:
        yield f"Held against {escaped(report.comparison.a)}:"
        yield escaped(" ".join((verdict(report.comparison, report.run.name), *cautions(report))))
        yield ""


def _figures(report: Report) -> Iterator[str]:
    yield "## Summary"
    yield ""
    head = ["metric", "better", "mean", "95% interval", "cases"]
    if report.comparison:
        head += ["difference", "p (Holm)"]
    yield from _table([*head, "card"], (_row(report, f) for f in report.summary.overall.figures))


def _row(report: Report, figure: Figure) -> tuple[str, ...]:
    metric = figure.metric
    cells = [escaped(metric.title), metric.better, shown(figure.mean.value, figure.unit)]
    cells += [interval(figure.mean, figure.unit), str(figure.mean.n)]
    if report.comparison:
        found = report.differences.get(metric.name)
        told = f"{found.mean.value:+.3f} {interval(found.mean)}" if found else ""
        cells += [told, f"{found.holm:.3f}" if found else ""]
    card = report.cards.get(metric.name)
    return (
        *cells,
        _card(card, metric.name) if card else "unvalidated" if figure.unit == "share" else "",
    )


def _card(card: Card, metric: str) -> str:
    judge = f"{card.scorer}: " if card.scorer != metric else ""
    figure = f"{card.measure} {card.value:.2f} [{card.low:.2f}, {card.high:.2f}]"
    return escaped(f"{judge}{figure} on {card.labelled_set}, n = {card.n:,}")


def _groups(report: Report) -> Iterator[str]:
    """Every metric by kind and by tag, as means; intervals are in the JSON."""
    for heading, summary in (("By kind", report.kinds), ("By tag", report.tags)):
        groups = sorted(summary.groups, key=lambda group: -group.cases)
        if not groups:
            continue
        metrics = [f.metric for f in report.summary.overall.figures if f.unit == "share"]
        yield f"## {heading}"
        yield ""
        rows = []
        for group in groups:
            means = {f.metric.name: shown(f.mean.value, f.unit) for f in group.figures}
            cells = (means.get(metric.name, "") for metric in metrics)
            rows.append((escaped(group.name.replace("_", " ")), str(group.cases), *cells))
        yield from _table(["", "cases", *(escaped(metric.title) for metric in metrics)], rows)


def _times(report: Report) -> Iterator[str]:
    if not report.latencies:
        return
    yield "## Milliseconds by stage"
    yield ""
    rows = (
        (escaped(stage), f"{p50:,.1f}", f"{p95:,.1f}")
        for stage, (p50, p95) in report.latencies.items()
    )
    yield from _table(["stage", "p50", "p95"], rows)


def _cases(report: Report, replies: dict[str, Reply], others: dict[str, Reply]) -> Iterator[str]:
    wanting = [view for view in report.cases if view.outcome.verdict != "right" or view.change]
    yield f"## Cases that are not right: {sum(v.outcome.verdict != 'right' for v in wanting)}"
    yield ""
    if not wanting:
        return
    if others:
        yield "And those that changed."
        yield ""
    for view in wanting:
        yield from _case(view, replies, others)


def _case(view: CaseView, replies: dict[str, Reply], others: dict[str, Reply]) -> Iterator[str]:
    case = view.case
    marks = ", ".join(filter(None, (view.outcome.verdict, view.change, view.label)))
    yield f"### {escaped(case.question)}"
    yield ""
    yield f"- case: {escaped(case.id)} ({escaped(marks)})"
    yield f"- answer: {escaped(said(replies[case.id]))}"
    if case.id in others:
        yield f"- answer of the other run: {escaped(said(others[case.id]))}"
    if case.facts:
        facts = ("/".join(fact) for fact in case.facts)
        yield f"- wanted: {escaped('; '.join(facts))}"
    for grade in view.outcome.grades:
        if not grade.best:
            why = f": {grade.score.why}" if grade.score.why else ""
            yield f"- {escaped(f'{grade.metric.title} {grade.score.value:.2f}{why}')}"
    yield ""


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""
