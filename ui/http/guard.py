"""What stands before every request: hosts, origins, sizes and routes, and the page's headers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.http.callers import LOOPBACK_NAMES, hostname
from ui.http.limits import largest_body, refused

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
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)

GRADIO = "/gradio_api/"
GRADIO_SERVES = (
    *("queue/join", "queue/data", "run/", "cancel", "reset", "heartbeat/", "startup-events"),
    *("upload", "upload_progress", "file=", "component_server", "mcp", "info", "theme.css"),
    "app_id",  # by which an open page sees that the server is back
)
"""What the page and its tools need of Gradio's own routes; the others are closed: they proxy,
monitor, convert recordings, edit the app."""
_NOT_SERVED = ("file=http:", "file=https:", "mcp/sse", "mcp/messages")
"""Of those: `file=` fetches addresses too, and would do so for anyone who asks; of MCP's old
transport a call ends before its tool does, so that nothing limits how many run at once."""
GATE = ("/login", "/logout")
"""The gate's, where there is one (`ui.http.gate`), and Gradio's own where there is none."""
CLOSED = re.compile(
    r"/(?:login|login_check|logout|token|monitoring|svelte|dev|runs|proxy=.*)(?:/|$)"
)
"""Gradio's at the root."""


class Guard:
    """ASGI middleware: refuses foreign hosts and origins, large bodies, closed routes.

    A page elsewhere can point its own name at 127.0.0.1 (DNS rebinding) or post to it blindly.
    The first shows in `Host`, the second in `Origin`, and a browser lets no page forge either.
    Where the app is `gated` by a password, this machine may have any name.
    """

    def __init__(self, app: ASGIApp, *, gated: bool = False) -> None:
        self._app = app
        self._gated = gated

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
                message["headers"] = _with_ours(message.get("headers", ()))
            await send(message)

        refusal = self._refusal(scope)
        served = self._app if refusal is None else refused(scope, *refusal)
        await served(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        """Status and reason if this request is not to be served."""
        headers = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get("host", "")
        if not self._gated and hostname(host) not in LOOPBACK_NAMES:
            return 421, f"askpapers answers to {', '.join(sorted(LOOPBACK_NAMES))}, not to {host!r}"
        origin = headers.get("origin")
        if origin is not None and origin.lower().partition("://")[2] != host.lower():
            return 403, f"requests from pages of {origin!r} are not served"
        if "transfer-encoding" in headers:  # its length would show only when it has been read
            return 411, "a request has to tell its length (Content-Length)"
        length, largest = headers.get("content-length", "0"), largest_body(scope["path"])
        if not length.isdecimal() or int(length) > largest:
            return 413, f"a request may hold at most {largest} bytes"
        if not (_is_served(scope["path"]) or (self._gated and scope["path"] in GATE)):
            return 404, "there is no such page"
        return None


def _is_served(path: str) -> bool:
    """Whether the app needs this route; Gradio brings more."""
    if path.startswith(GRADIO):
        own = path.removeprefix(GRADIO).lower()
        return own.startswith(GRADIO_SERVES) and not own.startswith(_NOT_SERVED)
    return not CLOSED.match(path)


def _with_ours(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """A reply's headers with ours for what it does not set itself."""
    own = list(headers)
    names = {name.lower() for name, _ in own}
    ours = ((b"content-security-policy", POLICY.encode()), *HEADERS)
    return own + [(name, value) for name, value in ours if name not in names]
