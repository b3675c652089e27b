"""Server-sent events from an iterator that is worked off in threads, closed when nobody listens."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Generator, Iterator
from typing import TypeVar

from anyio import CancelScope
from fastapi.sse import EventSourceResponse, format_sse_event
from starlette.concurrency import run_in_threadpool

T = TypeVar("T")

EVENTS = "text/event-stream"
HEADERS = {"cache-control": "no-cache", "x-accel-buffering": "no"}
_END = object()


def event(name: str, data: object) -> bytes:
    """One event as it is sent: its name and its data as JSON in one line."""
    return format_sse_event(event=name, data_str=json.dumps(data, ensure_ascii=False))


def streamed(events: Generator[bytes]) -> EventSourceResponse:
    """The response that sends the events as they are made.

    The first is made before anything is sent: what goes wrong up to there has a status of its own.
    """
    first = next(events)
    return EventSourceResponse(_each(first, events), headers=HEADERS)


def wanted(accept: str) -> bool:
    """Whether an Accept header asks for server-sent events."""
    return EVENTS in accept.lower()


async def _each(first: T, rest: Generator[T]) -> AsyncIterator[T]:
    """`first`, then the rest, each made in a thread; `rest` is closed whatever ends this."""
    item: T | object = first
    try:
        while item is not _END:
            yield item  # type: ignore[misc]  # _END alone is no T
            item = await run_in_threadpool(_next, rest)
    finally:
        with CancelScope(shield=True):
            await run_in_threadpool(rest.close)


def _next(items: Iterator[object]) -> object:
    return next(items, _END)
