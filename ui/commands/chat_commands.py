"""The command that opens the app in the browser: chat."""

from __future__ import annotations

from typing import Annotated

import typer

from ui.console import progress
from ui.opening import Answerers, BackendOption, open_library, require_chat_model, settings


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(chat)


def chat(
    host: Annotated[str, typer.Option(help="Address of this machine to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes any free one.")] = 7860,
    backend: BackendOption = None,
) -> None:
    """Open the app for the browser; the sample library is added if there are no papers yet."""
    from ui.filling import BackgroundFill
    from ui.http.api import make_app
    from ui.http.serving import listening, serve

    config = settings(backend)
    require_chat_model(config)
    listening(host, port).close()  # a busy port is found now, not after the files are fetched
    with open_library(config, embeds=True) as library:
        if not library.count():
            from ingest.run import ingest

            with progress() as show:
                ingest(library, [], progress=show)
        answerers = Answerers(library, config)
        answerers.warm(config.backend)  # while the page is opened and the question typed
        with BackgroundFill(library) as filling:
            serve(make_app(library, answerers, config, filling.now), host, port)
