"""Kept answers at addresses of their own: `/answer/ID` to read, and as an eval case."""

from __future__ import annotations

import datetime
from typing import Annotated

from fastapi import FastAPI, Path
from fastapi.responses import HTMLResponse, JSONResponse, Response

from rag.errors import ConfigError, LibraryError
from rag.library import Library
from ui.app.answer_page import answer_page, missing_page

_JSON_LINES = "application/jsonl"

AnswerId = Annotated[str, Path(max_length=64)]


def add_answers(app: FastAPI, library: Library) -> None:
    """Add the routes; they come before the web app's own, which answers to everything."""

    def page(answer_id: AnswerId) -> HTMLResponse:
        """One kept answer with its evidence, as a page without scripts; 404 if there is none."""
        try:
            return HTMLResponse(answer_page(library.conversations.answer(answer_id)))
        except LibraryError as error:
            return HTMLResponse(missing_page(str(error)), status_code=404)

    def case(answer_id: AnswerId) -> Response:
        """An answer that was voted on, as a line of a file of eval cases.

        422 where the votes make none.
        """
        from evals.cases import case_line
        from evals.votes import case_of

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

    app.get("/answer/{answer_id}")(page)
    app.get("/answer/{answer_id}/case")(case)
