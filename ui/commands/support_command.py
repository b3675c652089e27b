"""The command that measures the check of sentences: eval support."""

from __future__ import annotations

from typing import Annotated

import typer

from ui.commands.validate_commands import KEPT, DataOption, KeptOption
from ui.console import out, print_json, progress
from ui.opening import JsonOption, settings


def register(app: typer.Typer) -> None:
    """Add the command to the `eval` group."""
    app.command()(support)


def support(
    data: DataOption,
    judge: Annotated[
        str, typer.Option(metavar="NAME", help="Also measure a judge: local, openai:MODEL.")
    ] = "",
    most: Annotated[
        int, typer.Option("-n", min=0, help="Claims of each half that it judges; 0: all.")
    ] = 150,
    kept: KeptOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure each layer of the check of sentences, fit its constants, seed defects."""
    from evals.judging.support import Plan, run_support
    from evals.judging.support_table import support_json, support_tables

    config = settings()
    plan = Plan(data, kept or config.cache / KEPT, judge.removeprefix("judge:"), most)
    with progress() as show:
        report = run_support(config, plan, show)
    if as_json:
        print_json(support_json(report))
    else:
        for table in support_tables(report):
            out().print(table)
