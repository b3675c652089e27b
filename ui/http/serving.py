"""Serving the app: an address to listen on, and a door that opens once the app is loaded."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import os
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from rag.errors import ConfigError
from ui.http.splash import STARTING, Splash, ready

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import Message, Receive, Scope, Send

MOST_CONNECTIONS = 1000  # at once; an open page holds two
LAST_WORDS_S = 1  # what open streams get when the server ends


class Door:
    """ASGI app: a splash page until `open` is called with the app, then that app.

    So the address answers while Gradio and the models load. The thread that loads may `tell` how
    far it is.
    """

    def __init__(self) -> None:
        self._step = "Starting"
        self._splash = Splash(lambda: self._step)
        self._app: FastAPI | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._living: Future[None] | None = None
        self._closing = asyncio.Event()
        self._opened = threading.Event()
        self._server = uvicorn.Server(
            uvicorn.Config(
                self,
                log_level="warning",
                server_header=False,
                limit_concurrency=MOST_CONNECTIONS,
                timeout_graceful_shutdown=LAST_WORDS_S,
            )
        )
        self._sockets: list[socket.socket] = []
        self._thread = threading.Thread(
            target=lambda: self._server.run(self._sockets), name="server", daemon=True
        )

    def begin(self, listener: socket.socket) -> None:
        """Serve from a thread of its own, so that the caller can load, and hears Ctrl-C."""
        self._sockets.append(listener)
        self._thread.start()
        while self._thread.is_alive() and not self._server.started:
            self._thread.join(0.01)

    def end(self) -> None:
        """Serve no more: streams have a second to end. A second call does nothing."""
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # streams cut off: no news
        self._server.should_exit = True
        while self._thread.is_alive():  # in pieces, so that Ctrl-C is heard everywhere
            self._thread.join(0.2)

    def serve(self, app: FastAPI) -> None:
        """Open, and serve until KeyboardInterrupt or another end of this thread.

        When it has returned nothing is being answered any more, and what `app` uses may be closed.
        """
        try:
            self.open(app)
            while self._thread.is_alive():
                self._thread.join(0.5)
        finally:
            self.end()

    def tell(self, step: str) -> None:
        """Say on the splash page what is being done."""
        self._step = step

    def open(self, app: FastAPI) -> None:
        """Serve `app` from now on; call it from any thread but the server's.

        Raises what the app's own start raises.
        """
        assert self._loop is not None, "the server has not started"
        self._living = asyncio.run_coroutine_threadsafe(self._live(app), self._loop)
        while not self._opened.wait(0.05):
            if self._living.done():
                self._living.result()

    async def _live(self, app: FastAPI) -> None:
        """The app's own start and end, both in one task as its task groups demand."""
        async with app.router.lifespan_context(app):
            self._app = app
            self._opened.set()
            await self._closing.wait()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif self._app is not None and scope.get("path") == STARTING:
            await ready()(scope, receive, send)
        elif self._app is not None:
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._splash(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1013})

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message: Message = await receive()
            if message["type"] == "lifespan.startup":
                self._loop = asyncio.get_running_loop()
                await send({"type": "lifespan.startup.complete"})
            else:
                self._closing.set()
                if self._living:
                    await asyncio.wrap_future(self._living)
                await send({"type": "lifespan.shutdown.complete"})
                return


@contextmanager
def doorway(listener: socket.socket) -> Iterator[Door]:
    """A door served on `listener` from a thread while the block runs."""
    door = Door()
    door.begin(listener)
    try:
        yield door
    finally:
        door.end()


def url_of(listener: socket.socket) -> str:
    """The address to type into a browser."""
    address, port = listener.getsockname()[:2]
    return f"http://[{address}]:{port}" if ":" in address else f"http://{address}:{port}"


def listening(host: str, port: int, *, guarded: bool = False) -> socket.socket:
    """A socket that listens on an address of this machine; port 0 takes any free one.

    `guarded` says that a password protects what is served. Raises ConfigError for an address
    beyond loopback without one, and for one that cannot be had.
    """
    address = "127.0.0.1" if host == "localhost" else host
    if not guarded and not is_loopback(address):
        raise ConfigError(
            f"--host {host} can be reached from other machines, so it needs a password: "
            "`askpapers password` keeps one, or set ASKPAPERS_PASSWORD or --password-file; "
            f"without one, tunnel to this machine: ssh -L {port}:127.0.0.1:{port} THIS-MACHINE"
        )
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        return socket.create_server((address, port), family=family)
    except OSError as error:
        raise ConfigError(
            f"port {port} on {host} cannot be used ({os.strerror(error.errno or 0)}): "
            "choose another with --port"
        ) from error


def is_loopback(address: str) -> bool:
    """Whether only this machine can reach `address`."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"
