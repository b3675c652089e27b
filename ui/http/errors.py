"""Errors as every endpoint tells them: JSON with a fitting status, under `/v1` as OpenAI does."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match

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
    SourceError,
    WeightsError,
)
from ui.app.desk import BROKEN

STATUS: Mapping[type[RagError], int] = {
    QuestionError: 422,
    SourceError: 422,
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

ENDPOINTS = ("/api", "/v1")
"""Below these, what no endpoint answers to is an error; everything else is the app's."""

_RIGHT = {
    "/api/ask": 'send {"question": "..."} as JSON',
    "/api/search": "send /api/search?q=...&k=10",
    "/api/ingest": 'send {"records": [{"title": "...", "abstract": "..."}]} as JSON, or files',
    "/v1/chat/completions": 'send {"messages": [{"role": "user", "content": "..."}]} as JSON',
}
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


def status_of(error: RagError) -> int:
    """The HTTP status that tells this error."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def error_json(path: str, message: str, kind: str, status: int) -> dict[str, object]:
    """The body that tells an error at `path`: `{"error", "kind"}`, or under `/v1` OpenAI's."""
    if not path.startswith("/v1/"):
        return {"error": message, "kind": kind}
    whose = "invalid_request_error" if status < 500 else "server_error"
    told = "rate_limit_error" if status == 429 else whose
    return {"error": {"message": message, "type": told, "param": None, "code": kind}}


def add_errors(app: FastAPI) -> None:
    """Tell every error of the endpoints so."""

    def told(request: Request, message: str, kind: str, status: int) -> JSONResponse:
        if request.url.path.startswith("/v1/") and status == 422:
            status = 400  # as OpenAI's own API says it, and its clients expect
        body = error_json(request.url.path, message, kind, status)
        return JSONResponse(body, status_code=status)

    def rag_error(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RagError)
        return told(request, str(error), type(error).__name__, status_of(error))

    def bad_request(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        right = _RIGHT.get(request.url.path, "/api/docs shows every endpoint")
        return told(request, f"{where}: {first['msg']}; {right}", "BadRequest", 422)

    def refused(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        kind = HTTPStatus(error.status_code).phrase.title().replace(" ", "")
        return told(request, error.detail, kind, error.status_code)

    def fault(request: Request, _: Exception) -> JSONResponse:
        return told(request, BROKEN, "Fault", 500)

    app.add_exception_handler(RagError, rag_error)
    app.add_exception_handler(RequestValidationError, bad_request)
    app.add_exception_handler(HTTPException, refused)
    app.add_exception_handler(Exception, fault)


def add_not_found(app: FastAPI) -> None:
    """Refuse what no endpoint answers to; comes after all of them, and before the app's page."""

    def refuse(request: Request) -> None:
        path = request.url.path
        at_all = any(route.matches(request.scope)[0] is Match.PARTIAL for route in app.routes)
        why = f"{path} does not take {request.method}" if at_all else f"there is no {path}"
        raise HTTPException(405 if at_all else 404, f"{why}; /api/docs shows every endpoint")

    for prefix in ENDPOINTS:
        app.add_api_route(
            f"{prefix}/{{rest:path}}", refuse, methods=_METHODS, include_in_schema=False
        )
