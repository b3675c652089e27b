"""Kept answers at addresses of their own: `/answer/ID` to read, and as an eval case."""

from __future__ import annotations

import datetime
from typing import Annotated

from fastapi import FastAPI, Path
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from rag.errors import ConfigError, LibraryError
from rag.library import Library
from ui.app.answer_page import answer_page, missing_page

_JSON_LINES = "application/jsonl"
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)
"""What these pages may do: look as they do, and nothing else."""

AnswerId = Annotated[str, Path(max_length=64)]


def add_answers(app: FastAPI, library: Library) -> None:
    """Add the routes; they come before the web app's own, which answers to everything."""

    def page(answer_id: AnswerId) -> HTMLResponse:
        """One kept answer with its evidence, as a page without scripts; 404 if there is none."""
        try:
            told, status = answer_page(library.conversations.answer(answer_id)), 200
        except LibraryError as error:
            told, status = missing_page(str(error)), 404
        return HTMLResponse(told, status, {"content-security-policy": _POLICY})

    def case(answer_id: AnswerId) -> Response:
        """An answer that was voted on, as a line of a file of eval cases.

        422 where the votes make none.
        """
        from evals.authoring.votes import case_of
        from evals.cases import case_line

        today = datetime.datetime.now(datetime.UTC).date()
        try:
            made = case_of(library.votes.of(answer_id), today)
        except ConfigError as error:
            body = {"error": str(error), "kind": type(error).__name__}
            return JSONResponse(body, status_code=422)
        return Response(
            f"{case_line(made)}\n",
            media_type=_JSON_LINES,
            headers={"content-disposition": f'attachment; filename="{made.id}.jsonl"'},
        )

    app.get("/answer/{answer_id}", response_class=HTMLResponse, tags=["answers"])(page)
    app.get("/answer/{answer_id}/case", response_class=PlainTextResponse, tags=["answers"])(case)
