"""`/v1/models` and `/v1/chat/completions`: the library as any OpenAI-compatible client sees it.

A chat model of its own kind: it says only what the papers say, whatever else the messages ask for.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Generator, Iterator, Mapping
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, Response
from fastapi.sse import format_sse_event

from rag.errors import RagError
from rag.types import Answer, Done, Event
from rag.wire import answer_json
from rag.writing.printed import printed
from ui.app.desk import Desk
from ui.http.annotations import annotated
from ui.http.asking import final
from ui.http.backends import named, offered
from ui.http.bodies import Completion
from ui.http.errors import error_json
from ui.http.messages import conversation
from ui.http.shapes import CompletionShape, ModelShape, ModelsShape, OpenAIErrorShape
from ui.http.streams import EVENTS, streamed

MODEL = "askpapers"
"""The model that answers as the app does; `askpapers/BACKEND` answers with another chat model."""

_PIECE = re.compile(r"\S+\s*|\s+")  # a word at a time

PATH = "/v1/chat/completions"
_STREAM = {EVENTS: {"schema": {"type": "string"}}}
RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The answer; with `stream`, chunks of it.", "content": _STREAM},
    400: {"model": OpenAIErrorShape, "description": "Messages that cannot be answered."},
    404: {"model": OpenAIErrorShape, "description": "A model that is not there."},
}


def add_completions(app: FastAPI, desk: Desk) -> None:
    """Add the endpoints."""

    def models() -> JSONResponse:
        """The models there are: `askpapers`, and one for each chat model that can write."""
        names = [MODEL, *(f"{MODEL}/{one}" for one in offered(desk.knobs.config))]
        told = [_model(name) for name in names]
        return JSONResponse({"object": "list", "data": told})

    def model(name: str) -> JSONResponse:
        """One of the models."""
        _backend(name, desk)
        return JSONResponse(_model(name))

    def complete(body: Completion, request: Request) -> Response:
        """Answer the last message from the papers; those before it are the conversation.

        Markers such as `[1]` stand in the text, the cited papers below it, and every marker is an
        annotation of type `url_citation` with its quote. Nothing is streamed before it has been
        checked. The whole answer is in `askpapers`. What asks for another manner of writing
        (system messages, temperature, tools) is left aside.
        """
        backend = _backend(body.model, desk)
        question, history = conversation(desk.library, body.messages)
        events = desk.answerers(backend).stream(question, history=history)
        told = _Told(body.model, str(request.base_url))
        if body.stream:
            return streamed(told.chunks(events, usage=body.wants_usage))
        return JSONResponse(told.whole(final(events)))

    told: dict[str, Any] = {"tags": ["OpenAI-compatible"]}
    app.get("/v1/models", response_model=ModelsShape, **told)(models)
    one: dict[int | str, dict[str, Any]] = {404: RESPONSES[404]}
    app.get("/v1/models/{name:path}", response_model=ModelShape, responses=one, **told)(model)
    app.post(PATH, response_model=CompletionShape, responses=RESPONSES, **told)(complete)


def _model(name: str) -> dict[str, object]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "askpapers"}


def _backend(model: str, desk: Desk) -> str:
    """The backend that a model's name stands for. Raises HTTPException (404)."""
    whose, _, backend = model.partition("/")
    if whose != MODEL:
        raise HTTPException(
            404, f"the model {model!r} is not here; /v1/models lists those that are"
        )
    return named(backend, desk.knobs.config)


class _Told:
    """One answer in OpenAI's shapes; `base` is the address of this server."""

    def __init__(self, model: str, base: str) -> None:
        self._model = model
        self._base = base
        self._created = int(time.time())

    def whole(self, answer: Answer) -> dict[str, object]:
        """The response of a request that streams nothing."""
        text = printed(answer, self._base)
        message = {
            "role": "assistant",
            "content": text,
            "refusal": None,
            "annotations": annotated(answer, text, self._base),
        }
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        told = self._frame(answer.id, "chat.completion", [choice])
        return told | {"usage": _usage(answer), "askpapers": answer_json(answer)}

    def chunks(self, events: Iterator[Event], *, usage: bool) -> Generator[bytes]:
        """The chunks of a streamed response: the text once it is checked, a line or so at a time.

        Before that a comment comes with all that happens, so that nobody takes it for dead.
        """
        begun = False
        try:
            for happened in events:
                if isinstance(happened, Done):
                    yield from self._answered(happened.answer, usage=usage)
                else:
                    begun = True
                    yield b": answering\n\n"
        except RagError as error:
            if not begun:
                raise
            yield _data(error_json(PATH, str(error), type(error).__name__, 502))
        finally:
            if isinstance(events, Generator):
                events.close()

    def _answered(self, answer: Answer, *, usage: bool) -> Generator[bytes]:
        text = printed(answer, self._base)
        yield self._chunk(answer, {"role": "assistant", "content": ""})
        for piece in _PIECE.findall(text):
            yield self._chunk(answer, {"content": piece})
        yield self._chunk(answer, {"annotations": annotated(answer, text, self._base)})
        yield self._chunk(answer, {}, finish="stop", askpapers=answer_json(answer))
        if usage:
            frame = self._frame(answer.id, "chat.completion.chunk", [])
            yield _data(frame | {"usage": _usage(answer)})
        yield format_sse_event(data_str="[DONE]")

    def _chunk(
        self, answer: Answer, delta: Mapping[str, object], finish: str | None = None, **more: object
    ) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return _data(self._frame(answer.id, "chat.completion.chunk", [choice]) | more)

    def _frame(self, answer_id: str, kind: str, choices: list[Any]) -> dict[str, object]:
        return {
            "id": f"chatcmpl-{answer_id}",
            "object": kind,
            "created": self._created,
            "model": self._model,
            "choices": choices,
        }


def _data(told: Mapping[str, object]) -> bytes:
    return format_sse_event(data_str=json.dumps(told, ensure_ascii=False))


def _usage(answer: Answer) -> dict[str, object]:
    """Tokens of the chat model; none where none was asked, or it does not say."""
    read = answer.usage.prompt if answer.usage else 0
    wrote = answer.usage.completion if answer.usage else 0
    return {"prompt_tokens": read, "completion_tokens": wrote, "total_tokens": read + wrote}
