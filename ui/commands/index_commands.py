"""The command that makes what is still missing of the index: index."""

from __future__ import annotations

from typing import Annotated

import typer

from ui.console import hint, out, print_json, progress
from ui.opening import JsonOption, open_library, settings


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(index)


def index(
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Make words and vectors anew from the catalogue.")
    ] = False,
    workers: Annotated[
        int,
        typer.Option(
            "--workers", min=1, max=64, metavar="N", help="Processes that make vectors at once."
        ),
    ] = 1,
    as_json: JsonOption = False,
) -> None:
    """Make the vectors that are still to come. With --rebuild, all of the index anew.

    It may be stopped and started again at any time, and run beside an ingest or the app.
    """
    from ui.filling import helpers, let_others_first

    if rebuild and workers > 1:
        raise typer.BadParameter("--rebuild has one worker: leave out --workers")
    with open_library(settings(), embeds=True, check=not rebuild) as library:
        before = library.standing().waiting
        let_others_first()
        try:
            with progress() as bar, helpers(workers - 1 if before else 0):
                work = library.rebuild if rebuild else library.fill
                work(lambda done, total: bar("vectors", done, total))
        except KeyboardInterrupt:
            left = library.standing().waiting
            if left and not rebuild:
                hint(f"{left:,} papers are still to come; `askpapers index` goes on from here")
            raise
        papers = library.count()
    if as_json:
        print_json({"papers": papers, "indexed": papers if rebuild else before})
    else:
        did = "rebuilt" if rebuild else f"{before} were still to come"
        out().print(f"{papers} papers, all findable by words and by meaning ({did})")
