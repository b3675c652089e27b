"""The command that measures the choice of quotes: eval quotes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui.console import out, print_json, progress
from ui.opening import JsonOption, settings


def quotes(
    data: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Labelled sets: also asks over their arXiv abstracts."),
    ] = None,
    vectors: Annotated[
        Path | None,
        typer.Option(metavar="FILE.npz", help="Where their vectors are kept between runs."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Choose quotes for the dev questions in several ways: what the best few say, and how soon."""
    from dataclasses import asdict

    from evals.evidence.quotes import quotes_table, run_quotes

    with progress() as show:
        reports = run_quotes(settings(), data, vectors, show)
    if as_json:
        print_json({"libraries": [asdict(report) for report in reports]})
    else:
        out().print(*map(quotes_table, reports), sep="\n")
