"""The HTTP side: answers and errors as JSON, headers, who is refused, where it listens."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, cast

import pytest
from fastapi.testclient import TestClient

from rag.answer import MAX_QUESTION_CHARS
from rag.config import Config
from rag.errors import (
    ChatAuthError,
    ChatProtocolError,
    ChatRateLimited,
    ChatTimeout,
    ConfigError,
    LibraryBusy,
    QuestionError,
    RagError,
    WeightsError,
)
from rag.library import Library
from rag.stored.claims import Standing
from tests.ui.desks import endpoints_client
from tests.ui.scripted import LAMPS_ANSWER, FakeLibrary, ScriptedAnswerer
from ui.filling import Filling
from ui.http.api import make_app
from ui.http.limits import LARGEST_BODY
from ui.http.serving import listening

HERE = "http://127.0.0.1:7860"
Client = Callable[[ScriptedAnswerer], TestClient]


@pytest.fixture
def client(config: Config) -> Client:
    """Makes a client of the endpoints, without the page, that answers as scripted."""
    return partial(endpoints_client, config)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A client of the whole app that answers about lamps, started once for all tests."""
    home = tmp_path_factory.mktemp("home")
    library, config = cast(Library, FakeLibrary()), Config(home=home, cache=home)
    app = make_app(library, lambda _: ScriptedAnswerer(), config)
    with TestClient(app, base_url=HERE, raise_server_exceptions=False) as started:
        yield started


def test_a_question_gets_the_object_that_ask_json_prints(served: TestClient) -> None:
    reply = served.post("/api/ask", json={"question": "How fast do lamps dim?"})
    assert reply.status_code == 200
    body = reply.json()
    assert body["question"] == "How fast do lamps dim?"
    assert body["answer"] == LAMPS_ANSWER.answer
    assert body["sentences"][0] == {
        "text": "Lamps dim 12% faster when watched [1].",
        "citations": [0],
        "support": "supported",
        "reason": "",
    }
    assert body["citations"][0]["quote"] == "Lamps dim 12% faster when watched."


def test_an_earlier_answer_as_it_was_returned_is_a_question_of_the_history(client: Client) -> None:
    answerer = ScriptedAnswerer()
    asked = client(answerer)
    first = asked.post("/api/ask", json={"question": "How fast?"}).json()
    body = {"question": "And since 2022?", "history": [first], "literally": ["since 2022"]}
    assert asked.post("/api/ask", json=body).status_code == 200
    assert [one.question for one in answerer.histories[-1]] == ["How fast?"]
    assert answerer.histories[-1][0].cited == LAMPS_ANSWER.exchange.cited
    assert answerer.literally[-1] == ("since 2022",)


def test_an_earlier_question_is_heard_as_far_as_a_question_may_go(client: Client) -> None:
    answerer = ScriptedAnswerer()
    long = {"question": "moss " * 20_000, "asked": "moss " * 20_000}
    body = {"question": "And since 2022?", "history": [long]}
    assert client(answerer).post("/api/ask", json=body).status_code == 200
    (earlier,) = answerer.histories[-1]
    assert (len(earlier.question), len(earlier.asked)) == (2000, 2000)


def test_health_tells_size_and_chat_model(served: TestClient) -> None:
    body = served.get("/api/health").json()
    assert (body["status"], body["papers"]) == ("ok", 3)
    assert body["backend"]


def test_health_tells_how_far_the_vectors_are(config: Config) -> None:
    now = Filling(Standing(papers=100, by_words=100, by_vectors=40), rate=12.0)
    app = make_app(cast(Library, FakeLibrary()), lambda _: ScriptedAnswerer(), config, lambda: now)
    with TestClient(app, base_url=HERE) as client:
        body = client.get("/api/health").json()
    assert (body["papers"], body["by_words"], body["by_vectors"]) == (100, 100, 40)
    assert (body["vectors_a_second"], body["seconds_left"]) == (12.0, 5.0)


@pytest.mark.parametrize(
    "body",
    [{}, {"question": 5}, {"question": None}, {"question": "?", "answer": "42"}, [], "?"],
    ids=str,
)
def test_a_body_of_the_wrong_shape_is_refused_with_the_right_one(
    served: TestClient, body: Any
) -> None:
    reply = served.post("/api/ask", json=body)
    assert reply.status_code == 422
    assert 'send {"question": "..."} as JSON' in reply.json()["error"]


def test_a_body_that_is_no_json_is_refused(served: TestClient) -> None:
    reply = served.post("/api/ask", content="question=what")
    assert reply.status_code == 422
    assert reply.json()["kind"] == "BadRequest"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (QuestionError("the question is empty"), 422),
        (ChatRateLimited("too many requests: wait a minute"), 429),
        (ChatTimeout("no reply in 60 s: try again"), 504),
        (ChatAuthError("the key was not accepted: set OPENAI_API_KEY"), 502),
        (ChatProtocolError("the reply was cut off: try again"), 502),
        (LibraryBusy("another process is writing: wait"), 503),
        (WeightsError("the model is not here: askpapers models pull local"), 503),
        (ConfigError("unknown backend"), 500),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, RagError) else "",
)
def test_an_error_is_told_with_a_fitting_status(
    client: Client, error: RagError, status: int
) -> None:
    reply = client(ScriptedAnswerer(error=error)).post("/api/ask", json={"question": "?"})
    assert reply.status_code == status
    assert reply.json() == {"error": str(error), "kind": type(error).__name__}


def test_a_fault_of_ours_shows_no_insides(client: Client) -> None:
    broken = ScriptedAnswerer(error=ZeroDivisionError("secret"))
    reply = client(broken).post("/api/ask", json={"question": "?"})
    assert reply.status_code == 500
    assert "secret" not in reply.text


# --- the page -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/api/health", "/api/ask", "/nowhere"])
def test_every_reply_carries_the_security_headers(served: TestClient, path: str) -> None:
    headers = served.get(path).headers
    policy = headers["content-security-policy"]
    for rule in ("connect-src 'self'", "object-src 'none'", "base-uri 'self'"):
        assert rule in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_the_page_is_gradios_with_analytics_history_and_footer_off(served: TestClient) -> None:
    served.get("/")
    settings = served.get("/config").json()
    assert settings["analytics_enabled"] is False
    assert settings["footer_links"] == []
    assert settings.get("run_history") is not True


def test_only_the_tools_are_named_endpoints_of_the_app(served: TestClient) -> None:
    info = served.get("/gradio_api/info").json()
    assert info["unnamed_endpoints"] == {}
    tools = {"/search_papers", "/ask_papers", "/show_paper", "/summarise_papers"}
    assert set(info["named_endpoints"]) == tools


def test_only_what_was_uploaded_can_be_fetched_and_never_as_a_page(served: TestClient) -> None:
    page = {"files": ("a.html", b"<script>alert(1)</script>")}
    (path,) = served.post("/gradio_api/upload", files=page).json()
    reply = served.get(f"/gradio_api/file={path}")
    assert reply.status_code == 200
    assert reply.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize("path", ["/etc/passwd", "pyproject.toml", "ui/http/api.py", "../x"])
def test_no_other_file_is_served(served: TestClient, path: str) -> None:
    assert served.get(f"/gradio_api/file={path}").status_code in (403, 404)
    assert served.get(f"/assets/../../../{path}").status_code in (403, 404)


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/monitoring"])
def test_there_are_no_pages_about_the_insides(served: TestClient, path: str) -> None:
    reply = served.get(path)
    assert reply.status_code in (403, 404)


# --- who is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:7860", "127.0.0.1.evil.example", "[::1", "", "10.0.0.1"]
)
def test_another_hosts_name_is_refused(served: TestClient, host: str) -> None:
    reply = served.get("/api/health", headers={"host": host})
    assert reply.status_code == 421
    assert "askpapers answers to" in reply.json()["error"]
    assert reply.json()["kind"] == "Refused"


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost:9000", "[::1]:7860", "LOCALHOST"])
def test_every_name_of_this_machine_is_served(served: TestClient, host: str) -> None:
    assert served.get("/api/health", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:8000"])
def test_a_page_from_elsewhere_may_not_ask(served: TestClient, origin: str) -> None:
    reply = served.post("/api/ask", json={"question": "?"}, headers={"origin": origin})
    assert reply.status_code == 403


def test_the_apps_own_page_may_ask(served: TestClient) -> None:
    reply = served.post("/api/ask", json={"question": "?"}, headers={"origin": HERE})
    assert reply.status_code == 200


def test_a_large_body_is_refused_before_it_is_read(served: TestClient) -> None:
    reply = served.post("/api/ask", content=b" " * (LARGEST_BODY + 1))
    assert reply.status_code == 413


def test_a_body_of_unknown_length_is_refused(served: TestClient) -> None:
    reply = served.post("/api/ask", content=iter([b'{"question": "', b'?"}']))
    assert reply.status_code == 411


# --- where it listens ---------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org", ""])
def test_an_address_beyond_this_machine_is_refused_with_the_way_round(host: str) -> None:
    with pytest.raises(ConfigError, match="ssh -L 7860:127"):
        listening(host, 7860)


def test_a_busy_port_is_told_with_the_flag_that_helps() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=rf"port {port} on 127.0.0.1 .*--port"):
            listening("127.0.0.1", port)


def test_port_0_takes_a_free_one() -> None:
    with listening("localhost", 0) as listener:
        address, port = listener.getsockname()
        assert address == "127.0.0.1"
        assert port > 0


def test_the_longest_question_fits_in_a_body() -> None:
    assert MAX_QUESTION_CHARS * 12 < LARGEST_BODY  # a character is at most 12 bytes of JSON
