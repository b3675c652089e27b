"""Kept answers and the votes on them: `/answer/ID` to read, as an eval case, and every vote."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Annotated

from fastapi import FastAPI, Path
from fastapi.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    Response,
    StreamingResponse,
)
from pydantic import BaseModel

from rag.errors import ConfigError, LibraryError
from rag.library import Library
from ui.app.answer_page import answer_page, missing_page
from ui.runs import VOTED

_JSON_LINES = "application/jsonl"
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)
"""What these pages may do: look as they do, and nothing else."""

AnswerId = Annotated[str, Path(max_length=64)]


class LeftOutShape(BaseModel):
    """An answer whose votes are no case, and why."""

    answer: str
    question: str
    reason: str


class KeptShape(BaseModel):
    """What came of votes: ids of drafts added, how many were there, answers left out."""

    cases: str
    added: list[str]
    there: int
    left_out: list[LeftOutShape]


def add_answers(app: FastAPI, library: Library, home: FilePath) -> None:
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

    def keep(answer_id: AnswerId) -> KeptShape:
        """Add the case of an answer that was voted on to the cases of this home, as a draft.

        Asked again, it adds nothing.
        """
        from evals.authoring.votes import NO_VOTE
        from ui.voted import keep_voted

        given = library.votes.of(answer_id)
        if not given:
            told = LeftOutShape(answer=answer_id, question="", reason=NO_VOTE)
            return KeptShape(cases=VOTED, added=[], there=0, left_out=[told])
        kept = keep_voted(home, given)
        return KeptShape(
            cases=VOTED,
            added=[case.id for case in kept.added],
            there=kept.there,
            left_out=[
                LeftOutShape(answer=one.answer_id, question=one.question, reason=one.reason)
                for one in kept.left_out
            ],
        )

    def votes() -> StreamingResponse:
        """Every vote and comparison, a JSON object a line, each with what it was given to."""
        return StreamingResponse(
            _lines(library),
            media_type=_JSON_LINES,
            headers={"content-disposition": 'attachment; filename="votes.jsonl"'},
        )

    app.get("/answer/{answer_id}", response_class=HTMLResponse, tags=["answers"])(page)
    app.get("/answer/{answer_id}/case", response_class=PlainTextResponse, tags=["answers"])(case)
    app.post("/answer/{answer_id}/case", tags=["answers"])(keep)
    app.get("/votes.jsonl", response_class=PlainTextResponse, tags=["answers"])(votes)


def _lines(library: Library) -> Iterator[str]:
    from evals.authoring.votes import comparison_json, vote_json

    for row in map(vote_json, library.votes.all()):
        yield f"{json.dumps(row, ensure_ascii=False)}\n"
    for row in map(comparison_json, library.votes.comparisons()):
        yield f"{json.dumps(row, ensure_ascii=False)}\n"
