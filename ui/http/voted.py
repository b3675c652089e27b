"""The votes of a library for programs and the page: as cases of its home's own, and as a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import fastapi
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse, StreamingResponse
from pydantic import BaseModel

from rag.library import Library
from ui.runs import VOTED

AnswerId = Annotated[str, fastapi.Path(max_length=64)]


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


def add_votes(app: FastAPI, library: Library, home: Path) -> None:
    """Add the routes; they come before the web app's own, which answers to everything."""

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
            media_type="application/jsonl",
            headers={"content-disposition": 'attachment; filename="votes.jsonl"'},
        )

    app.post("/answer/{answer_id}/case", tags=["answers"])(keep)
    app.get("/votes.jsonl", response_class=PlainTextResponse, tags=["answers"])(votes)


def _lines(library: Library) -> Iterator[str]:
    from evals.authoring.votes import comparison_json, vote_json

    rows = (
        *map(vote_json, library.votes.all()),
        *map(comparison_json, library.votes.comparisons()),
    )
    for row in rows:
        yield f"{json.dumps(row, ensure_ascii=False)}\n"
