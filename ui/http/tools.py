"""The library as tools for other programs' models, over MCP by Gradio's server.

What a tool's docstring says is what a model is told of it.
"""

# No annotations from the future here: Gradio looks at those of the tools as they are.

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rag.errors import LibraryError, QuestionError, RagError
from rag.finding.filters import Filter, parse_years
from rag.finding.retrieve import search_papers
from rag.types import Hit, Paper
from rag.wire import answer_json, hits_json, summary_json
from rag.writing.printed import printed
from ui.app.desk import BROKEN, Desk
from ui.http.asking import final
from ui.whole_paper import whole_paper_json

if TYPE_CHECKING:
    import gradio as gr

LOG = logging.getLogger(__name__)

PATH = "/gradio_api/mcp/"
"""Where MCP clients connect, by streamable HTTP."""

MOST_FOUND, MOST_SUMMARISED = 50, 20

Told = tuple[str, str]
"""What a tool returns: text for a model to read, and the same as JSON."""


class Tools:
    """The tools over one library."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def search_papers(self, query: str, most: int = 10, year: str = "", author: str = "") -> Told:
        """Find scientific papers of the library by words and by meaning.

        Use it to see which papers there are about something. To have a question answered from
        them, use ask_papers. Returns, for each paper, its id, title and best passage, best first.

        Args:
            query: what the papers are to be about, in a few words or a sentence
            most: the most papers to return, from 1 to 50
            year: only papers of these years: 2022, 2020..2023, 2020.. or ..2023; empty for any
            author: only papers by this author, a name or part of one; empty for any
        """
        with _faults_hidden():
            if not query.strip():
                raise QuestionError("the query is empty; say what the papers are to be about")
            within, library = _filter(year, author), self._desk.library
            scope = library.scope(within) if within else None
            found = search_papers(library, query, _between(most, MOST_FOUND), scope)
            text = "\n\n".join(map(_found, found)) or "No paper was found."
            return text, _json({"papers": hits_json(found)})

    def ask_papers(
        self, question: str, year: str = "", author: str = "", paper_ids: list[str] | None = None
    ) -> Told:
        """Answer a question from the scientific papers of the library, and only from them.

        Every sentence was checked against the quotes it cites; markers such as [1] name the papers
        listed below the answer. Where the papers do not say it, the answer says so and what is
        missing: then do not fill the gap yourself. Ask for one thing at a time, in a whole
        sentence; every call stands by itself.

        Args:
            question: the question, in words, at most 2000 characters
            year: only from papers of these years: 2022, 2020..2023, 2020.. or ..2023
            author: only from papers by this author, a name or part of one
            paper_ids: only from these papers: their ids, arXiv ids or DOIs
        """
        with _faults_hidden():
            within = _filter(year, author, tuple(paper_ids or ()))
            asks = self._desk.answerers(self._desk.knobs.backend)
            answer = final(asks.stream(question, within=within))
            return printed(answer), _json(answer_json(answer))

    def show_paper(self, paper_id: str) -> Told:
        """Show one paper of the library: title, authors, date, where to read it, and its abstract.

        Args:
            paper_id: its id as search_papers and ask_papers give it, an arXiv id, or a DOI
        """
        with _faults_hidden():
            whole = whole_paper_json(self._desk.library, paper_id)
            return _shown(self._desk.library.paper(paper_id)), _json(whole)

    def summarise_papers(
        self, paper_ids: list[str] | None = None, topic: str = "", most: int = 8
    ) -> Told:
        """Summarise papers of the library; every sentence rests on quotes and was checked.

        Give either paper_ids, or a topic to take the papers about it. Takes longer than
        ask_papers: up to a minute with a small chat model.

        Args:
            paper_ids: the papers: their ids, arXiv ids or DOIs, at most 20
            topic: instead of paper_ids: what the papers are to be about
            most: the most papers to take for a topic, from 1 to 20
        """
        with _faults_hidden():
            named = tuple(dict.fromkeys(paper_ids or ()))
            if bool(named) == bool(topic.strip()):
                raise QuestionError("give either paper_ids or a topic")
            if len(named) > MOST_SUMMARISED:
                raise QuestionError(f"{len(named)} papers are too many: give {MOST_SUMMARISED}")
            summariser = self._desk.summarisers(self._desk.knobs.backend)
            library = self._desk.library
            papers = (
                [library.paper(name) for name in named]
                if named
                else summariser.about(topic, _between(most, MOST_SUMMARISED))
            )
            from rag.summary.markdown import summary_markdown

            summary = summariser.summarise(papers, topic=topic)
            return summary_markdown(summary), _json(summary_json(summary))


def add_tools(blocks: "gr.Blocks", desk: Desk) -> None:
    """Add the tools to the page's app, whose MCP server offers them and nothing of the page."""
    from gradio.events import api

    tools = Tools(desk)
    for event in blocks.fns.values():
        event.api_visibility = "private"  # one that a view forgot to call so would be a tool
    with blocks:
        for tool in (
            tools.search_papers,
            tools.ask_papers,
            tools.show_paper,
            tools.summarise_papers,
        ):
            api(tool, api_name=tool.__name__, queue=False)


def structure_results(blocks: "gr.Blocks") -> None:
    """Have the JSON of a tool's result be its structured content too; once the app is mounted.

    Gradio's server has no way to give any but its texts.
    """
    from mcp import types

    assert blocks.mcp_server_obj is not None, blocks.mcp_error
    handlers = blocks.mcp_server_obj.mcp_server.request_handlers
    call = handlers[types.CallToolRequest]

    async def called(request: types.CallToolRequest) -> types.ServerResult:
        """The call's result, its text as an object too, where it is no error."""
        told: types.ServerResult = await call(request)
        result = told.root
        if isinstance(result, types.CallToolResult) and not result.isError:
            last = result.content[-1]
            assert isinstance(last, types.TextContent)
            result.structuredContent = json.loads(last.text)
        return told

    handlers[types.CallToolRequest] = called


@contextmanager
def _faults_hidden() -> Iterator[None]:
    """Errors that are meant for people go on to the client; of any other it is told only so."""
    try:
        yield
    except RagError:
        raise
    except Exception:  # a fault of ours: its text would be sent as it is
        LOG.exception("a tool failed")
        raise LibraryError(BROKEN) from None


def _filter(year: str, author: str, paper_ids: tuple[str, ...] = ()) -> Filter:
    """Raises QuestionError for a senseless value."""
    years = parse_years(year) if year.strip() else (None, None)
    return Filter(years, (author,) if author.strip() else (), paper_ids=paper_ids)


def _between(number: int, most: int) -> int:
    return max(1, min(int(number), most))


def _found(found: tuple[Paper, Hit]) -> str:
    paper, hit = found
    facts = ", ".join(filter(None, (paper.title, paper.published[:4], paper.url)))
    return f"{facts} ({paper.paper_id})\n“{hit.chunk.text}”"


def _shown(paper: Paper) -> str:
    authors = ", ".join(paper.authors) + (" and others" if not paper.authors_complete else "")
    about = "Summary by a third party, not the authors: " if not paper.abstract else ""
    lines = (
        paper.title,
        authors if paper.authors else "",
        ", ".join(filter(None, (paper.published, paper.venue, paper.url, paper.paper_id))),
        f"{about}{paper.abstract or paper.summary}",
    )
    return "\n\n".join(filter(None, lines))


def _json(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False)
