"""The command that fits what tells questions to the catalogue apart: eval kinds."""

from __future__ import annotations

from typing import Annotated

import typer

from ui.console import out, print_json, progress
from ui.opening import JsonOption, settings


def kinds(
    write: Annotated[bool, typer.Option(help="Keep the weights that were fitted.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Fit what tells questions to the catalogue from others; how well it does, by folds."""
    from dataclasses import asdict

    from evals.evidence.kinds import kinds_tables, run_kinds

    with progress() as show:
        report = run_kinds(settings(), write=write, progress=show)
    if as_json:
        print_json(asdict(report))
    else:
        out().print(*kinds_tables(report), sep="\n")
