"""The door: a splash page while the app loads, then the app, on an address that may be had."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from rag.errors import ConfigError
from ui.http.serving import doorway, is_loopback, listening, url_of

PAGE = {"accept": "text/html"}


def test_a_page_is_served_at_once_and_the_app_once_it_is_there() -> None:
    lived: list[str] = []

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        lived.append("begun")
        yield
        lived.append("ended")

    app = FastAPI(lifespan=life)
    app.get("/")(lambda: "papers")
    with listening("127.0.0.1", 0) as listener, doorway(listener) as door:
        url = url_of(listener)
        door.tell("Reading <papers>")
        splash = httpx.get(url, headers=PAGE)
        assert (splash.status_code, splash.headers["cache-control"]) == (200, "no-store")
        assert "<h1>askpapers</h1>" in splash.text
        assert httpx.get(f"{url}/starting").json() == {"step": "Reading <papers>", "ready": False}
        door.open(app)
        assert httpx.get(url).json() == "papers"
        assert httpx.get(f"{url}/starting").json()["ready"]
        assert lived == ["begun"]
    assert lived == ["begun", "ended"]


def test_a_program_is_told_to_come_back() -> None:
    with listening("127.0.0.1", 0) as listener, doorway(listener):
        reply = httpx.post(f"{url_of(listener)}/api/ask", json={"question": "?"})
    assert (reply.status_code, reply.headers["retry-after"]) == (503, "1")
    assert reply.json()["kind"] == "Starting"


def test_the_splash_page_may_run_nothing_but_its_own_script() -> None:
    with listening("127.0.0.1", 0) as listener, doorway(listener):
        policy = httpx.get(url_of(listener), headers=PAGE).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_an_app_that_cannot_start_says_why() -> None:
    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        raise ConfigError("no such thing")
        yield

    with (
        listening("127.0.0.1", 0) as listener,
        doorway(listener) as door,
        pytest.raises(ConfigError, match="no such thing"),
    ):
        door.serve(FastAPI(lifespan=life))


def test_open_streams_do_not_keep_the_server_from_ending() -> None:
    async def pieces() -> AsyncIterator[str]:
        yield "first"
        await asyncio.sleep(600)

    app = FastAPI()
    app.get("/stream")(lambda: StreamingResponse(pieces()))

    with listening("127.0.0.1", 0) as listener, doorway(listener) as door:
        door.open(app)
        with (
            httpx.Client() as client,
            client.stream("GET", f"{url_of(listener)}/stream") as reply,
        ):
            assert next(reply.iter_text()) == "first"
            door.end()


def test_with_a_password_any_address_may_be_listened_on() -> None:
    with pytest.raises(ConfigError, match="askpapers password"):
        listening("0.0.0.0", 0)
    with listening("0.0.0.0", 0, guarded=True) as listener:
        assert listener.getsockname()[0] == "0.0.0.0"


@pytest.mark.parametrize(
    ("address", "here"),
    [
        *(("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("localhost", True)),
        *(("0.0.0.0", False), ("::", False), ("10.0.0.1", False), ("example.org", False)),
    ],
)
def test_what_only_this_machine_can_reach(address: str, here: bool) -> None:
    assert is_loopback(address) is here
