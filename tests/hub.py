"""A stand-in for the model hub, on loopback: redirects to its files as the real one does."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = "swordfish"


@dataclass
class Hub:
    """What it serves and how it behaves.

    `files` maps a file's base name to its bytes. `script` says how the next requests for bytes
    are met, then all are met well: a status code, or `wrong` (other bytes), `page` (a short page
    instead), `endless` (too much, length unsaid), `cut` (half of it), `stall` (half of it, then
    silence until `release`). `seen` holds the Range header of each request for bytes.
    """

    files: Mapping[str, bytes]
    script: list[int | str] = field(default_factory=list)
    ranges: bool = True
    url: str = ""
    seen: list[str] = field(default_factory=list)
    stalled: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)


@contextmanager
def serving(hub: Hub) -> Iterator[Hub]:
    """Runs the hub in a thread of its own; `hub.url` is where."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.rsplit("/", 1)[-1]
            if not self.path.startswith("/cdn/"):
                self.send_response(302)
                self.send_header("Location", f"/cdn/{name}?signature={SECRET}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            hub.seen.append(self.headers.get("Range", ""))
            deed = hub.script.pop(0) if hub.script else 200
            if isinstance(deed, int) and deed != 200:
                self.send_error(deed)
            else:
                self._send(hub.files[name.partition("?")[0]], str(deed))

        def _send(self, body: bytes, deed: str) -> None:
            start = 0
            if hub.ranges and (asked := self.headers.get("Range")):
                start = int(asked.removeprefix("bytes=").rstrip("-"))
            body = {"wrong": body[::-1], "page": b"<html>log in</html>"}.get(deed, body)[start:]
            self.send_response(206 if start else 200)
            if deed == "endless":
                body += body
            else:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            half = len(body) // 2 if deed in ("cut", "stall") else len(body)
            self.wfile.write(body[:half])
            if deed == "stall":
                self.wfile.flush()
                hub.stalled.set()
                hub.release.wait(300)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - inherited
            """Says nothing: the tests read `hub.seen`."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        hub.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield hub
        finally:
            hub.release.set()
            server.shutdown()
            thread.join()
