"""The API's documentation: complete, true to what is sent, and nothing in it from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

import pytest
from fastapi.testclient import TestClient

from rag.config import Config
from rag.types import Critique, PaperScore, Record, Step, Understood, Usage
from rag.wire import answer_json, hits_json, paper_json, record_json
from tests.ui.desks import endpoints_client
from tests.ui.scripted import LAMPS, LAMPS_ANSWER, ScriptedAnswerer
from ui.http.shapes import AnswerShape, PaperShape, RecordShape


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    place = tmp_path_factory.mktemp("home")
    config = Config(home=place, cache=place)
    with endpoints_client(config, ScriptedAnswerer()) as client:
        yield client


@pytest.fixture(scope="module")
def schema(served: TestClient) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", served.get("/api/openapi.json").json())


def operations(schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def test_every_endpoint_says_what_it_does_and_what_it_returns(schema: Mapping[str, Any]) -> None:
    for name, operation in operations(schema):
        assert operation.get("description"), name
        for kind, content in operation["responses"]["200"].get("content", {}).items():
            assert content.get("schema"), f"{name} as {kind}"


def test_the_shapes_are_those_that_are_sent() -> None:
    full = AnswerShape.model_fields
    answer = answer_json(LAMPS_ANSWER)
    assert set(answer) == set(full)
    AnswerShape.model_validate(answer)
    assert set(paper_json(LAMPS)) == set(PaperShape.model_fields)
    more = {"key", "same_as", "because"}
    assert {*record_json(Record("a", 0)), *more} == set(RecordShape.model_fields)
    assert hits_json([]) == []


@pytest.mark.parametrize("kind", [PaperScore, Step, Critique, Understood, Usage])
def test_the_parts_of_an_answer_have_the_fields_of_ours(
    kind: type, schema: Mapping[str, Any]
) -> None:
    shape = schema["components"]["schemas"][f"{kind.__name__}Shape"]
    assert set(shape["properties"]) == set(kind.__dataclass_fields__)  # type: ignore[attr-defined]  # a dataclass's


def test_the_page_of_the_documentation_asks_nobody_else(served: TestClient) -> None:
    page = served.get("/api/docs")
    assert page.status_code == 200
    for address in re.findall(r'(?:src|href)="([^"]+)"', page.text):
        assert address.startswith("/api/docs/static/")
        assert served.get(address).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/nothing", 404),
        ("GET", "/api/ask", 405),
        ("POST", "/api/search", 405),
        ("DELETE", "/api/health", 405),
    ],
)
def test_what_is_no_endpoint_is_told_as_an_error(
    served: TestClient, method: str, path: str, status: int
) -> None:
    reply = served.request(method, path)
    assert reply.status_code == status
    assert "/api/docs" in reply.json()["error"]
    assert reply.json()["kind"]
