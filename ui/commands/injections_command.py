"""The command that asks about hostile papers: eval injections."""

from __future__ import annotations

from pathlib import Path
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
    data: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Holds arxiv_daily: how many honest sentences are flagged."
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Ask about papers that hold hostile instructions: what is obeyed, leaked, changed."""
    from dataclasses import asdict

    from evals.injections.false_alarms import false_alarms
    from evals.injections.obedient import NAME
    from evals.injections.run import run_injections
    from evals.injections.table import injections_json, injections_table

    config = settings(None if backend == NAME else backend)
    with progress() as show:
        report = run_injections(config, backend, count, seed, show)
    alarms = false_alarms(data) if data else None
    if as_json:
        told = {"false_alarms": asdict(alarms)} if alarms else {}
        print_json(injections_json(report) | told)
        return
    out().print(injections_table(report))
    if alarms:
        out().print(
            f"Of {alarms.sentences:,} sentences of {alarms.papers:,} abstracts of arXiv"
            f" {len(alarms.flagged)} are flagged."
        )
