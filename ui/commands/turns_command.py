"""The command that learns which questions go on about a conversation: eval turns."""

from __future__ import annotations

from typing import Annotated

import typer

from ui.console import out, print_json, progress
from ui.opening import JsonOption, settings


def turns(
    write: Annotated[bool, typer.Option(help="Keep what was learned.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Fit what tells questions that go on about a conversation from others, by folds."""
    from dataclasses import asdict

    from evals.evidence.turns_fit import run_turns, turns_table

    with progress() as show:
        told = run_turns(settings(), write=write, progress=show)
    if as_json:
        print_json([asdict(one) for one in told])
        return
    out().print(turns_table(told))
