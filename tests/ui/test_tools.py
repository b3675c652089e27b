"""The tools, called by the real MCP client over streamable HTTP from the whole app."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import gradio
import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, TextContent

from rag.config import Config
from rag.library import Library
from rag.models.chat import ExtractiveChat
from rag.summary.summarize import Summariser
from tests.fakes import HashEmbedder
from tests.rag.test_library import work
from tests.ui.desks import desk_of
from tests.ui.running import serving
from tests.ui.scripted import LAMPS_ANSWER, ScriptedAnswerer
from ui.http.api import make_app
from ui.http.tools import PATH, add_tools

NAMES = {"search_papers", "ask_papers", "show_paper", "summarise_papers"}


class NoReranker:
    """Finds everything equally good."""

    def score(self, query: str, passages: Any) -> list[float]:
        return [0.0 for _ in passages]


@pytest.fixture(scope="module")
def answerer() -> ScriptedAnswerer:
    return ScriptedAnswerer()


@pytest.fixture(scope="module")
def url(answerer: ScriptedAnswerer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the tools are, over two papers."""
    home = tmp_path_factory.mktemp("home")
    config = Config(home=home, cache=home, backend="extractive")
    with Library.open(config, HashEmbedder()) as library:
        library.write(
            [
                work("Moss", "Mosses grow slowly on walls in the shade. We measured forty walls."),
                work("Fern", "Ferns like the shade.", paper_id="doi:10.1/fern"),
            ]
        )
        library.fill()
        reranker: Any = NoReranker()
        app = make_app(
            library,
            lambda _: answerer,
            config,
            summarisers=lambda _: Summariser(library, ExtractiveChat(), reranker),
        )
        with serving(app) as address:
            yield f"{address}{PATH}"


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[ClientSession]:
    async with (
        streamable_http_client(url) as (read, write, _),
        ClientSession(read, write) as session,
    ):
        await session.initialize()
        yield session


def call(url: str, name: str, **arguments: Any) -> CallToolResult:
    async def called() -> CallToolResult:
        async with connected(url) as session:
            return await session.call_tool(name, arguments)

    return asyncio.run(called())


def text(result: CallToolResult) -> str:
    said = result.content[0]
    assert isinstance(said, TextContent)
    return said.text


def test_a_model_is_told_what_each_tool_does_and_takes(url: str) -> None:
    async def listed() -> Any:
        async with connected(url) as session:
            return (await session.list_tools()).tools

    tools = {tool.name: tool for tool in asyncio.run(listed())}
    assert set(tools) == NAMES
    for tool in tools.values():
        assert len(tool.description) > 80
        for name, argument in tool.inputSchema["properties"].items():
            assert argument.get("description"), f"{tool.name} {name}"
            assert argument.get("type") or argument.get("oneOf") or argument.get("anyOf")
    assert tools["ask_papers"].inputSchema["required"] == ["question"]
    assert tools["search_papers"].inputSchema["properties"]["most"]["type"] == "integer"


def test_no_event_of_the_page_is_a_tool(config: Config) -> None:
    with gradio.Blocks() as blocks:
        gradio.Button().click(lambda: None)
    add_tools(blocks, desk_of(config, ScriptedAnswerer()))
    named = blocks.get_api_info()["named_endpoints"]
    assert set(named) == {f"/{name}" for name in NAMES}


def test_search_gives_papers_with_their_passages(url: str) -> None:
    found = call(url, "search_papers", query="mosses on walls", most=1)
    assert "Moss" in text(found)
    assert "Mosses grow slowly" in text(found)
    assert found.structuredContent is not None
    (hit,) = found.structuredContent["papers"]
    assert (hit["title"], hit["rank"]) == ("Moss", 1)
    assert call(url, "search_papers", query="shade", year="1900").structuredContent == {
        "papers": []
    }


def test_an_answer_has_its_papers_below_it_and_the_whole_of_it_as_data(
    url: str, answerer: ScriptedAnswerer
) -> None:
    told = call(url, "ask_papers", question="How fast do lamps dim?", paper_ids=["Fern"])
    assert text(told).startswith("Lamps dim 12% faster when watched [1].")
    assert "[1] Lamps that learn, 2021, https://arxiv.org/abs/2101.00001" in text(told)
    assert answerer.filters[-1].paper_ids == ("Fern",)
    assert told.structuredContent is not None
    assert told.structuredContent["answer"] == LAMPS_ANSWER.answer
    assert isinstance(told.content[-1], TextContent)
    assert json.loads(told.content[-1].text) == told.structuredContent


def test_a_paper_is_shown_by_any_of_its_ids(url: str) -> None:
    shown = call(url, "show_paper", paper_id="doi:10.1/fern")
    assert text(shown).startswith("Fern")
    assert "Ferns like the shade." in text(shown)
    assert shown.structuredContent is not None
    assert shown.structuredContent["records"]


def test_papers_are_summarised_by_name_and_by_topic(url: str) -> None:
    by_name = call(url, "summarise_papers", paper_ids=["doi:10.1/fern"])
    assert "Ferns like the shade." in text(by_name)
    by_topic = call(url, "summarise_papers", topic="shade", most=2)
    assert by_topic.structuredContent is not None
    assert len(by_topic.structuredContent["papers"]) == 2


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("show_paper", {"paper_id": "nothing"}, "no paper has the id 'nothing'"),
        ("search_papers", {"query": " "}, "the query is empty"),
        ("search_papers", {"query": "moss", "year": "soon"}, "2020..2023"),
        ("search_papers", {"most": 3}, "query"),
        ("summarise_papers", {}, "either paper_ids or a topic"),
    ],
)
def test_what_cannot_be_done_is_an_error_that_says_why(
    url: str, tool: str, arguments: dict[str, Any], told: str
) -> None:
    result = call(url, tool, **arguments)
    assert result.isError
    assert told in text(result)


def test_a_fault_of_ours_shows_no_insides(url: str, answerer: ScriptedAnswerer) -> None:
    answerer.error = ZeroDivisionError("secret")
    try:
        result = call(url, "ask_papers", question="Why?")
    finally:
        answerer.error = None
    assert result.isError
    assert "secret" not in text(result)
    assert "Something inside askpapers broke" in text(result)
