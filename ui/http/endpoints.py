"""Every endpoint for programs, as one ASGI app without the page."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline

from ui.app.desk import Desk
from ui.http.answers import add_answers
from ui.http.asking import add_asking
from ui.http.completions import add_completions
from ui.http.errors import add_errors, add_not_found
from ui.http.exports import add_exports
from ui.http.finding import add_finding
from ui.http.ingesting import add_ingesting
from ui.http.reports import add_reports
from ui.http.shapes import HealthShape
from ui.http.voted import add_votes

ABOUT = """\
Ask questions about the papers of this library. Errors are `{"error", "kind"}` with a fitting
status; those of `/v1` look as OpenAI's do."""


def endpoints(desk: Desk) -> FastAPI:
    """The endpoints, documented at `/api/docs`; every error is JSON."""
    app = _documented()
    add_errors(app)
    _add_health(app, desk)
    add_asking(app, desk)
    add_completions(app, desk)
    add_finding(app, desk.library)
    add_ingesting(app, desk.adding)
    add_answers(app, desk.library)
    add_votes(app, desk.library, desk.config.home)
    add_exports(app, desk.library)
    add_reports(app, desk.config.home)
    add_not_found(app)
    return app


def _documented() -> FastAPI:
    """An app whose documentation is at `/api/docs`, with nothing in it from elsewhere."""
    return FastAPIOffline(
        title="askpapers",
        description=ABOUT,
        version=version("askpapers"),
        openapi_url="/api/openapi.json",
        docs_url="/api/docs",
        redoc_url=None,
        static_url="/api/docs/static",
        swagger_ui_oauth2_redirect_url="/api/docs/oauth2-redirect",
    )


def _add_health(app: FastAPI, desk: Desk) -> None:
    def health() -> dict[str, object]:
        """What is served here: version, papers and how they can be found, chat model."""
        now = desk.filling()
        return {
            "status": "ok",
            "version": version("askpapers"),
            "papers": now.standing.papers,
            "by_words": now.standing.by_words,
            "by_vectors": now.standing.by_vectors,
            "vectors_a_second": round(now.rate, 2),
            "seconds_left": now.seconds_left,
            "problem": now.problem,
            "backend": desk.knobs.backend,
        }

    app.get("/api/health", response_model=HealthShape, tags=["service"])(health)
