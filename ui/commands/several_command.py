"""The command that learns how questions to several papers are told and read: eval several."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui.console import out, print_json, progress
from ui.opening import JsonOption, settings


def several(
    data: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The folder that holds arxiv_daily: tune the reader too."),
    ] = None,
    vectors: Annotated[
        Path | None,
        typer.Option(metavar="FILE.npz", help="Where to keep vectors between runs."),
    ] = None,
    write: Annotated[bool, typer.Option(help="Keep what was learned.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Fit what tells questions to several papers, and tune what reads parts of their answers."""
    from dataclasses import asdict

    from evals.evidence.several_fit import run_several, several_table
    from evals.evidence.several_run import parts_table, run_parts

    with progress() as show:
        parts = run_parts(settings(), data, vectors, write=write, progress=show) if data else ()
    told = run_several(write=write)
    if as_json:
        print_json({"told": [asdict(x) for x in told], "parts": [asdict(x) for x in parts]})
        return
    out().print(several_table(told))
    if parts:
        out().print(parts_table(parts))
