"""A real server on loopback, in a thread of the test."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from ui.http.serving import listening


@contextmanager
def serving(app: FastAPI, port: int = 0) -> Iterator[str]:
    """The app's URL while it is served from a thread, on this or any free port of loopback.

    In the end it waits for no page that still listens.
    """
    with listening("127.0.0.1", port) as listener:
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(30)
