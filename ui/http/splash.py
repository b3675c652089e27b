"""What is served while the app still loads: a page that says so and then gives way to it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send

STARTING = "/starting"
"""Tells in JSON how far the start is: `{"step": "...", "ready": false}`."""

STYLE = """
:root { color-scheme: light dark; --ground: #faf9f6; --ink: #22262b; --soft: #646b73;
  --line: #e4e1da; --accent: #0b6b66; --bad: #a3302a; }
@media (prefers-color-scheme: dark) { :root { --ground: #15181b; --ink: #e4e6e8;
  --soft: #9aa3ab; --line: #31373d; --accent: #63c9c0; --bad: #f0938c; } }
body { margin: 0; min-height: 100dvh; display: grid; place-items: center; background: var(--ground);
  color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", "Liberation Sans", sans-serif; }
main { padding: 24px; text-align: center; }
h1 { margin: 0 0 4px; font-size: 22px; font-weight: 650; letter-spacing: -0.01em; }
p { margin: 0; color: var(--soft); }
i { display: block; width: 180px; height: 3px; margin: 24px auto 0; border-radius: 2px;
  background: var(--line); overflow: hidden; }
i::before { content: ""; display: block; width: 40%; height: 100%; border-radius: 2px;
  background: var(--accent); animation: to-and-fro 1.6s ease-in-out infinite alternate; }
@keyframes to-and-fro { from { transform: none; } to { transform: translateX(150%); } }
@media (prefers-reduced-motion: reduce) { i::before { animation: none; width: 100%; } }
"""

_SCRIPT = """
const step = document.getElementById("step");
const look = async () => {
  try {
    const now = await (await fetch("/starting", { cache: "no-store" })).json();
    if (now.ready) return location.reload();
    if (step.textContent !== now.step) step.textContent = now.step;
  } catch (error) {
    step.textContent = "askpapers has stopped; the terminal it ran in shows why.";
  }
  setTimeout(look, 250);
};
setTimeout(look, 250);
"""

_PAGE = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>askpapers</title>
<style>{STYLE}</style>
</head>
<body>
<main><h1>askpapers</h1><p id="step" role="status">Starting</p><i></i></main>
<script>{_SCRIPT}</script>
<noscript><meta http-equiv="refresh" content="2"></noscript>
</body>
</html>
"""


def digest(text: str) -> str:
    """How a content security policy names an inline script or style."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "; ".join(
        (
            "default-src 'none'",
            f"style-src {digest(STYLE)}",
            f"script-src {digest(_SCRIPT)}",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


class Splash:
    """ASGI app: the page for whoever asks for one, else "come back in a second".

    It knows nothing, so it may answer anyone.
    """

    def __init__(self, step: Callable[[], str]) -> None:
        self._step = step

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request."""
        response = await self._response(Request(scope))
        await response(scope, receive, send)

    async def _response(self, request: Request) -> Response:
        path = request.url.path
        if path == STARTING:
            return JSONResponse({"step": self._step(), "ready": False}, headers=HEADERS)
        if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
            return HTMLResponse(_PAGE, headers=HEADERS)
        told = {"error": "askpapers is starting; try again in a second", "kind": "Starting"}
        return JSONResponse(told, status_code=503, headers=HEADERS | {"retry-after": "1"})


def ready() -> Response:
    """What `STARTING` tells once the app is there."""
    return JSONResponse({"step": "", "ready": True}, headers=HEADERS)
