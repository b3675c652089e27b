"""Papers taken in over HTTP: files and records, progress, and what is refused."""

from __future__ import annotations

import asyncio
import gzip
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from rag.config import Config
from rag.library import Library
from tests.fakes import HashEmbedder
from tests.ui.desks import HERE, endpoints_client
from tests.ui.scripted import ScriptedAnswerer
from ui.adding import Adding, Job, Wish
from ui.http.ingesting import add_ingesting

MOSS = {"id": "1", "title": "Moss", "abstract": "Mosses grow slowly on walls in the shade."}
BIB = b"@article{li, title={Lichen}, abstract={Lichens grow slowly on walls.}, year={2021}}"


@pytest.fixture
def served(config: Config) -> Iterator[TestClient]:
    with (
        Library.open(config, HashEmbedder()) as library,
        endpoints_client(config, ScriptedAnswerer(), library) as client,
    ):
        yield client


def titles(served: TestClient, **parameters: Any) -> list[str]:
    return [
        paper["title"] for paper in served.get("/api/papers", params=parameters).json()["papers"]
    ]


def test_records_and_files_are_taken_in_once_however_often_they_are_sent(
    served: TestClient,
) -> None:
    first = served.post("/api/ingest", json={"records": [MOSS], "source": "notes"}).json()
    assert (first["new"], first["sources"][0]["name"]) == (1, "notes.jsonl")
    again = served.post("/api/ingest", json={"records": [MOSS], "source": "notes"}).json()
    assert (again["new"], again["unchanged"]) == (0, 1)
    files = {"files": ("../refs.bib", BIB)}
    with served.stream(
        "POST", "/api/ingest", files=files, headers={"accept": "text/event-stream"}
    ) as reply:
        lines = [line for line in reply.iter_lines() if line]
    assert "event: progress" in lines
    assert lines[-2] == "event: done"
    assert json.loads(lines[-1].removeprefix("data: "))["new"] == 1
    assert titles(served, sort="title") == ["Lichen", "Moss"]
    assert titles(served, words="moss") == ["Moss"]
    assert titles(served, year="2020..", size=1) == ["Lichen"]


def test_a_file_that_breaks_off_is_named_without_its_place(served: TestClient) -> None:
    line = '{"id": "%d", "title": "Moss %d", "abstract": "%s"}\n'
    lines = "".join(line % (n, n, random.Random(n).randbytes(40).hex()) for n in range(9000))
    packed = gzip.compress(lines.encode())
    files = {"files": ("refs.jsonl.gz", packed[: len(packed) // 2])}
    told = served.post("/api/ingest", files=files).json()
    assert told["new"] > 1000
    (broken,) = told["broken"]
    assert broken.startswith("refs.jsonl.gz: is damaged gzip")


def test_what_holds_no_paper_is_told_with_the_reason(served: TestClient) -> None:
    reply = served.post("/api/ingest", files={"files": ("refs.bib", b"nothing of the kind")})
    assert reply.status_code == 422
    assert reply.json()["error"].startswith("refs.bib: ")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"json": {}}, 422),
        ({"json": {"records": "Moss"}}, 422),
        ({"json": {"records": [MOSS], "source": "../etc"}}, 422),
        ({"json": {"ids": ["http://localhost/admin"]}}, 422),
        ({"json": {"ids": ["/etc/passwd"]}}, 422),
        ({"content": b"Moss"}, 415),
        ({"files": {"files": ("tool.exe", b"MZ")}}, 415),
        ({"files": {"other": ("", b"")}}, 400),
        ({"files": [("files", (f"{n}.bib", BIB)) for n in range(21)]}, 400),
    ],
    ids=["nothing", "shape", "source", "address", "path", "text", "kind", "no file", "many"],
)
def test_what_cannot_be_taken_in_is_refused_before_it_is_looked_at(
    served: TestClient, sent: dict[str, Any], status: int
) -> None:
    reply = served.post("/api/ingest", **sent)
    assert reply.status_code == status, reply.text
    assert reply.json()["kind"]
    assert titles(served) == []


class Paused(Adding):
    """Jobs that go on only when `over` is set."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.over = False
        self.added = 0

    def add(self, wish: Wish, uploads: Sequence[Path] = ()) -> Job:
        self.added += 1
        return Job("k", wish, "paused")

    def jobs(self) -> list[Job]:
        return [Job("k", Wish(), "failed" if self.over else "paused", problem="stopped")]


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_who_waits_for_papers_keeps_nobody_else_from_being_answered(
    config: Config, accept: str
) -> None:
    adding, app = Paused(config.home), FastAPI()
    add_ingesting(app, adding)
    app.get("/free")(lambda: "answered")

    async def ask() -> tuple[str, list[int]]:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
            sent: dict[str, Any] = {"json": {"ids": ["2112.09332"]}, "headers": {"accept": accept}}
            waiting = [
                asyncio.create_task(client.post("/api/ingest", **sent, timeout=None))
                for _ in range(50)  # more than there are threads
            ]
            while adding.added < 40:
                await asyncio.sleep(0.01)
            try:
                said = (await asyncio.wait_for(client.get("/free"), 60)).json()
            finally:
                adding.over = True
            return said, [(await one).status_code for one in waiting]

    said, statuses = asyncio.run(ask())
    assert said == "answered"
    assert len(statuses) == 50


@pytest.mark.parametrize(
    "name",
    [f"{'x' * 300}.bib", f"{'苔' * 90}.bib", "a\0b.bib", "a\nb.bib"],
    ids=["long", "long in bytes", "NUL", "new line"],
)
def test_a_file_name_that_no_folder_takes_is_told_so(served: TestClient, name: str) -> None:
    boundary = "----askpapers"
    body = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
    ).encode() + BIB
    reply = served.post(
        "/api/ingest",
        content=body + f"\r\n--{boundary}--\r\n".encode(),
        headers={"content-type": f"multipart/form-data; boundary={boundary}"},
    )
    assert reply.status_code == 422
    assert "a shorter, plain name" in reply.json()["error"]
    assert titles(served) == []
