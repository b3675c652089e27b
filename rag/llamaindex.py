"""The library in LlamaIndex's interfaces: a retriever, and a query engine that checks its answers.

Both fit wherever LlamaIndex takes one: in its chat engines, and as tools of its agents. Its global
settings are neither read nor changed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rag.answer import Answerer
from rag.finding.filters import EVERYTHING, Filter
from rag.finding.retrieve import retrieve
from rag.library import Library
from rag.types import Answer, Citation, Hit, Paper
from rag.wire import answer_json
from rag.writing.printed import printed

if TYPE_CHECKING:
    from llama_index.core.base.base_query_engine import BaseQueryEngine
    from llama_index.core.base.base_retriever import BaseRetriever
    from llama_index.core.base.response.schema import Response
    from llama_index.core.schema import NodeWithScore, QueryBundle

_FOR_MACHINES = ["paper_id", "field", "start", "end"]
"""What a node knows of itself that no chat model needs to read."""


def papers_retriever(library: Library, k: int = 10, within: Filter = EVERYTHING) -> BaseRetriever:
    """Finds the `k` best passages for a query, of the papers that `within` leaves.

    A node's id is that of its chunk, its score is in [0, 1]; its metadata name the paper and the
    place in it. Retrieving raises LibraryError, WeightsError, QuestionError.
    """
    from llama_index.core.base.base_retriever import BaseRetriever

    class PapersRetriever(BaseRetriever):
        def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
            scope = library.scope(within) if within else None
            hits = retrieve(library, query_bundle.query_str, k, scope=scope).hits
            papers = {p.paper_id: p for p in library.papers({h.chunk.paper_id for h in hits})}
            return [
                _of_hit(hit, papers[hit.chunk.paper_id])
                for hit in hits
                if hit.chunk.paper_id in papers  # else deleted in this moment
            ]

        async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
            return await asyncio.to_thread(self._retrieve, query_bundle)

    return PapersRetriever()


def papers_query_engine(answerer: Answerer, within: Filter = EVERYTHING) -> BaseQueryEngine:
    """Answers questions from the papers that `within` leaves, each sentence with its quotes.

    The response's text has its papers below it; its source nodes are the quotes, and its metadata
    hold the whole answer as `answer`, as `askpapers ask --json` prints it. Where the papers do not
    say it, the text says so. Querying raises as `Answerer.ask` does.
    """
    from llama_index.core.base.base_query_engine import BaseQueryEngine

    class PapersQueryEngine(BaseQueryEngine):
        def _query(self, query_bundle: QueryBundle) -> Response:
            return _response(answerer.ask(query_bundle.query_str, within=within))

        async def _aquery(self, query_bundle: QueryBundle) -> Response:
            return await asyncio.to_thread(self._query, query_bundle)

        def _get_prompt_modules(self) -> dict[str, Any]:
            return {}  # our prompts are no part to be exchanged

    return PapersQueryEngine(callback_manager=None)


def _response(answer: Answer) -> Response:
    from llama_index.core.base.response.schema import Response

    papers = {paper.paper_id: paper for paper in answer.papers}
    nodes = [_of_citation(one, papers[one.paper_id]) for one in answer.citations]
    return Response(printed(answer), source_nodes=nodes, metadata={"answer": answer_json(answer)})


def _of_hit(hit: Hit, paper: Paper) -> NodeWithScore:
    chunk = hit.chunk
    place = {"field": chunk.field, "start": chunk.start, "end": chunk.end}
    return _node(chunk.chunk_id, chunk.text, paper, place, hit.score)


def _of_citation(citation: Citation, paper: Paper) -> NodeWithScore:
    place = {"field": citation.field, "start": citation.start, "end": citation.end}
    where = f"{citation.paper_id}:{citation.field}:{citation.start}-{citation.end}"
    return _node(where, citation.quote, paper, place, None)


def _node(
    name: str, text: str, paper: Paper, place: Mapping[str, object], score: float | None
) -> NodeWithScore:
    from llama_index.core.schema import NodeRelationship, NodeWithScore, RelatedNodeInfo, TextNode

    about: dict[str, object] = {
        "title": paper.title,
        "authors": ", ".join(paper.authors),
        "published": paper.published,
        "venue": paper.venue,
        "url": paper.url,
    }
    node = TextNode(
        id_=name,
        text=text,
        metadata={
            **{key: value for key, value in about.items() if value},
            "paper_id": paper.paper_id,
            **place,
        },
        excluded_llm_metadata_keys=_FOR_MACHINES,
        excluded_embed_metadata_keys=_FOR_MACHINES,
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=paper.paper_id)},
    )
    return NodeWithScore(node=node, score=score)
