"""The command that fits the adapter of questions' vectors: eval adapter."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui.console import out, print_json, progress
from ui.opening import JsonOption, settings


def adapter(
    data: Annotated[
        Path, typer.Option(metavar="DIR", help="The folder that holds arxiv_daily and scifact.")
    ],
    vectors: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to keep vectors between runs.")
    ] = None,
    write: Annotated[bool, typer.Option(help="Keep the fit.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Fit what moves questions' vectors towards their papers, and show what it changes."""
    from dataclasses import asdict

    from evals.evidence.adapter import AdapterSources, run_adapter
    from evals.evidence.adapter_table import adapter_table

    with progress() as show:
        found = run_adapter(settings(), AdapterSources(data, vectors, write), show)
    if as_json:
        print_json([asdict(one) for one in found])
    else:
        out().print(adapter_table(found))
