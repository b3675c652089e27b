"""An OpenAI-compatible endpoint on loopback that answers as it is told, and misbehaves if told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class Reply:
    """What one request gets.

    With `status` 200, `pieces` are streamed as chat chunks, `pause_s` seconds apart, and closed
    by `finish` (None: the stream ends without a word, as when it is cut off). `raw` lines are
    sent instead of chunks. A request that wants no stream gets it all at once, with `first_tokens`,
    the log-probabilities that its first token might have been. `usage` are the tokens read,
    written, and read before. Any other status sends an error body with `message`.
    """

    pieces: tuple[str, ...] = ()
    status: int = 200
    message: str = ""
    code: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    finish: str | None = "stop"
    refusal: str = ""
    raw: tuple[str, ...] = ()
    wait_s: float = 0.0
    pause_s: float = 0.0
    break_off: bool = False  # promise more bytes than are sent
    first_tokens: tuple[tuple[str, float], ...] = ()
    usage: tuple[int, int, int] | None = (1, 1, 0)


def says(*pieces: str) -> Reply:
    """A well-behaved answer in these pieces."""
    return Reply(pieces)


# `retry-after-ms` keeps the client's own retries short.
_SOON = (("retry-after-ms", "1"),)
WRONG_KEY = Reply(status=401, message="Incorrect API key provided", code="invalid_api_key")
RATE_LIMITED = Reply(status=429, message="Rate limit reached", headers=_SOON)
RATE_LIMITED_LONG = Reply(
    status=429, message="Rate limit reached", headers=(("Retry-After", "600"),)
)
SERVER_ERROR = Reply(status=500, message="The server had an error", headers=_SOON)
NO_SUCH_MODEL = Reply(status=404, message="The model does not exist", code="model_not_found")
TOO_LONG = Reply(status=400, message="maximum context length exceeded")
CUT_STREAM = Reply(("It is ", "56"), finish=None)
BROKEN_CONNECTION = Reply(("It is ", "56"), finish=None, break_off=True)
MALFORMED = Reply(raw=('data: {"choices": [{"delta": {"con',))
NOT_A_CHUNK = Reply(raw=('data: {"surprise": true}', "data: [DONE]"))
ERROR_IN_STREAM = Reply(raw=('data: {"error": {"message": "overloaded"}}',))
EMPTY = Reply()
ALL_THOUGHT = Reply(finish="length")
FILTERED = Reply(("I ",), finish="content_filter")
REFUSED = Reply(refusal="I cannot help with that.")
SLOW = Reply(("late",), wait_s=3.0)
STALLS = Reply(("It is ", "late"), pause_s=3.0)


@dataclass(slots=True)
class StandIn:
    """The server: replies are used up in order, the last one again and again.

    `requests` holds the bodies received, `keys` the bearer tokens. `respond`, if set, makes the
    reply from the request's body instead.
    """

    base_url: str
    replies: list[Reply] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    respond: Callable[[dict[str, Any]], Reply] | None = None

    def next_reply(self, request: dict[str, Any]) -> Reply:
        """The reply that `request` gets."""
        if self.respond is not None:
            return self.respond(request)
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


@contextmanager
def openai_stand_in(*replies: Reply) -> Iterator[StandIn]:
    """Run a stand-in on a free port of the loopback interface until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True  # one that still stalls must not hold up the test
    stand_in = StandIn(f"http://127.0.0.1:{server.server_address[1]}/v1", list(replies))
    server.stand_in = stand_in  # type: ignore[attr-defined]  # the only way to hand it to handlers
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield stand_in
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        stand_in: StandIn = self.server.stand_in  # type: ignore[attr-defined]  # set above
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        stand_in.requests.append(request)
        stand_in.keys.append(self.headers.get("Authorization", "").removeprefix("Bearer "))
        reply = stand_in.next_reply(request)
        time.sleep(reply.wait_s)
        try:
            if reply.status == 200 and request.get("stream"):
                self._stream(reply)
            elif reply.status == 200:
                self._send(200, _whole(reply))
            else:
                self._fail(reply)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the client gave up, as some tests want it to
        self.close_connection = True

    def _stream(self, reply: Reply) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        if reply.break_off:
            self.send_header("Content-Length", "1000000")
        self.end_headers()
        for number, line in enumerate(reply.raw or _events(reply)):
            time.sleep(reply.pause_s if number else 0)
            self.wfile.write(f"{line}\n\n".encode())
            self.wfile.flush()

    def _fail(self, reply: Reply) -> None:
        error = {"message": reply.message, "type": "error", "code": reply.code}
        self._send(reply.status, {"error": error}, reply.headers)

    def _send(self, status: int, said: object, headers: tuple[tuple[str, str], ...] = ()) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        for name, value in (*headers, ("Content-Type", "application/json")):
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's name
        """Say nothing."""


def _events(reply: Reply) -> Iterator[str]:
    for piece in reply.pieces:
        yield _event({"role": "assistant", "content": piece})
    if reply.refusal:
        yield _event({"role": "assistant", "content": None, "refusal": reply.refusal})
    if reply.finish is not None:
        yield _event({}, reply.finish)
        if reply.usage:
            yield f"data: {json.dumps({**_CHUNK, 'choices': [], 'usage': _usage(*reply.usage)})}"
        yield "data: [DONE]"


_CHUNK = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "stand-in"}


def _event(delta: dict[str, Any], finish: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return f"data: {json.dumps({**_CHUNK, 'choices': [choice]})}"


def _usage(read: int, wrote: int, cached: int) -> dict[str, Any]:
    details = {"prompt_tokens_details": {"cached_tokens": cached}} if cached else {}
    counts = {"prompt_tokens": read, "completion_tokens": wrote, "total_tokens": read + wrote}
    return counts | details


def _whole(reply: Reply) -> dict[str, Any]:
    """The reply to a request without streaming."""
    likely = [{"token": t, "logprob": p, "bytes": None} for t, p in reply.first_tokens]
    logprobs = {"content": [{**likely[0], "top_logprobs": likely}]} if likely else None
    message = {"role": "assistant", "content": "".join(reply.pieces)}
    choice = {"index": 0, "message": message, "finish_reason": "length", "logprobs": logprobs}
    return {**_CHUNK, "object": "chat.completion", "choices": [choice]}
