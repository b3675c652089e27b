"""The retriever and the query engine inside LlamaIndex's own chat engine and agent."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.base.llms.types import ChatMessage, ToolCallBlock
from llama_index.core.chat_engine import ContextChatEngine
from llama_index.core.llms.mock import MockFunctionCallingLLM
from llama_index.core.memory import Memory
from llama_index.core.schema import MetadataMode
from llama_index.core.tools import QueryEngineTool

from rag.answer import Answerer
from rag.config import Config
from rag.errors import QuestionError
from rag.finding.filters import Filter
from rag.library import Library
from rag.llamaindex import papers_query_engine, papers_retriever
from rag.models.chat import ExtractiveChat
from rag.models.embed import Embedder
from rag.models.rerank import Reranker

SCALING = "How does loss scale with model size, dataset size and compute?"


@pytest.fixture
def library(sample_config: Config, embedder: Embedder) -> Iterator[Library]:
    with Library.open(sample_config, embedder) as opened:
        yield opened


@pytest.fixture
def answerer(library: Library, reranker: Reranker) -> Answerer:
    return Answerer(library, ExtractiveChat(), reranker)


class Scripted(MockFunctionCallingLLM):
    """Calls the first tool with the question once, then repeats what it was told last."""

    def __init__(self, read: list[ChatMessage]) -> None:
        def reply(messages: Sequence[ChatMessage], tools: Any = (), **_: Any) -> ChatMessage:
            read.extend(messages)
            if tools and messages[-1].role == "user":
                name = tools[0].metadata.get_name()
                asked = {"input": SCALING}
                block = ToolCallBlock(tool_name=name, tool_kwargs=asked, tool_call_id="1")
                return ChatMessage(role="assistant", blocks=[block])
            return ChatMessage(role="assistant", content=messages[-1].content)

        super().__init__(response_generator=reply, is_chat_model=True)


def test_retrieved_nodes_are_passages_with_their_paper_and_place(library: Library) -> None:
    nodes = papers_retriever(library, k=3).retrieve(SCALING)
    assert len(nodes) == 3
    assert [node.score for node in nodes] == sorted((n.score or 0 for n in nodes), reverse=True)
    first = nodes[0].node
    paper = library.paper(first.metadata["paper_id"])
    text = paper.text(first.metadata["field"])
    assert text[first.metadata["start"] : first.metadata["end"]] == first.get_content()
    assert paper.title in first.get_content(MetadataMode.LLM)
    assert first.ref_doc_id == paper.paper_id


def test_only_papers_of_the_filter_are_retrieved(library: Library) -> None:
    retriever = papers_retriever(library, within=Filter((2022, 2022)))
    nodes = asyncio.run(retriever.aretrieve(SCALING))
    assert nodes
    assert {node.metadata["published"][:4] for node in nodes} == {"2022"}


def test_a_chat_engine_of_llamaindex_reads_what_our_retriever_finds(library: Library) -> None:
    read: list[ChatMessage] = []
    engine = ContextChatEngine.from_defaults(
        retriever=papers_retriever(library, k=2),
        llm=Scripted(read),
        memory=Memory.from_defaults(session_id="test", token_limit=30_000),
    )
    reply = engine.chat(SCALING)
    assert len(reply.source_nodes) == 2
    assert any(reply.source_nodes[0].get_content() in (one.content or "") for one in read)


def test_the_query_engine_answers_with_its_quotes_as_source_nodes(
    answerer: Answerer, library: Library
) -> None:
    response: Any = papers_query_engine(answerer).query(SCALING)
    assert "[1]" in str(response)
    assert "Papers:\n[1] " in str(response)
    assert response.metadata["answer"]["question"] == SCALING
    for node in response.source_nodes:
        paper = library.paper(node.metadata["paper_id"])
        assert node.get_content() in paper.abstract + paper.summary
        assert node.get_content() in str(response)


def test_what_the_papers_do_not_say_is_told_so_without_sources(answerer: Answerer) -> None:
    response: Any = papers_query_engine(answerer).query("What is the capital of France?")
    assert response.metadata["answer"]["abstained"]
    assert response.source_nodes == []


def test_an_agent_of_llamaindex_uses_the_query_engine_as_a_tool(answerer: Answerer) -> None:
    async def run() -> Any:
        tool = QueryEngineTool.from_defaults(
            papers_query_engine(answerer), name="papers", description="Answers from papers."
        )
        return await FunctionAgent(tools=[tool], llm=Scripted([]), streaming=False).run(SCALING)

    result = asyncio.run(run())
    assert [call.tool_name for call in result.tool_calls] == ["papers"]
    assert "Papers:\n[1] " in str(result)


def test_errors_are_ours(answerer: Answerer) -> None:
    with pytest.raises(QuestionError, match="empty"):
        papers_query_engine(answerer).query(" ")
