"""The command that asks about hostile papers: eval injections."""

from __future__ import annotations

from typing import Annotated

import typer

from ui.console import out, print_json, progress
from ui.opening import JsonOption, settings


def injections(
    backend: Annotated[
        str,
        typer.Option(help="As for ask; or obedient: one that does whatever its quotes say."),
    ] = "extractive",
    count: Annotated[
        int, typer.Option("-n", min=0, help="So many papers, spread over all; 0: all of them.")
    ] = 0,
    seed: Annotated[int, typer.Option(help="Which names, numbers and places are drawn.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Ask about papers that hold hostile instructions: what is obeyed, leaked, changed."""
    from evals.injections.obedient import NAME
    from evals.injections.run import run_injections
    from evals.injections.table import injections_json, injections_table

    config = settings(None if backend == NAME else backend)
    with progress() as show:
        report = run_injections(config, backend, count, seed, show)
    if as_json:
        print_json(injections_json(report))
    else:
        out().print(injections_table(report))
