"""The commands that hand a run on: eval report, eval export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui.console import out, plain

RunFolderArgument = Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run.")]


def report(
    run: RunFolderArgument,
    against: Annotated[
        Path | None,
        typer.Option(
            metavar="OTHER", help="The folder of an older run of the same cases to hold it against."
        ),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help="Where to write it: .html, .md or .json; without it, report.html in RUN.",
            show_default=False,
        ),
    ] = None,
    prices: Annotated[
        str,
        typer.Option(
            metavar="READ,WRITTEN[,CACHED]",
            help="What a million tokens cost, in any currency: then the report tells the cost.",
        ),
    ] = "",
) -> None:
    """Write a run as one page: figures with intervals, plots, and every case with its quotes."""
    from evals.report.writing import write_report
    from evals.scorers.cost import Prices

    path = file or run / "report.html"
    write_report(run, path, against, Prices.parse(prices) if prices else None)
    out().print(plain(str(path)), soft_wrap=True)


def export(
    run: RunFolderArgument,
    file: Annotated[
        Path,
        typer.Option("--out", metavar="FILE", help="Where to write it: .eval or .json."),
    ],
) -> None:
    """Write a run as a log of inspect_ai, for `inspect view`; needs the extra `inspect`."""
    from evals.report.inspect_log import export_log
    from evals.runs.run_folder import read_run

    export_log(read_run(run), file)
    out().print(plain(str(file)), soft_wrap=True)
