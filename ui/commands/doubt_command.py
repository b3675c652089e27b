"""The command that counts what a chat model makes up: eval doubt."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui.console import out, print_json
from ui.opening import JsonOption


def doubt(
    extractive: Annotated[
        Path, typer.Argument(metavar="EXTRACTIVE", help="The folder of a run by extractive.")
    ],
    run: Annotated[
        Path, typer.Argument(metavar="RUN", help="One of the same cases by a chat model.")
    ],
    as_json: JsonOption = False,
) -> None:
    """Count how often a chat model made something up, by confidence and whether papers answer."""
    from dataclasses import asdict

    from evals.runs.run_folder import read_run
    from evals.writing.doubt import doubt_table, invented

    found = invented(read_run(extractive), read_run(run))
    if as_json:
        print_json({"bands": [{**asdict(one), "odds": one.odds} for one in found]})
    else:
        out().print(doubt_table(found))
