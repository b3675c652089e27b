"""`/api/ask`: a question answered as one JSON object, or in events while it is made."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Annotated, Any

from fastapi import FastAPI, Header
from fastapi.responses import JSONResponse, Response

from rag.errors import RagError
from rag.types import Answer, Delta, Done, Event, Status
from rag.wire import answer_json
from ui.app.desk import Desk
from ui.http.backends import named
from ui.http.bodies import Ask
from ui.http.errors import error_json
from ui.http.shapes import AnswerShape, ErrorShape
from ui.http.streams import EVENTS, event, streamed, wanted

_EXAMPLE = (
    'event: status\ndata: {"text": "Searching 21 papers"}\n\n'
    'event: delta\ndata: {"text": "Loss scales as a power law"}\n\n'
    'event: done\ndata: {"id": "…", "answer": "…", …}\n\n'
)
_TOLD = (
    "`status`: what is being done, in words. `delta`: a further piece of text, not checked yet."
    " `done`, the last: the answer as the JSON object; its text replaces what was streamed."
    " `error`, instead of `done`: what went wrong."
)
RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": f"The answer. As server-sent events: {_TOLD}",
        "content": {EVENTS: {"schema": {"type": "string"}, "example": _EXAMPLE}},
    },
    422: {"model": ErrorShape, "description": "A question that cannot be asked."},
    429: {"model": ErrorShape, "description": "The chat model's endpoint had too many requests."},
    502: {"model": ErrorShape, "description": "The chat model failed."},
    503: {"model": ErrorShape, "description": "A model file is missing, or another one writes."},
}


def add_asking(app: FastAPI, desk: Desk) -> None:
    """Add the endpoint."""

    def ask(body: Ask, accept: Annotated[str, Header(include_in_schema=False)] = "") -> Response:
        """Answer a question from the papers, every sentence with its support and its quotes.

        As server-sent events with `"stream": true` or `Accept: text/event-stream`. An abstained
        answer is an answer too: it says what is missing, and what comes near.
        """
        events = answer_events(desk, body)
        if body.stream or wanted(accept):
            return streamed(_as_sent(events))
        return JSONResponse(answer_json(final(events)))

    app.post("/api/ask", response_model=AnswerShape, responses=RESPONSES, tags=["answers"])(ask)


def answer_events(desk: Desk, body: Ask) -> Iterator[Event]:
    """The events of the answer. Raises RagError, HTTPException for a chat model not offered."""
    asks = desk.answerers(named(body.backend, desk.knobs.config))
    return asks.stream(
        body.question,
        within=body.filter.filter(),
        history=[earlier.exchange() for earlier in body.history],
        literally=body.literally,
    )


def final(events: Iterator[Event]) -> Answer:
    """The answer that the events end with."""
    for happened in events:
        if isinstance(happened, Done):
            return happened.answer
    raise AssertionError("a stream of events ended without Done")


def _as_sent(events: Iterator[Event]) -> Generator[bytes]:
    """The events of an answer as server-sent ones; an error after the first is one of them."""
    first = True
    try:
        for happened in events:
            match happened:
                case Status(text):
                    yield event("status", {"text": text})
                case Delta(text):
                    yield event("delta", {"text": text})
                case Done(answer):
                    yield event("done", answer_json(answer))
            first = False
    except RagError as error:
        if first:
            raise
        yield event("error", error_json("/api/ask", str(error), type(error).__name__, 500))
    finally:
        if isinstance(events, Generator):
            events.close()
