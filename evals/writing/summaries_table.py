"""The figures of summaries, for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from evals.stats import Mean, Rate
from evals.writing.parts import PartFigures, ToldFigures
from evals.writing.summaries import SummariesReport, SummaryFigures

if TYPE_CHECKING:
    from rich.table import Table

    from evals.judging.agreement import Agreement


def summaries_tables(
    report: SummariesReport, parts: Sequence[PartFigures], told: Sequence[ToldFigures]
) -> list[Table]:
    """Each level of each summary, what it covers, the table's cells, and the parts if measured."""
    tables = [_levels(report), _coverage(report), _cells(report)]
    if parts:
        tables.append(_parts(parts))
    if told:
        tables.append(_told(told))
    return tables


def _levels(report: SummariesReport) -> Table:
    from rich.table import Table

    table = Table(
        title=f"Summaries of {report.papers} papers on {report.backend}",
        caption=f"{report.machine}; words are of one node",
    )
    table.add_column("summary")
    table.add_column("level")
    for heading in ("nodes", "sentences", "words", "supported", "unchecked", "repaired", "dropped"):
        table.add_column(heading, justify="right")
    for summary in report.summaries:
        for level in summary.levels:
            table.add_row(
                _kind(summary),
                level.level,
                str(level.nodes),
                str(level.sentences),
                f"{level.words:.0f}",
                _rate(level.supported),
                str(level.unchecked),
                str(level.repaired),
                str(level.dropped),
            )
    return table


def _coverage(report: SummariesReport) -> Table:
    from rich.table import Table

    table = Table(
        title="What they cover: cosine of a paper's sentences to the nearest of its summary",
    )
    table.add_column("summary")
    for heading in ("its own", "first as many", "any as many", "papers cited", "audit", "seconds"):
        table.add_column(heading, justify="right")
    for summary in report.summaries:
        cited = ", ".join(f"{level} {share:.0%}" for level, share in summary.cited.items())
        table.add_row(
            _kind(summary),
            _mean(summary.coverage),
            _mean(summary.first),
            _mean(summary.drawn),
            cited or "—",
            f"{summary.wrong} wrong",
            f"{summary.seconds:.1f}",
        )
    return table


def _cells(report: SummariesReport) -> Table:
    from rich.table import Table

    table = Table(title="Cells of a comparison table, against labels")
    for heading in ("says it: right quote", "does not say it: blank", "seconds"):
        table.add_column(heading, justify="right")
    figures = report.table
    table.add_row(_rate(figures.right), _rate(figures.blank), f"{figures.seconds:.1f}")
    return table


def _parts(parts: Sequence[PartFigures]) -> Table:
    from rich.table import Table

    table = Table(title="Parts of sentences, against the headings of PubMedQA's abstracts")
    table.add_column("half")
    for heading in ("n", "accuracy", "mean F1", "by place alone"):
        table.add_column(heading, justify="right")
    for one in parts:
        table.add_row(
            one.half,
            str(one.accuracy.n),
            *(_agreement(figure) for figure in (one.accuracy, one.macro_f1, one.by_place)),
        )
    return table


def _told(told: Sequence[ToldFigures]) -> Table:
    from rich.table import Table

    table = Table(title="Of the three parts of an abstract, the share that its short summary tells")
    table.add_column("half")
    for heading in ("abstracts", "summary", "first as many", "any as many"):
        table.add_column(heading, justify="right")
    for one in told:
        figures = (_mean(figure) for figure in (one.told, one.first, one.drawn))
        table.add_row(one.half, str(one.abstracts), *figures)
    return table


def _kind(summary: SummaryFigures) -> str:
    return "by parts" if summary.parts else "short"


def _rate(one: Rate) -> str:
    return f"{one.value:.2f} [{one.low:.2f}, {one.high:.2f}] of {one.n}"


def _mean(one: Mean) -> str:
    return f"{one.value:.3f} [{one.low:.3f}, {one.high:.3f}]"


def _agreement(one: Agreement) -> str:
    return f"{one.value:.3f} [{one.low:.3f}, {one.high:.3f}]"
