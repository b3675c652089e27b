"""Limits: questions a minute by address, questions at once, sizes, routes, times."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from ui.http.callers import caller
from ui.http.guard import Guard
from ui.http.limits import LARGEST_BODY, LARGEST_FORM, Limits
from ui.http.protection import Protection

HERE = "http://127.0.0.1:7860"


def asked_by(address: str, app: FastAPI) -> Callable[[], int]:
    """Asks from that address; gives the status."""
    client = TestClient(app, base_url=HERE, client=(address, 4000))
    return lambda: client.post("/api/ask", json={}).status_code


def answering(protection: Protection) -> FastAPI:
    """An app that has an answer to everything."""
    app = FastAPI()
    app.post("/api/ask")(lambda: "answer")
    protection.stand_before(app)
    return app


def test_each_address_may_ask_so_often_a_minute() -> None:
    app = answering(Protection(a_minute=3))
    one, other = asked_by("203.0.113.9", app), asked_by("203.0.113.10", app)
    assert [one() for _ in range(5)] == [200] * 3 + [429] * 2
    assert other() == 200


def test_this_machine_may_ask_as_often_as_it_likes_unless_told_otherwise() -> None:
    free, told = answering(Protection()), answering(Protection(a_minute=1))
    assert [asked_by("127.0.0.1", free)() for _ in range(70)] == [200] * 70
    assert [asked_by("::1", told)() for _ in range(2)] == [200, 429]


@pytest.mark.parametrize(
    "told", [{"host": "papers.example"}, {"x-real-ip": "203.0.113.9"}], ids=["silent", "tells"]
)
def test_a_proxy_on_this_machine_is_not_this_machine(told: dict[str, str]) -> None:
    app = FastAPI()
    app.post("/api/ask")(lambda: "answer")
    app.add_middleware(Limits)
    client = TestClient(app, base_url=HERE, client=("127.0.0.1", 4000), headers=told)
    asked = [client.post("/api/ask").status_code for _ in range(62)]
    assert asked == [200] * 60 + [429] * 2


def test_other_machines_have_a_limit_without_being_told() -> None:
    ask = asked_by("203.0.113.9", answering(Protection()))
    assert [ask() for _ in range(62)] == [200] * 60 + [429] * 2


def test_all_addresses_of_one_ipv6_line_count_as_one() -> None:
    callers = {caller({"client": (f"2001:db8:1:2::{n}", 1)}) for n in range(1, 9)}
    assert callers == {"2001:db8:1:2::/64"}
    assert caller({"client": None}) == "unknown"


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """What slow answers wait for."""
    event = threading.Event()
    yield event
    event.set()


@pytest.mark.parametrize("path", ["/api/ask", "/v1/chat/completions", "/gradio_api/mcp/"])
def test_too_many_questions_at_once_are_sent_away_and_the_others_answered(
    gate: threading.Event, path: str
) -> None:
    app, running = FastAPI(), threading.Semaphore(0)

    def answer() -> str:
        running.release()
        gate.wait(120)
        return "answer"

    app.post("/api/ask")(answer)
    app.post(path)(answer)
    app.add_middleware(Limits, at_once=2, waiting=1)
    with TestClient(app) as client, ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(client.post, one) for one in ("/api/ask", path) * 4]
        running.acquire(timeout=60)
        running.acquire(timeout=60)
        while sum(one.done() for one in asked) < 5:
            time.sleep(0.01)
        gate.set()
        statuses = sorted(one.result().status_code for one in asked)
    assert statuses == [200] * 3 + [503] * 5


def test_an_answer_that_does_not_begin_is_given_up(gate: threading.Event) -> None:
    app = FastAPI()

    async def answer(request: Request) -> str:
        while not gate.is_set() and not await request.is_disconnected():
            time.sleep(0)
        return "answer"

    app.post("/api/ask")(answer)
    app.add_middleware(Limits, begins_s=0.05)
    with TestClient(app) as client:
        assert client.post("/api/ask").status_code == 504


@pytest.mark.parametrize("path", ["/gradio_api/upload", "/api/ingest"])
def test_each_address_may_upload_so_much_an_hour(path: str) -> None:
    app = FastAPI()
    app.post(path)(lambda: "there")
    app.add_middleware(Limits, a_minute=0, uploads_mb=3)

    def sent(address: str, length: int) -> int:
        client = TestClient(app, base_url=HERE, client=(address, 4000))
        return client.post(path, content=b"x" * length).status_code

    assert sent("203.0.113.9", 1_500_000) == 200
    assert sent("203.0.113.9", 1_500_000) == 429
    assert sent("203.0.113.9", 1) == 200
    assert sent("203.0.113.9", 1) == 429
    assert sent("203.0.113.10", 1) == 200
    assert [sent("127.0.0.1", 1_500_000) for _ in range(3)] == [200] * 3


def test_only_uploads_may_be_large() -> None:
    app = FastAPI()
    app.add_middleware(Guard)
    with TestClient(app, base_url=HERE) as client:
        large = {"content-length": str(LARGEST_BODY + 1)}
        assert client.post("/api/ask", headers=large).status_code == 413
        assert client.post("/gradio_api/upload", headers=large).status_code == 404  # heard
        larger = {"content-length": str(LARGEST_FORM + 1)}
        assert client.post("/gradio_api/upload", headers=larger).status_code == 413


@pytest.mark.parametrize(
    "path",
    [
        *("/monitoring", "/login", "/svelte/x", "/proxy=https://a.hf.space/x"),
        *("/gradio_api/proxy=https://a.hf.space/x", "/gradio_api/monitoring/summary"),
        *("/gradio_api/file=https://example.org/x", "/gradio_api/file=HTTP://example.org/x"),
        *("/gradio_api/mcp/sse", "/gradio_api/mcp/messages/"),
        *("/gradio_api/process_recording", "/gradio_api/vibe-edit", "/gradio_api/dev/reload"),
    ],
)
def test_what_the_app_does_not_need_of_gradio_is_closed(path: str) -> None:
    app = FastAPI()
    app.get("/{anything:path}")(lambda: "inside")
    app.add_middleware(Guard)
    with TestClient(app, base_url=HERE) as client:
        assert client.get(path).json()["kind"] == "Refused"
        assert client.get("/gradio_api/file=/tmp/x.bib").json() == "inside"
