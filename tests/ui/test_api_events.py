"""Answers as server-sent events: what is sent, what an error looks like, who goes away."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from rag.config import Config
from rag.errors import ChatTimeout, QuestionError
from tests.ui.desks import desk_of, endpoints_client
from tests.ui.running import serving
from tests.ui.scripted import LAMPS_ANSWER, ScriptedAnswerer
from ui.http.endpoints import endpoints

ASKED = {"question": "How fast do lamps dim?", "stream": True}
Client = Callable[[ScriptedAnswerer], TestClient]


@pytest.fixture
def client(config: Config) -> Client:
    return partial(endpoints_client, config)


def events(lines: Iterator[str]) -> Iterator[tuple[str, Any]]:
    """Name and data of each event."""
    name = ""
    for line in lines:
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


def test_an_answer_is_told_in_events_that_end_with_the_whole_of_it(client: Client) -> None:
    with client(ScriptedAnswerer()).stream("POST", "/api/ask", json=ASKED) as reply:
        assert reply.headers["content-type"].startswith("text/event-stream")
        told = list(events(reply.iter_lines()))
    assert told[0] == ("status", {"text": "Looking for papers"})
    assert "".join(data["text"] for name, data in told if name == "delta") == LAMPS_ANSWER.answer
    name, answer = told[-1]
    assert (name, answer["question"]) == ("done", ASKED["question"])
    assert answer["citations"][0]["quote"] == "Lamps dim 12% faster when watched."


def test_events_are_also_had_by_the_accept_header(client: Client) -> None:
    body = {"question": "How fast?"}
    accept = {"accept": "text/event-stream"}
    with client(ScriptedAnswerer()).stream("POST", "/api/ask", json=body, headers=accept) as reply:
        assert [name for name, _ in events(reply.iter_lines())][-1] == "done"


def test_an_error_in_mid_answer_is_the_last_event(client: Client) -> None:
    answerer = ScriptedAnswerer(error=ChatTimeout("no reply in 60 s: try again"))
    with client(answerer).stream("POST", "/api/ask", json=ASKED) as reply:
        told = list(events(reply.iter_lines()))
    assert told[-1] == (
        "error",
        {"error": "no reply in 60 s: try again", "kind": "ChatTimeout"},
    )


def test_an_error_before_the_first_event_has_its_status(client: Client) -> None:
    class Refusing(ScriptedAnswerer):
        def stream(self, question: str, **_: Any) -> Iterator[Any]:
            raise QuestionError("the question is empty")
            yield

    reply = client(Refusing()).post("/api/ask", json=ASKED)
    assert (reply.status_code, reply.json()["kind"]) == (422, "QuestionError")


def test_who_goes_away_stops_the_answer(config: Config) -> None:
    answerer = ScriptedAnswerer(gate=threading.Event())
    with (
        serving(endpoints(desk_of(config, answerer))) as url,
        httpx.stream("POST", f"{url}/api/ask", json=ASKED, timeout=60) as reply,
    ):
        next(events(reply.iter_lines()))
        reply.close()
        assert answerer.gate is not None
        answerer.gate.set()
        assert answerer.ended.wait(60)
    assert answerer.closed == 1


def test_a_chat_model_that_is_not_offered_is_refused_with_those_that_are(client: Client) -> None:
    asked = client(ScriptedAnswerer())
    assert asked.post("/api/ask", json={"question": "?", "backend": "extractive"}).is_success
    reply = asked.post("/api/ask", json={"question": "?", "backend": "local:/etc/passwd"})
    assert reply.status_code == 404
    assert "extractive" in reply.json()["error"]
