"""The command that tunes the cross-encoder to questions: eval tune."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui.console import out, print_json, progress
from ui.opening import JsonOption, settings


def tune(
    data: Annotated[Path, typer.Option(metavar="DIR", help="The folder that holds arxiv_daily.")],
    vectors: Annotated[
        Path | None,
        typer.Option(metavar="FILE.npz", help="Where to keep vectors between runs."),
    ] = None,
    epochs: Annotated[
        int | None,
        typer.Option(min=1, max=20, help="How often each question is seen; twice, unless given."),
    ] = None,
    onward: Annotated[
        bool, typer.Option("--onward", help="Go on from what was learned before.")
    ] = False,
    write: Annotated[bool, typer.Option(help="Keep what was learned.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Tune the reader of sentences to questions, and show what that changes for others."""
    from dataclasses import asdict

    from evals.evidence.confidence_table import tuning_tables
    from evals.evidence.tuning_run import EPOCHS, TuningSources, run_tuning

    sources = TuningSources(data, vectors, epochs or EPOCHS, onward=onward, write=write)
    with progress() as show:
        ways = run_tuning(settings(), sources, show)
    if as_json:
        print_json([asdict(way) for way in ways])
    else:
        out().print(*tuning_tables(ways), sep="\n")
