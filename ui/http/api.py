"""The HTTP side: the web app at `/`, `/api/ask`, `/api/search` and others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Annotated

from fastapi import Depends, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from rag.config import Config
from rag.errors import (
    ChatAuthError,
    ChatError,
    ChatRateLimited,
    ChatTimeout,
    EmbedderError,
    LibraryBusy,
    PaperNotFound,
    QuestionError,
    RagError,
    WeightsError,
)
from rag.finding.filters import Filter, parse_years
from rag.finding.retrieve import search_papers
from rag.finding.similar import similar_papers
from rag.library import Library
from rag.summary.summarize import Summariser
from rag.types import Answer, Done, Exchange
from rag.wire import answer_json, hits_json
from ui.app.desk import Desk
from ui.app.frame import App, script, styles, theme
from ui.app.knobs import Knobs
from ui.app.turns import Answerers, Asks
from ui.filling import Filling
from ui.http.guard import Guard
from ui.opening import Answerers as Own

STATUS: Mapping[type[RagError], int] = {
    QuestionError: 422,
    PaperNotFound: 404,
    LibraryBusy: 503,
    WeightsError: 503,
    ChatRateLimited: 429,
    ChatTimeout: 504,
    ChatAuthError: 502,
    ChatError: 502,
    EmbedderError: 502,
    RagError: 500,
}
"""HTTP status of an error; the nearest class upwards in the tree decides."""


MOST_EARLIER = 50  # questions of a conversation that a body may hold


class Within(BaseModel):
    """The papers that an answer may rest on; see `rag.finding.filters.Filter`."""

    model_config = ConfigDict(extra="forbid")
    years: tuple[int | None, int | None] = (None, None)
    authors: list[str] = []
    categories: list[str] = []
    sources: list[str] = []
    ids: list[str] = []

    def filter(self) -> Filter:
        """Raises QuestionError for a senseless value."""
        lists = (self.authors, self.categories, self.sources, self.ids)
        return Filter(self.years, *map(tuple, lists))


class Cited(BaseModel):
    """A paper and its printed number; a citation of an earlier answer has both."""

    model_config = ConfigDict(extra="ignore")
    paper_id: str
    marker: int


class Earlier(BaseModel):
    """An earlier question of the conversation; an earlier answer, as it was returned, is one."""

    model_config = ConfigDict(extra="ignore")
    question: str
    asked: str = ""
    citations: list[Cited] = []

    def exchange(self) -> Exchange:
        """As the answerer takes it."""
        cited = {one.paper_id: one.marker for one in self.citations}
        return Exchange(self.question, self.asked, tuple(cited.items()))


class Ask(BaseModel):
    """The body of `POST /api/ask`."""

    model_config = ConfigDict(extra="forbid")
    question: str
    filter: Within = Within()
    history: Annotated[list[Earlier], Field(max_length=MOST_EARLIER)] = []
    literally: list[str] = []


def _filter(
    year: str = "",
    author: Annotated[list[str] | None, Query()] = None,
    category: Annotated[list[str] | None, Query()] = None,
    source: Annotated[list[str] | None, Query()] = None,
    id: Annotated[list[str] | None, Query()] = None,  # noqa: A002  the name of the parameter
) -> Filter:
    """The filter of a query string. Raises QuestionError for a senseless value."""
    lists = (author, category, source, id)
    years = parse_years(year) if year else (None, None)
    return Filter(years, *(tuple(values or ()) for values in lists))


Count = Annotated[int, Query(ge=1, le=1000)]
OfQuery = Annotated[Filter, Depends(_filter)]


def make_app(
    library: Library,
    answerers: Answerers,
    config: Config,
    filling: Callable[[], Filling] | None = None,
    knobs: Knobs | None = None,
    summarisers: Callable[[str], Summariser] | None = None,
) -> FastAPI:
    """The whole service as an ASGI app: `answerers` gives the Answerer of a backend.

    `filling` tells how far the vectors are; without it, only the library is asked. `knobs` are
    what is set in the app; without them those kept with the library, of which no answerer hears.
    `summarisers` are as `Answerers.summariser`; without them one is made when it is wanted.
    """
    import gradio as gr

    filling = filling or (lambda: Filling(library.standing()))
    knobs = knobs or Knobs(library.catalogue, config)
    summarisers = summarisers or (lambda backend: Own(library, config).summariser(backend))

    app = FastAPI(title="askpapers", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(Guard)
    _add_errors(app)
    _add_routes(app, answerers, knobs, filling)
    _add_searches(app, library)
    gr.mount_gradio_app(
        app,
        App(Desk(library, answerers, config, filling, knobs, summarisers)).blocks,
        path="/",
        app_kwargs={"openapi_url": None},
        footer_links=[],
        run_history=False,
        show_error=False,  # what broke is told on the page; a traceback belongs to the terminal
        max_file_size=1,  # byte: nothing is uploaded
        ssr_mode=False,
        enable_monitoring=False,
        mcp_server=False,
        pwa=False,
        theme=theme(),
        css_paths=styles(),
        js=script(),
    )
    return app


def _add_routes(
    app: FastAPI, answerers: Answerers, knobs: Knobs, filling: Callable[[], Filling]
) -> None:
    def ask(body: Ask) -> dict[str, object]:
        return answer_json(_whole_answer(answerers(knobs.backend), body))

    def health() -> dict[str, object]:
        """What is served here: version, papers and how they can be found, chat model."""
        now = filling()
        return {
            "status": "ok",
            "version": version("askpapers"),
            "papers": now.standing.papers,
            "by_words": now.standing.by_words,
            "by_vectors": now.standing.by_vectors,
            "vectors_a_second": round(now.rate, 2),
            "seconds_left": now.seconds_left,
            "problem": now.problem,
            "backend": knobs.backend,
        }

    app.post("/api/ask")(ask)
    app.get("/api/health")(health)


def _add_searches(app: FastAPI, library: Library) -> None:
    def search(q: str, within: OfQuery, k: Count = 10) -> list[dict[str, object]]:
        """What `askpapers search --json` prints."""
        if not q.strip():
            raise QuestionError("the query q is empty; say what to look for")
        scope = library.scope(within) if within else None
        return hits_json(search_papers(library, q, k, scope))

    def similar(paper_id: str, within: OfQuery, k: Count = 10) -> list[dict[str, object]]:
        """What `askpapers similar --json` prints."""
        scope = library.scope(within) if within else None
        return hits_json(similar_papers(library, paper_id, k, scope).found)

    app.get("/api/search")(search)
    app.get("/api/papers/{paper_id:path}/similar")(similar)


def _whole_answer(asks: Asks, body: Ask) -> Answer:
    for event in asks.stream(
        body.question,
        within=body.filter.filter(),
        history=[earlier.exchange() for earlier in body.history],
        literally=body.literally,
    ):
        if isinstance(event, Done):
            return event.answer
    raise AssertionError("a stream of events ended without Done")


def _add_errors(app: FastAPI) -> None:
    """Every error as `{"error": "what is wrong and what to do", "kind": "its class"}`."""

    def rag_error(_: Request, error: Exception) -> JSONResponse:
        kinds = (STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
        body = {"error": str(error), "kind": type(error).__name__}
        return JSONResponse(body, status_code=next(kinds))

    def bad_request(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        asks = request.url.path == "/api/ask"
        right = 'send {"question": "..."} as JSON' if asks else "send /api/search?q=...&k=10"
        message = f"{where}: {first['msg']}; {right}"
        return JSONResponse({"error": message, "kind": "BadRequest"}, status_code=422)

    app.add_exception_handler(RagError, rag_error)
    app.add_exception_handler(RequestValidationError, bad_request)
