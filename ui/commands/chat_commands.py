"""The commands that open the app in the browser and say who may use it: chat, password."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.console import hint, progress
from ui.opening import Answerers, BackendOption, open_library, require_chat_model, settings

if TYPE_CHECKING:
    from rag.config import Config
    from ui.http.protection import Protection
    from ui.http.serving import Door

TERMINATED = 128 + signal.SIGTERM  # as shells have it


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command()(chat)
    app.command()(password)


def chat(
    host: Annotated[
        str, typer.Option(help="Address of this machine to listen on; beyond it with a password.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes any free one.")] = 7860,
    backend: BackendOption = None,
    password_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A file with the password in its first line."),
    ] = None,
    rate: Annotated[
        int | None,
        typer.Option(
            min=0,
            help="Questions a minute from one address; 0: any number. Without it 60, from this"
            " machine any number.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Open the app for the browser; the sample library is added if there are no papers yet."""
    from ui.http.passwords import given, session_key
    from ui.http.protection import Protection
    from ui.http.serving import doorway, is_loopback, listening, url_of

    config = settings(backend)
    password = given(os.environ, config.home, password_file)
    key = session_key(password, config.home) if password else b""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))  # so that all is closed
    guarded = password is not None
    with listening(host, port, guarded=guarded) as listener, doorway(listener) as door:
        print(f"askpapers is at {url_of(listener)}", flush=True)
        if not is_loopback(host):
            hint("what goes over the network is not encrypted: put a TLS proxy before it")
        _serve(config, door, Protection(password, key, rate))


def password(
    remove: Annotated[bool, typer.Option("--remove", help="Forget the kept password.")] = False,
) -> None:
    """Keep a password for the app, as a hash in the data folder; `chat` then asks for it."""
    from ui.http.passwords import forget, keep

    home = settings().home
    if remove:
        hint("the password is forgotten" if forget(home) else "no password was kept")
        return
    text = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    hint(f"its hash is kept in {keep(text, home)}")


def _serve(config: Config, door: Door, protection: Protection) -> None:
    """Load the app behind its splash page, and serve it until interrupted."""
    door.tell("Looking at the settings")
    require_chat_model(config)
    from ui.filling import BackgroundFill

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
            from ui.http.quick_import import without_stubs

            without_stubs()
            door.serve(make_app(library, answerers, config, filling.now, protection=protection))
