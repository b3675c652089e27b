"""`/api/ingest`: files, records and identifiers taken into the library, with its progress."""

from __future__ import annotations

import asyncio
import json
import re
import tempfile
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, Header, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.sse import EventSourceResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from rag.errors import SourceError
from ui.adding import FOLDER, Adding, Job, Wish
from ui.http.limits import UPLOAD_TYPES
from ui.http.shapes import ErrorShape, IngestShape
from ui.http.streams import EVENTS, HEADERS, event, wanted

MOST_FILES = 20
MOST_RECORDS = 10_000
MOST_IDS = 200
MOST_NAME_BYTES = 200  # of a file's name; file systems take 255, and it may be given a number
_LOOK_S = 0.1  # between two looks at how far it is
_FORM = "multipart/form-data"
_PLACE = re.compile(rf"^.*[/\\]{FOLDER}[/\\][^/\\]+[/\\]")  # of a file that is being taken in


class Records(BaseModel):
    """Papers to be taken in, as records of one source or by identifiers to be looked up."""

    model_config = ConfigDict(extra="forbid")
    records: Annotated[
        list[dict[str, Any]],
        Field(
            max_length=MOST_RECORDS,
            description="Each with title and abstract, and id, authors, published, arxiv_id, doi,"
            " categories where known; the fields of other exports are known too.",
            examples=[[{"id": "1", "title": "Moss", "abstract": "Mosses grow slowly."}]],
        ),
    ] = []
    ids: Annotated[
        list[Annotated[str, Field(max_length=200)]],
        Field(max_length=MOST_IDS, description="arXiv ids and DOIs, looked up over the network."),
    ] = []
    source: Annotated[
        str,
        Field(pattern=r"^[\w][\w .-]{0,79}$", description="The name of the source of the records."),
    ] = "api"


_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": Records.model_json_schema()},
            _FORM: {
                "schema": {
                    "type": "object",
                    "properties": {
                        "files": {"type": "array", "items": {"type": "string", "format": "binary"}}
                    },
                }
            },
        },
    }
}
_TOLD = "`progress`: what is being done, how far, of how much (0: unknown). `done` or `error`."
RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": f"What was taken in. As server-sent events: {_TOLD}",
        "content": {EVENTS: {"schema": {"type": "string"}}},
    },
    400: {"model": ErrorShape, "description": "A form with more files, or other fields."},
    413: {"model": ErrorShape, "description": "Larger files than are taken."},
    415: {"model": ErrorShape, "description": "A file, or a body, of a kind that is not read."},
    422: {"model": ErrorShape, "description": "Nothing that can be taken in."},
}


def add_ingesting(app: FastAPI, adding: Adding) -> None:
    """Add the endpoint."""

    async def ingest(
        request: Request, accept: Annotated[str, Header(include_in_schema=False)] = ""
    ) -> Response:
        """Take papers into the library: files (multipart, `files`), or records and ids as JSON.

        One ingest after another, in a process of its own; searchable by words when it ends, by
        meaning soon after. Nothing is doubled by sending it again. With `Accept:
        text/event-stream` its progress is told. Who goes away stops nothing.
        """
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind == _FORM:
            async with request.form(max_files=MOST_FILES, max_fields=0) as form:
                job = await run_in_threadpool(_of_files, adding, form)
        elif kind == "application/json":
            job = await run_in_threadpool(_of_records, adding, await request.body())
        else:
            raise HTTPException(415, f"the body is {kind or 'nothing'}; send JSON, or {_FORM}")
        if wanted(accept):
            return EventSourceResponse(_told(adding, job.key), headers=HEADERS)
        return await _whole(adding, job.key)

    app.post(
        "/api/ingest",
        response_model=IngestShape,
        responses=RESPONSES,
        openapi_extra=_BODY,
        tags=["papers"],
    )(ingest)


def _of_files(adding: Adding, form: FormData) -> Job:
    """Begin with the uploaded files. Raises HTTPException for one whose kind is not read,
    SourceError for one whose name no folder takes.
    """
    files = [one for _, one in form.multi_items() if isinstance(one, UploadFile)]
    if not files:
        raise SourceError("the form", "holds no file; send at least one as `files`")
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, file in enumerate(files):
            name = Path((file.filename or "").replace("\\", "/")).name
            if not name.lower().endswith(UPLOAD_TYPES):
                kinds = ", ".join(kind for kind in UPLOAD_TYPES if not kind.endswith(".gz"))
                raise HTTPException(415, f"{name or 'a file without a name'}: none of {kinds}")
            if not name.isprintable() or len(name.encode()) > MOST_NAME_BYTES:
                raise SourceError(
                    repr(name[:40]), "cannot be kept: send it by a shorter, plain name"
                )
            place = Path(folder, str(number))
            place.mkdir()
            paths.append(place / name)
            with paths[-1].open("wb") as out:
                while piece := file.file.read(1 << 20):
                    out.write(piece)
        return adding.add(Wish(), paths)


def _of_records(adding: Adding, body: bytes) -> Job:
    """Begin with the records and ids of a body. Raises RequestValidationError, SourceError."""
    from ingest.identifiers import arxiv_id, doi

    try:
        sent = Records.model_validate_json(body)
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from error
    for name in sent.ids:
        if not (arxiv_id(name) or doi(name)):
            raise SourceError(
                name, "is neither an arXiv id nor a DOI; send what it says as records"
            )
    if not (sent.records or sent.ids):
        raise SourceError("the body", "holds no paper; send records or ids")
    if not sent.records:
        return adding.add(Wish(names=tuple(sent.ids)))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"{sent.source}.jsonl")
        lines = (json.dumps(record, ensure_ascii=False) for record in sent.records)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return adding.add(Wish(names=tuple(sent.ids)), [path])


async def _states(adding: Adding, key: str) -> AsyncIterator[Job]:
    """Every state of a job that can be told apart, until it is over.

    No thread waits for it: there are few of them, and a paused job may take for ever.
    """
    seen: Job | None = None
    while seen is None or not seen.over:
        there = await run_in_threadpool(adding.jobs)
        now = next((job for job in there if job.key == key), None)
        if now is None:
            raise SourceError("the ingest", "was stopped and forgotten in the app")
        if now != seen:
            yield now
        seen = now
        if not now.over:
            await asyncio.sleep(_LOOK_S)


async def _told(adding: Adding, key: str) -> AsyncIterator[bytes]:
    async for job in _states(adding, key):
        if not job.over:
            told = {"state": job.state, "what": job.what, "done": job.done, "total": job.total}
            yield event("progress", told)
        elif job.report:
            yield event("done", _report(job))
        else:
            yield event("error", {"error": _problem(job), "kind": "SourceError"})


async def _whole(adding: Adding, key: str) -> Response:
    async for job in _states(adding, key):
        last = job
    if not last.report:
        return JSONResponse({"error": _problem(last), "kind": "SourceError"}, status_code=422)
    return JSONResponse(_report(last))


def _problem(job: Job) -> str:
    return job.problem or "the ingest was stopped in the app; send it again"


def _report(job: Job) -> dict[str, object]:
    """What came of it; where things lie on this machine is nobody else's business."""
    assert job.report is not None
    told = asdict(job.report)
    del told["rejects"]
    broken = [_PLACE.sub("", one) for one in job.report.broken]
    return told | {"broken": broken, "rejected": [asdict(one) for one in job.rejected]}
