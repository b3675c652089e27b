"""The speed benchmark as tables for a terminal, as JSON, and as a plot."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

    from evals.speed.bench import BenchReport, SizeReport

_MB = 1e6


def bench_tables(report: BenchReport) -> list[Table]:
    """Growth by size, then ingest and arrival."""
    return [_growth(report), _coming_in(report)]


def _growth(report: BenchReport) -> Table:
    from rich.table import Table

    table = Table(
        title="A library by its size",
        caption=f"{report.machine}; {report.busy:.0%} busy with other work; {report.embedder}",
    )
    table.add_column("papers", justify="right")
    for heading in (
        "words s",
        "open s",
        "first s",
        "p50 ms",
        "p95 ms",
        "beyond embedding p50",
        "p95",
        "recall@10",
        "serving MB",
        "disk MB",
    ):
        table.add_column(heading, justify="right")
    for size in report.sizes:
        table.add_row(*_cells(size))
    return table


def _cells(size: SizeReport) -> tuple[str, ...]:
    search = size.search
    return (
        f"{size.papers:,}",
        f"{size.words_s:.1f}",
        f"{size.open_s:.2f}",
        f"{size.first_result_s:.2f}",
        f"{search.p50_ms:.1f}",
        f"{search.p95_ms:.1f}",
        f"{search.beyond_p50_ms:.1f}",
        f"{search.beyond_p95_ms:.1f}",
        f"{size.recall:.4f}",
        f"{size.serving_mb:.0f}",
        f"{size.disk.total / _MB:.0f}",
    )


def _coming_in(report: BenchReport) -> Table:
    from rich.table import Table

    rate, arrived = report.ingest, report.arrival
    table = Table(title="Papers coming in", show_header=False)
    table.add_column("what")
    table.add_column("figure", justify="right")
    for what, figure in (
        (f"embedding alone, {rate.papers} papers × {rate.rounds}", f"{rate.bare:.1f} papers/s"),
        ("whole ingest of the same", f"{rate.whole:.1f} papers/s ({rate.share:.0%})"),
        (f"{arrived.papers} papers from another process, by words", f"{arrived.words_s:.1f} s"),
        ("and by vectors", f"{arrived.vectors_s:.1f} s"),
        (f"{arrived.searches} searches meanwhile, p50", f"{arrived.p50_ms:.0f} ms"),
        ("the slowest of them", f"{arrived.worst_ms:.0f} ms"),
    ):
        table.add_row(what, figure)
    return table


def bench_json(report: BenchReport) -> dict[str, object]:
    """The report as the `--json` object."""
    return asdict(report)


def plot_growth(report: BenchReport, path: Path) -> None:
    """Draw latency and memory by size into `path` (SVG, PNG or PDF by its suffix)."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.6), layout="constrained")
    FigureCanvasAgg(figure)
    times, memory = figure.subplots(1, 2)
    sizes = [size.papers for size in report.sizes]
    for label, values in (
        ("whole search, p50", [s.search.p50_ms for s in report.sizes]),
        ("whole search, p95", [s.search.p95_ms for s in report.sizes]),
        ("beyond the embedding, p50", [s.search.beyond_p50_ms for s in report.sizes]),
    ):
        times.plot(sizes, values, marker="o", label=label)
    times.set(xlabel="papers", ylabel="ms", title="A warm search", xscale="log", ylim=(0, None))
    times.legend(frameon=False)
    for label, values in (
        ("memory of a serving process", [s.serving_mb for s in report.sizes]),
        ("disk", [s.disk.total / _MB for s in report.sizes]),
    ):
        memory.plot(sizes, values, marker="o", label=label)
    memory.set(xlabel="papers", ylabel="MB", title="Memory and disk", ylim=(0, None))
    memory.legend(frameon=False)
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
