"""How much may be asked and sent: questions a minute, questions at once, sizes, times."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.http.callers import caller, from_here
from ui.http.errors import error_json

LARGEST_BODY = 1_000_000  # bytes; a question is far smaller
LARGEST_UPLOAD = 50_000_000  # bytes of one file
LARGEST_FORM = LARGEST_UPLOAD + 100_000  # bytes of a form that holds it
UPLOAD_TYPES = tuple(
    f"{kind}{packed}"
    for kind in (
        *(".jsonl", ".json", ".csv", ".tsv", ".bib", ".ris"),
        *(".pdf", ".html", ".htm", ".txt", ".md"),
    )
    for packed in ("", ".gz")
)
"""Names of files that ingest may be able to read end in one of these."""
UPLOADS = frozenset({"/gradio_api/upload", "/api/ingest"})
"""Where files may be sent to."""

A_MINUTE = 60  # questions from one address beyond this machine
UPLOADS_MB = 2000  # an hour from one address beyond this machine; they stay for about an hour
ASKS_AT_ONCE = 8  # through the API; the page has a queue of its own
ASKS_WAITING = 64  # beyond them; more are sent away
ARRIVES_S = 30.0  # each piece of a body
BEGINS_S = 600.0  # a reply; a slow chat model may think for minutes

_ASKS = ("/api/ask", "/v1/chat/completions", "/gradio_api/mcp")
_COSTS = (*_ASKS, "/api/ingest", "/gradio_api/queue/join")


def largest_body(path: str) -> int:
    """Bytes that the body of a request to `path` may have."""
    return LARGEST_FORM if path in UPLOADS else LARGEST_BODY


class Rate:
    """At most so many of something a minute, or an hour, by each address; safe to share by tasks.

    A moving window, kept in memory (the `limits` package).
    """

    def __init__(self, most: int, *, minutes: int = 1) -> None:
        from limits import RateLimitItemPerMinute
        from limits.storage import MemoryStorage
        from limits.strategies import MovingWindowRateLimiter

        self.most = most
        self._window = MovingWindowRateLimiter(MemoryStorage())
        self._item = RateLimitItemPerMinute(most, minutes)

    def take(self, address: str, number: int = 1) -> bool:
        """Count so many more; False if that were too many, and then they do not count."""
        return self._window.hit(self._item, address, cost=number)

    def left(self, address: str) -> bool:
        """Whether one more would be served."""
        return self._window.test(self._item, address)


class Limits:
    """ASGI middleware: sends away who asks too much at once or too slowly.

    `a_minute` questions by one address; None: 60 from other machines, any number from this one.
    `uploads_mb` are the megabytes an hour that one address of another machine may upload.
    """

    def __init__(
        self,
        app: ASGIApp,
        a_minute: int | None = None,
        *,
        uploads_mb: int = UPLOADS_MB,
        at_once: int = ASKS_AT_ONCE,
        waiting: int = ASKS_WAITING,
        arrives_s: float = ARRIVES_S,
        begins_s: float = BEGINS_S,
    ) -> None:
        self._app = app
        self._everyone = a_minute is not None
        self._rate = Rate(A_MINUTE if a_minute is None else a_minute) if a_minute != 0 else None
        self._uploads = Rate(uploads_mb, minutes=60)
        self._slots = asyncio.Semaphore(at_once)
        self._most = at_once + waiting
        self._asking = 0
        self._arrives_s, self._begins_s = arrives_s, begins_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it with a JSON error."""
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        if _is_of(scope["path"], _COSTS) and not self._may_ask(scope):
            assert self._rate is not None
            told = f"at most {self._rate.most} questions a minute are answered; wait a little"
            await refused(scope, 429, told, wait_s=10)(scope, receive, send)
            return
        if scope["path"] in UPLOADS and not self._may_upload(scope):
            told = f"at most {self._uploads.most} MB an hour are taken; send the rest later"
            await refused(scope, 429, told, wait_s=600)(scope, receive, send)
            return
        if not _is_of(scope["path"], _ASKS):
            await self._timed(scope, receive, send)
            return
        if self._asking >= self._most:
            told = "too many questions at once; ask again"
            await refused(scope, 503, told, wait_s=10)(scope, receive, send)
            return
        self._asking += 1
        try:
            async with self._slots:
                await self._timed(scope, receive, send)
        finally:
            self._asking -= 1

    def _may_ask(self, scope: Scope) -> bool:
        if self._rate is None or (from_here(scope) and not self._everyone):
            return True
        return self._rate.take(caller(scope))

    def _may_upload(self, scope: Scope) -> bool:
        if from_here(scope):
            return True
        length = int(Headers(scope=scope).get("content-length", "0"))  # the guard has judged it
        return self._uploads.take(caller(scope), 1 + length // 1_000_000)

    async def _timed(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve it, unless its body or the reply's beginning stays away."""
        begun = False

        async def send_on(message: Message) -> None:
            nonlocal begun
            begun = True
            deadline.reschedule(None)
            await send(message)

        whole = False

        async def receive_soon() -> Message:
            """The next piece of the body, within its time; raises TimeoutError."""
            nonlocal whole
            if whole:  # what comes after the body is the end of the connection
                return await receive()
            async with asyncio.timeout(self._arrives_s):
                message = await receive()
            whole = not message.get("more_body", False)
            return message

        try:
            async with asyncio.timeout(self._begins_s) as deadline:
                await self._app(scope, receive_soon, send_on)
        except TimeoutError:
            if begun:
                raise
            await refused(scope, 504, "that took too long")(scope, receive, send)


def _is_of(path: str, paths: Sequence[str]) -> bool:
    return any(path == one or path.startswith(f"{one}/") for one in paths)


def refused(
    scope: Scope,
    status: int,
    told: str,
    *,
    wait_s: int | None = None,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> Response:
    """The reply that says why a request is not served, and in how many seconds it may be."""
    wait = {} if wait_s is None else {"retry-after": str(wait_s)}
    body = error_json(scope["path"], told, "Refused", status)
    return JSONResponse(body, status_code=status, headers=wait | dict(headers))
