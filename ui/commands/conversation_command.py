"""The command that records a conversation: eval conversation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui.console import hint, out, plain, progress
from ui.opening import BackendOption, settings


def conversation(
    backend: BackendOption = None,
    out_file: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE.md", help="Where to write it, instead of printing it."),
    ] = None,
) -> None:
    """Ask the sample library ten things in a row, and write down what comes of it."""
    from evals.writing.conversation import run_conversation, transcript
    from ui.commands.batch import open_out

    config = settings(backend)
    with progress() as show:
        told = run_conversation(config, config.backend, show)
    chosen = f" --backend {backend}" if backend else ""
    place = out_file.name if out_file and out_file.is_absolute() else out_file
    written = f" --out {place}" if place else ""
    text = transcript(told, f"askpapers eval conversation{chosen}{written}")
    if out_file is None:
        out().print(plain(text), soft_wrap=True)
        return
    with open_out(out_file) as file:
        file.write(text)
    hint(f"{len(told)} turns in {out_file}")
