"""The whole service: the endpoints for programs, the web app at `/`, and what guards both."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI

from rag.config import Config
from rag.library import Library
from rag.summary.summarize import Summariser
from ui.adding import Adding
from ui.app.desk import Desk
from ui.app.frame import App, script, styles, theme
from ui.app.knobs import Knobs
from ui.app.turns import Answerers
from ui.filling import Filling
from ui.http.endpoints import endpoints
from ui.http.limits import LARGEST_UPLOAD
from ui.http.mended import keep_ids
from ui.http.protection import Protection
from ui.http.tools import add_tools, structure_results
from ui.opening import Answerers as Own


def make_app(
    library: Library,
    answerers: Answerers,
    config: Config,
    filling: Callable[[], Filling] | None = None,
    knobs: Knobs | None = None,
    summarisers: Callable[[str], Summariser] | None = None,
    protection: Protection | None = None,
) -> FastAPI:
    """The whole service as an ASGI app: `answerers` gives the Answerer of a backend.

    `filling` tells how far the vectors are; without it, only the library is asked. `knobs` are
    what is set in the app; without them those kept with the library, of which no answerer hears.
    `summarisers` are as `Answerers.summariser`; without them one is made when it is wanted.
    `protection` says who may ask; without it, only this machine.
    """
    import gradio as gr

    keep_ids()
    filling = filling or (lambda: Filling(library.standing()))
    knobs = knobs or Knobs(library.catalogue, config)
    summarisers = summarisers or (lambda backend: Own(library, config).summariser(backend))

    desk = Desk(library, answerers, config, filling, knobs, summarisers, Adding(config.home))

    blocks = App(desk).blocks
    add_tools(blocks, desk)
    app = endpoints(desk)
    (protection or Protection()).stand_before(app)
    gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        app_kwargs={"openapi_url": None},
        footer_links=[],
        run_history=False,
        show_error=False,  # what broke is told on the page; a traceback belongs to the terminal
        max_file_size=LARGEST_UPLOAD,
        ssr_mode=False,
        enable_monitoring=False,
        mcp_server=True,
        pwa=False,
        theme=theme(),
        css_paths=styles(),
        js=script(),
    )
    structure_results(blocks)
    return app
