"""What stands before every request: which hosts and origins are heard, and the page's headers."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK_NAMES = frozenset({"127.0.0.1", "::1", "localhost"})

# Gradio's page holds inline scripts and builds its templates with Function(), so scripts cannot
# be narrowed further than to this host; everything else can.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
LARGEST_BODY = 1_000_000  # bytes; a question is far smaller, and nothing is uploaded


class Guard:
    """ASGI middleware: refuses foreign hosts, foreign origins and large bodies; adds headers.

    A page elsewhere can point its own name at 127.0.0.1 (DNS rebinding) or post to it blindly.
    The first shows in `Host`, the second in `Origin`, and a browser lets no page forge either.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str] = LOOPBACK_NAMES) -> None:
        self._app = app
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it with a JSON error."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # nothing here speaks over websockets
            await send({"type": "websocket.close", "code": 1008})
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *HEADERS]
            await send(message)

        refused = self._refusal(scope)
        if refused is None:
            await self._app(scope, receive, send_with_headers)
            return
        status, reason = refused
        body = {"error": reason, "kind": "Refused"}
        response = JSONResponse(body, status_code=status)
        await response(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        """Status and reason if this request is not to be served."""
        headers = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get("host", "")
        if _hostname(host) not in self._hosts:
            return 421, f"askpapers answers to {', '.join(sorted(self._hosts))}, not to {host!r}"
        origin = headers.get("origin")
        if origin is not None and origin.lower().partition("://")[2] != host.lower():
            return 403, f"requests from pages of {origin!r} are not served"
        if "transfer-encoding" in headers:  # its length would show only when it has been read
            return 411, "a request has to tell its length (Content-Length)"
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > LARGEST_BODY:
            return 413, f"a request may hold at most {LARGEST_BODY} bytes"
        return None


def _hostname(host: str) -> str | None:
    """The name in a Host header without its port, or None if it cannot be read."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None
