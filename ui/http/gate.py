"""The gate before an app that other machines can reach: who has the password comes in."""

from __future__ import annotations

import asyncio
from base64 import b64decode
from collections.abc import Mapping
from html import escape
from urllib.parse import parse_qs, quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.http.callers import caller
from ui.http.limits import Rate, refused
from ui.http.passwords import Password
from ui.http.splash import HEADERS as SPLASH_HEADERS
from ui.http.splash import STYLE, digest

LOGIN, LOGOUT = "/login", "/logout"
COOKIE = "askpapers"
LASTS_S = 30 * 24 * 3600
TRIES_A_MINUTE = 6  # wrong passwords from one address
LARGEST_LOGIN = 4096  # bytes

_STYLE = (
    STYLE
    + """
form { display: grid; gap: 12px; width: min(300px, 80vw); margin: 20px auto 0; text-align: left; }
label { font-size: 14px; color: var(--soft); }
input, button { box-sizing: border-box; width: 100%; padding: 10px 12px; border-radius: 10px;
  border: 1px solid var(--line); background: none; color: var(--ink); font: inherit; }
button { background: var(--accent); border-color: var(--accent); color: var(--ground); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
[role="alert"] { color: var(--bad); }
"""
)
_HEADERS = SPLASH_HEADERS | {
    "referrer-policy": "same-origin",  # with no-referrer a form's Origin is "null", and refused
    "content-security-policy": (
        f"default-src 'none'; style-src {digest(_STYLE)}; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
}
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>askpapers: password</title>
<style>{style}</style>
</head>
<body>
<main><h1>askpapers</h1>
<form method="post" action="{action}">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password"
 required autofocus>
<button>Enter</button>
{told}
</form></main>
</body>
</html>
"""


class Gate:
    """ASGI middleware: lets in who has the password, by cookie, bearer token or basic auth.

    A browser gets a page that asks for it and a signed cookie; a program sends it with each
    request. Wrong ones are counted by address, and after some no more are looked at for a minute.
    """

    def __init__(self, app: ASGIApp, password: Password, key: bytes) -> None:
        """`key` signs the cookies."""
        from itsdangerous import TimestampSigner

        self._app = app
        self._password = password
        self._signer = TimestampSigner(key, salt="askpapers.session")
        self._tries = Rate(TRIES_A_MINUTE)
        self._one_at_a_time = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or ask for the password."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        refusal = await self._refusal(request)
        await (refusal or self._app)(scope, receive, send)

    async def _refusal(self, request: Request) -> Response | None:
        """What is answered instead of the app; None if it may answer."""
        path = request.url.path
        if path == LOGIN:
            return await self._login(request)
        if path == LOGOUT:
            gone = RedirectResponse(LOGIN, status_code=303)
            gone.delete_cookie(COOKIE)
            return gone
        if self._has_session(request):
            return None
        sent = _sent(request.headers)
        if sent is None:
            return _asked(request)
        fits = await self._fits(request, sent)
        return None if fits else _unknown(request.scope, too_many=fits is None)

    def _has_session(self, request: Request) -> bool:
        cookie = request.cookies.get(COOKIE)
        return cookie is not None and self._signer.validate(cookie, max_age=LASTS_S)

    async def _fits(self, request: Request, sent: str) -> bool | None:
        """Whether it is the password; None after too many wrong ones."""
        address = caller(request.scope)
        if not self._tries.left(address):
            return None
        if self._password.came(sent):
            return True
        async with self._one_at_a_time:  # else all sent at once pass before the first is counted
            if not self._tries.left(address):
                return None
            if await asyncio.to_thread(self._password.fits, sent):
                return True
            self._tries.take(address)
            return False

    async def _login(self, request: Request) -> Response:
        onwards = _own_path(request.query_params.get("next", "/"))
        if request.method != "POST":
            return _login_page(onwards)
        if int(request.headers.get("content-length", "0")) > LARGEST_LOGIN:
            return _login_page(onwards, "That is far too long.", 413)
        form = parse_qs((await request.body()).decode("utf-8", "replace"))
        fits = await self._fits(request, form.get("password", [""])[0])
        if fits is None:
            return _login_page(onwards, "Too many wrong passwords; wait a minute.", 429)
        if not fits:
            return _login_page(onwards, "That is not the password.", 401)
        entered = RedirectResponse(onwards, status_code=303, headers={"cache-control": "no-store"})
        entered.set_cookie(
            COOKIE,
            self._signer.sign("in").decode(),
            max_age=LASTS_S,
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return entered


def _sent(headers: Mapping[str, str]) -> str | None:
    """The password in an Authorization header, if one is there."""
    kind, _, value = headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return value.strip()
    if kind.lower() == "basic":
        try:
            return b64decode(value, validate=True).decode().partition(":")[2]
        except ValueError:
            return ""
    return None


def _asked(request: Request) -> Response:
    """Ask for the password: a person on a page, a program in JSON."""
    if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        onwards = "" if wanted == "/" else f"?next={quote(wanted, safe='')}"
        return RedirectResponse(
            f"{LOGIN}{onwards}", status_code=303, headers={"cache-control": "no-store"}
        )
    return _unknown(request.scope, too_many=False)


def _unknown(scope: Scope, *, too_many: bool) -> Response:
    if too_many:
        return refused(scope, 429, "too many wrong passwords; wait a minute", wait_s=60)
    told = "send the password: Authorization: Bearer PASSWORD"
    return refused(scope, 401, told, headers={"www-authenticate": "Bearer"})


def _own_path(path: str) -> str:
    """`path` if it leads to this app, else its beginning: nobody is sent elsewhere."""
    leads_here = path.startswith("/") and path[1:2] not in ("/", "\\") and path.isprintable()
    return path if leads_here else "/"


def _login_page(onwards: str, told: str = "", status: int = 200) -> Response:
    action = LOGIN if onwards == "/" else f"{LOGIN}?next={quote(onwards, safe='')}"
    alert = f'<p role="alert">{escape(told)}</p>' if told else ""
    page = _PAGE.format(style=_STYLE, action=escape(action), told=alert)
    return HTMLResponse(page, status_code=status, headers=_HEADERS)
