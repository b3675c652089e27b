"""The command that opens the app in the browser: chat."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from ui.console import progress
from ui.opening import Answerers, BackendOption, open_library, require_chat_model, settings

if TYPE_CHECKING:
    from rag.config import Config
    from ui.http.serving import Door

TERMINATED = 128 + signal.SIGTERM  # as shells have it


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(chat)


def chat(
    host: Annotated[str, typer.Option(help="Address of this machine to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes any free one.")] = 7860,
    backend: BackendOption = None,
) -> None:
    """Open the app for the browser; the sample library is added if there are no papers yet."""
    from ui.http.serving import doorway, listening, url_of

    config = settings(backend)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))  # so that all is closed
    with listening(host, port) as listener, doorway(listener) as door:
        print(f"askpapers is at {url_of(listener)}", flush=True)
        _serve(config, door)


def _serve(config: Config, door: Door) -> None:
    """Load the app behind its splash page, and serve it until interrupted."""
    door.tell("Looking at the settings")
    require_chat_model(config)
    from ui.filling import BackgroundFill
    from ui.http.serving import until_interrupted

    door.tell("Opening the library")
    with open_library(config, embeds=True) as library:
        if not library.count():
            from ingest.run import ingest

            door.tell("Reading the sample papers")
            with progress() as show:
                ingest(library, [], progress=show)
        door.tell("Loading the models")
        answerers = Answerers(library, config)
        answerers.warm(config.backend)  # while the page is opened and the question typed
        with BackgroundFill(library) as filling:
            door.tell("Building the page")
            from ui.http.api import make_app

            door.open(make_app(library, answerers, config, filling.now))
            until_interrupted()
