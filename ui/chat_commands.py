"""The command that opens the app in the browser: chat."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Annotated

import typer

from ui.console import progress
from ui.opening import BackendOption, open_answerer, open_library, settings

if TYPE_CHECKING:
    from rag.answer import Answerer


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(chat)


def chat(
    host: Annotated[str, typer.Option(help="Address of this machine to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes any free one.")] = 7860,
    backend: BackendOption = None,
) -> None:
    """Open the app for the browser; the sample library is added if there are no papers yet."""
    config = settings(backend)
    with open_library(config, embeds=True) as library:
        if not library.count():
            from ingest.run import ingest

            with progress() as show:
                ingest(library, [], progress=show)
        from ui.api import make_app, serve

        @cache
        def answerer(name: str) -> Answerer:
            return open_answerer(library, replace(config, backend=name))

        serve(make_app(library, answerer, config), host, port)
