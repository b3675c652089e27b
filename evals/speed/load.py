"""Many people asking one server at once: does each get their own answer, and how soon."""

from __future__ import annotations

import asyncio
import html
import json
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

from evals.stats import percentile
from rag.errors import RagError

if TYPE_CHECKING:
    from rich.table import Table

    from rag.models.weights import Progress

PATIENCE_S = 600.0  # for one answer
PAGE, API = "the page's queue", "/api/ask"


class LoadError(RagError):
    """The server under load cannot be asked at all."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What one person got: `said` is the answer's text or the page's HTML, `problem` why not.

    `first_ms` is the time to the first words, `whole_ms` to the end; NaN where there were none.
    """

    question: str
    said: str
    first_ms: float
    whole_ms: float
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Crowd:
    """`people` who asked at once by one `way`, each another question; milliseconds.

    `own` counts those who got the answer to their own question and nobody else's.
    """

    way: str
    people: int
    own: int
    first_p50_ms: float
    first_p95_ms: float
    whole_p50_ms: float
    whole_p95_ms: float
    all_s: float
    problems: tuple[str, ...]


def _quietly(_what: str, _done: int, _total: int) -> None:
    """Nobody looks on."""


def run_crowds(
    url: str,
    questions: Sequence[str],
    people: int,
    headers: dict[str, str] | None = None,
    progress: Progress = _quietly,
) -> tuple[Crowd, Crowd]:
    """`people` asking at once, through the page and through the API of the server at `url`.

    Each asks one of the `questions`, which are all different. Before and after the crowd each
    question is asked alone through the API, as what it should get. Raises LoadError.
    """
    if len(set(questions)) < people:
        raise LoadError(f"{people} people need as many different questions; there are fewer")

    async def work() -> tuple[Crowd, Crowd]:
        """Each question alone, then all at once by the API, then all at once on the page."""
        limits = httpx.Limits(max_connections=None)
        client = httpx.AsyncClient(
            base_url=url, timeout=PATIENCE_S, limits=limits, headers=headers, trust_env=False
        )
        asked = questions[:people]
        async with client:
            wiring = await Wiring.of(client)
            alone: dict[str, str] = {}
            for number, one in enumerate(asked):
                progress("asking one after another", number, people)
                alone[one] = (await ask_api(client, one)).said
            progress(f"asking at once through {API}", 0, 0)
            api = await asyncio.gather(*(ask_api(client, one) for one in asked))
            progress(f"asking at once through {PAGE}", 0, 0)
            page = await asyncio.gather(*(wiring.ask(client, one) for one in asked))
        told = _crowd(API, api, own=[reply.said == alone[reply.question] for reply in api])
        return _crowd(PAGE, page, own=_only_theirs(page)), told

    try:
        return asyncio.run(work())
    except (httpx.HTTPError, KeyError, ValueError) as error:
        raise LoadError(
            f"the server at {url} cannot be asked ({type(error).__name__}: {error}); "
            "is it askpapers, and is the password right?"
        ) from error


def _crowd(way: str, replies: Sequence[Reply], *, own: Sequence[bool]) -> Crowd:
    got = [reply for reply in replies if not reply.problem]
    first, whole = [one.first_ms for one in got], [one.whole_ms for one in got]
    right = sum(mine and not one.problem for mine, one in zip(own, replies, strict=True))
    return Crowd(
        way,
        len(replies),
        right,
        *(percentile(first, 50), percentile(first, 95)),
        *(percentile(whole, 50), percentile(whole, 95)),
        max(one.whole_ms for one in replies) / 1000,
        tuple(sorted({one.problem for one in replies if one.problem})),
    )


def _only_theirs(replies: Sequence[Reply]) -> list[bool]:
    """Whether each page shows its own question, and none of the others'."""
    shown = [html.escape(reply.question) for reply in replies]
    return [
        [question in reply.said for question in shown] == [one is reply for one in replies]
        for reply in replies
    ]


async def ask_api(client: httpx.AsyncClient, question: str) -> Reply:
    """Ask through `POST /api/ask`; its first words are its last."""
    began = time.perf_counter()
    reply = await client.post("/api/ask", json={"question": question})
    spent = (time.perf_counter() - began) * 1000
    if reply.status_code != 200:
        return Reply(question, "", spent, spent, f"status {reply.status_code}: {reply.text[:200]}")
    body = reply.json()
    problem = "" if body["question"] == question else "the answer to another question"
    return Reply(question, str(body["answer"]), spent, spent, problem)


@dataclass(frozen=True, slots=True)
class Wiring:
    """How the page asks: the number of its event, and what it sends; `None` where it asks.

    `then` are the events that follow once it has the answer, each with what it sends.
    """

    event: int
    trigger: int
    sends: tuple[Any, ...]
    question_at: int
    then: tuple[tuple[int, tuple[Any, ...]], ...] = ()

    @staticmethod
    async def of(client: httpx.AsyncClient) -> Wiring:
        """Read from the page's own configuration. Raises LoadError where it is another page's."""
        config = (await client.get("/config")).raise_for_status().json()
        parts = {part["id"]: part for part in config["components"]}

        def sent(inputs: Sequence[int]) -> tuple[Any, ...]:
            return tuple(_untouched(parts[one]) for one in inputs)

        for event in config["dependencies"]:
            for target, name in event["targets"]:
                props = parts.get(target, {}).get("props", {})
                if props.get("elem_id") == "question" and name == "submit":
                    asks, inputs = event["id"], event["inputs"]
                    then = tuple(
                        (one["id"], sent(one["inputs"]))
                        for one in config["dependencies"]
                        if one["trigger_after"] == asks and not one["trigger_only_on_failure"]
                    )
                    return Wiring(asks, target, sent(inputs), inputs.index(target), then)
        raise LoadError("the page has no question box; is it askpapers?")

    async def ask(self, client: httpx.AsyncClient, question: str) -> Reply:
        """Ask as a newly opened page does; what the page then does is done, and not timed."""
        session = f"load{time.perf_counter_ns():x}{abs(hash(question)):x}"
        reply = await self.ask_in(client, question, session)
        if not reply.problem:
            await asyncio.gather(*(_then(client, session, *one) for one in self.then))
        return reply

    async def ask_in(self, client: httpx.AsyncClient, question: str, session: str) -> Reply:
        """Ask on the page of that session."""
        data = [question if at == self.question_at else v for at, v in enumerate(self.sends)]
        body = {
            "data": data,
            "fn_index": self.event,
            "trigger_id": self.trigger,
            "session_hash": session,
        }
        began, first, shown = time.perf_counter(), 0.0, list[str]()
        joined = await client.post("/gradio_api/queue/join", json=body)
        if joined.status_code != 200:
            problem = f"status {joined.status_code}: {joined.text[:200]}"
            return Reply(question, "", 0.0, 0.0, problem)
        async for message in _messages(client, session):
            now = (time.perf_counter() - began) * 1000
            shown.append(json.dumps(message.get("output", ""), ensure_ascii=False))
            if not first and "streaming" in shown[-1]:
                first = now
            if message["msg"] == "process_completed":
                problem = "" if message["success"] else str(message["output"])[:200]
                return Reply(question, json_text("".join(shown)), first or now, now, problem)
        return Reply(question, "", 0.0, 0.0, "the stream ended without an answer")


def json_text(written: str) -> str:
    """Text within a JSON document as it reads there: quotes without their backslashes."""
    return written.replace('\\"', '"')


def _untouched(part: dict[str, Any]) -> Any:
    """What a newly opened page has in a component; its state is the server's."""
    if part["type"] == "state":
        return None
    value = part["props"].get("value")
    return "" if value is None and part["type"] == "textbox" else value


async def _then(client: httpx.AsyncClient, session: str, event: int, sends: Sequence[Any]) -> None:
    """Do what needs no place in the queue."""
    body = {"data": sends, "fn_index": event, "session_hash": session}
    (await client.post("/gradio_api/run/predict", json=body)).raise_for_status()


async def _messages(client: httpx.AsyncClient, session: str) -> AsyncIterator[dict[str, Any]]:
    query = {"session_hash": session}
    async with client.stream("GET", "/gradio_api/queue/data", params=query) as stream:
        async for line in stream.aiter_lines():
            if line.startswith("data:"):
                yield json.loads(line[5:])


def load_table(crowds: Sequence[Crowd], caption: str) -> Table:
    """The crowds for a terminal."""
    from rich.table import Table

    table = Table(title="Asked at once: milliseconds", caption=caption)
    table.add_column("way")
    for heading in ("people", "own answer", "first p50", "p95", "whole p50", "p95", "all, s"):
        table.add_column(heading, justify="right")
    for one in crowds:
        table.add_row(
            one.way,
            str(one.people),
            str(one.own),
            *(f"{one.first_p50_ms:.0f}", f"{one.first_p95_ms:.0f}"),
            *(f"{one.whole_p50_ms:.0f}", f"{one.whole_p95_ms:.0f}"),
            f"{one.all_s:.1f}",
        )
    return table
