"""A web server on loopback that gives set replies in turn, well or badly behaved."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit


@dataclass(frozen=True)
class Reply:
    """What is answered: `repeat` sends the body so often, `pause_s` waits before each time.

    Without `repeat` the length is told beforehand, unless `headers` say another.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    repeat: int = 1
    pause_s: float = 0.0


@dataclass(frozen=True)
class Asked:
    """One request: its path, the values of its query, its headers, and the whole address."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    address: str


@contextmanager
def answering(*replies: Reply) -> Iterator[tuple[str, list[Asked]]]:
    """A server that gives these replies in turn, the last one for ever.

    Yields its address, without a path, and the requests that it gets.
    """
    asked: list[Asked] = []
    closing = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            asked.append(Asked(unquote(parts.path), query, dict(self.headers), self.path))
            reply = replies[min(len(asked), len(replies)) - 1]
            closing.wait(reply.pause_s)
            self.send_response(reply.status)
            length = {"Content-Length": str(len(reply.body))} if reply.repeat == 1 else {}
            for name, value in (length | dict(reply.headers)).items():
                self.send_header(name, value)
            self.end_headers()
            try:
                for _ in range(reply.repeat):
                    self.wfile.write(reply.body)
                    closing.wait(reply.pause_s)
            except OSError:
                """Whoever asked has heard enough."""

        def log_message(self, *args: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


class FakeTime:
    """A clock that only goes on when somebody sleeps, or at each look by `tick_s`."""

    def __init__(self, tick_s: float = 0.0) -> None:
        self.now = 100.0
        self.tick_s = tick_s
        self.slept: list[float] = []

    def clock(self) -> float:
        self.now += self.tick_s
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept.append(seconds)
