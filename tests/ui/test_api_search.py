"""Searching over HTTP: the same as on the command line, kept to a filter, errors as elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from rag.config import Config
from rag.finding.filters import EVERYTHING, Filter
from rag.library import Library
from tests.fakes import HashEmbedder
from tests.rag.test_library import work
from tests.ui.desks import endpoints_client
from tests.ui.scripted import ScriptedAnswerer


@pytest.fixture
def answerer() -> ScriptedAnswerer:
    return ScriptedAnswerer()


@pytest.fixture
def served(config: Config, answerer: ScriptedAnswerer) -> Iterator[TestClient]:
    """A client of an app over four papers, one of them with a slash in its id."""
    with Library.open(config, HashEmbedder()) as library:
        works = [
            work("Moss", "Mosses grow slowly on walls in the shade."),
            work("Lichen", "Lichens grow slowly on walls in the sun.", paper_id="doi:10.1/li"),
            work("Fern", "Ferns like the shade.", source="b.bib"),
        ]
        dated = replace(works[0].paper, published="2021", authors=("Ada King",))
        library.write([replace(works[0], paper=dated), *works[1:]])
        library.fill()
        with endpoints_client(config, answerer, library) as started:
            yield started


def titles(served: TestClient, path: str, **parameters: Any) -> list[str]:
    reply = served.get(path, params=parameters)
    assert reply.status_code == 200, reply.text
    return [hit["title"] for hit in reply.json()]


def test_search_gives_the_best_papers_first(served: TestClient) -> None:
    assert titles(served, "/api/search", q="mosses on walls", k=2) == ["Moss", "Lichen"]
    (hit,) = served.get("/api/search", params={"q": "ferns", "k": 1}).json()
    assert (hit["rank"], hit["paper_id"], hit["text"]) == (1, "title:Fern", "Ferns like the shade.")


@pytest.mark.parametrize(
    ("parameters", "left"),
    [
        ({"year": "2020.."}, {"Moss"}),
        ({"author": ["nobody", "king"]}, {"Moss"}),
        ({"source": "*.bib"}, {"Fern"}),
        ({"id": ["Fern", "doi:10.1/li"]}, {"Fern", "Lichen"}),
        ({"without": "Fern"}, {"Moss", "Lichen"}),
        ({"category": "cs"}, set()),
    ],
    ids=str,
)
def test_search_is_kept_to_a_filter(
    served: TestClient, parameters: dict[str, Any], left: set[str]
) -> None:
    assert set(titles(served, "/api/search", q="shade", **parameters)) == left


def test_similar_papers_are_found_also_of_an_id_with_a_slash(served: TestClient) -> None:
    assert titles(served, "/api/papers/doi:10.1/li/similar", k=1) == ["Moss"]
    assert titles(served, "/api/papers/doi:10.1/li/similar", source="b.bib") == ["Fern"]


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("/api/search", 422, "/api/search?q="),
        ("/api/search?q=moss&k=0", 422, "k: "),
        ("/api/search?q=+", 422, "is empty"),
        ("/api/search?q=moss&year=soon", 422, "2020..2023"),
        ("/api/search?q=moss&id=nothing", 404, "nothing"),
        ("/api/papers/nothing/similar", 404, "nothing"),
    ],
)
def test_an_error_is_told_with_a_fitting_status(
    served: TestClient, path: str, status: int, told: str
) -> None:
    reply = served.get(path)
    assert reply.status_code == status
    assert told in reply.json()["error"]
    assert reply.json()["kind"]


def test_a_question_is_kept_to_its_filter(served: TestClient, answerer: ScriptedAnswerer) -> None:
    lists = {
        "authors": ["king"],
        "categories": ["cs"],
        "sources": ["a"],
        "ids": ["1"],
        "without": ["2"],
    }
    body = {"question": "?", "filter": {"years": [2020, None], **lists}}
    assert served.post("/api/ask", json=body).status_code == 200
    assert served.post("/api/ask", json={"question": "?"}).status_code == 200
    within = Filter((2020, None), ("king",), ("cs",), ("a",), ("1",), ("2",))
    assert answerer.filters == [within, EVERYTHING]


@pytest.mark.parametrize(
    "within", [{"years": 2020}, {"years": [2023, 2020]}, {"year": [1, 2]}, {"authors": "x"}, []],
    ids=str,
)  # fmt: skip
def test_a_filter_of_the_wrong_shape_is_refused(served: TestClient, within: Any) -> None:
    reply = served.post("/api/ask", json={"question": "?", "filter": within})
    assert reply.status_code == 422


def test_a_paper_is_shown_with_its_records_can_be_deleted_and_restored(served: TestClient) -> None:
    paper = served.get("/api/papers/doi:10.1/li").json()
    assert (paper["title"], paper["records"][0]["same_as"]) == ("Lichen", None)
    assert served.delete("/api/papers/doi:10.1/li").json()["title"] == "Lichen"
    assert served.get("/api/papers/doi:10.1/li").status_code == 404
    assert "Lichen" not in titles(served, "/api/search", q="walls")
    assert served.post("/api/papers/doi:10.1/li/restore").json()[0]["title"] == "Lichen"
    assert "Lichen" in titles(served, "/api/search", q="walls")
    assert served.post("/api/papers/doi:10.1/li/restore").status_code == 404
