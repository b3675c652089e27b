"""An OpenAI-compatible `/embeddings` endpoint on loopback, which misbehaves if told."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.fakes import HashEmbedder

Reply = tuple[int, Any]
"""Status and body of one reply."""


@dataclass(slots=True)
class EmbeddingsStandIn:
    """The server: it embeds as HashEmbedder does, but replies with `replies` first, in order."""

    base_url: str
    dimension: int = 64
    scale: float = 3.0  # its vectors are not of length 1
    replies: list[Reply] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def reply(self, request: dict[str, Any]) -> Reply:
        """What `request` gets."""
        if self.replies:
            return self.replies.pop(0)
        dimension = request.get("dimensions", self.dimension)
        vectors = HashEmbedder(dimension=dimension).embed(request["input"], "passage")
        rows = [
            {"object": "embedding", "index": i, "embedding": (row * self.scale).tolist()}
            for i, row in enumerate(vectors)
        ]
        rows.reverse()  # the index says which is which, not the order
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        return 200, {"object": "list", "model": "m", "data": rows, "usage": usage}


def failing(status: int, message: str = "no") -> Reply:
    """An error as the API gives it."""
    return status, {"error": {"message": message, "type": "error", "code": None}}


@contextmanager
def embeddings_stand_in() -> Iterator[EmbeddingsStandIn]:
    """Run a stand-in on a free port of the loopback interface until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    stand_in = EmbeddingsStandIn(f"http://127.0.0.1:{server.server_address[1]}/v1")
    server.RequestHandlerClass = _handler(stand_in.keys, stand_in.requests, stand_in.reply)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield stand_in
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(
    keys: list[str], requests: list[dict[str, Any]], reply: Callable[[dict[str, Any]], Reply]
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            requests.append(request)
            keys.append(self.headers.get("Authorization", "").removeprefix("Bearer "))
            status, body = reply(request) if self.path == "/v1/embeddings" else failing(404)
            sent = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("retry-after-ms", "1")  # keeps the client's own retries short
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's name
            """Say nothing."""

    return Handler
