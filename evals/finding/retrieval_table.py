"""The figures of a retrieval benchmark as a table and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

    from evals.finding.ablation import AblationReport
    from evals.finding.retrieval import RetrievalReport
    from evals.stats import Mean


def retrieval_table(report: RetrievalReport) -> Table:
    """Means with their standard errors and intervals, and what is gained over another run."""
    from rich.table import Table

    n = next(iter(report.figures.values())).n
    missing = f"; {report.unknown} relevant papers are not in the library" if report.unknown else ""
    table = Table(
        title=f"{n} queries, {report.papers:,} papers{missing}",
        caption=f"{report.p50_ms:.1f} ms a query (p50), {report.p95_ms:.1f} ms (p95), one after the"
        f" other, embedding included; {report.machine}; [95% interval, bootstrap]",
    )
    table.add_column("measure")
    for heading in ("mean", "standard error", "interval"):
        table.add_column(heading, justify="right")
    gains = {difference.measure: difference for difference in report.differences}
    if gains:
        table.add_column("gain on the other run", justify="right")
        table.add_column("p", justify="right")
    for name, mean in report.figures.items():
        cells = [name, f"{mean.value:.4f}", f"{mean.error:.3f}", _interval(mean)]
        if name in gains:
            gain = gains[name]
            cells += [f"{gain.mean.value:+.4f} {_interval(gain.mean)}", f"{gain.p:.4f}"]
        table.add_row(*cells)
    return table


def retrieval_json(report: RetrievalReport) -> dict[str, object]:
    """The report as the `--json` object, without the run."""
    return {
        "papers": report.papers,
        "unknown": report.unknown,
        "figures": {name: _mean_json(mean) for name, mean in report.figures.items()},
        "ms": {"p50": round(report.p50_ms, 2), "p95": round(report.p95_ms, 2)},
        "machine": report.machine,
        "differences": {
            d.measure: {**_mean_json(d.mean), "p": round(d.p, 4)} for d in report.differences
        },
    }


def ablation_table(report: AblationReport) -> Table:
    """A line for each way of ranking: its means, and what it gains on the shipped one."""
    from rich.table import Table

    table = Table(
        title=f"Ways of ranking: {report.queries} queries, {report.papers:,} papers",
        caption="gain: of nDCG@10 on the way that is shipped, with its standard error; p: paired"
        f" randomisation test; {report.machine}",
    )
    table.add_column("way")
    for heading in (*report.measures, "gain", "p"):
        table.add_column(heading, justify="right")
    for row in report.rows:
        gain = f"{row.gain.value:+.4f} ± {row.gain.error:.4f}" if row.gain else ""
        p = "" if row.p is None else f"{row.p:.4f}"
        values = (f"{row.means[name]:.4f}" for name in report.measures)
        table.add_row(row.name, *values, gain, p, style="bold" if row.gain is None else "")
    return table


def ablation_json(report: AblationReport) -> dict[str, object]:
    """The report as the `--json` object."""
    return {
        "papers": report.papers,
        "queries": report.queries,
        "machine": report.machine,
        "rows": [
            {
                "way": row.name,
                **{name: round(value, 4) for name, value in row.means.items()},
                "gain": _mean_json(row.gain) if row.gain else None,
                "p": None if row.p is None else round(row.p, 4),
            }
            for row in report.rows
        ],
    }


def _interval(mean: Mean) -> str:
    return f"[{mean.low:.4f}, {mean.high:.4f}]"


def _mean_json(mean: Mean) -> dict[str, object]:
    return {
        "mean": round(mean.value, 4),
        "standard_error": round(mean.error, 4),
        "interval_95": [round(mean.low, 4), round(mean.high, 4)],
        "n": mean.n,
    }
