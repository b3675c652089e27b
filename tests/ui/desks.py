"""A desk over any library with a scripted answerer, and a client of its endpoints alone."""

from __future__ import annotations

from typing import cast

from fastapi import FastAPI
from fastapi.testclient import TestClient

from rag.config import Config
from rag.library import Library
from tests.ui.scripted import FakeLibrary, ScriptedAnswerer
from ui.adding import Adding
from ui.app.desk import Desk
from ui.app.knobs import Knobs
from ui.filling import Filling
from ui.http.endpoints import endpoints
from ui.opening import Answerers

HERE = "http://127.0.0.1:7860"


def desk_of(config: Config, answerer: ScriptedAnswerer, library: Library | None = None) -> Desk:
    """What every view and endpoint works with; without a library, over papers about lamps."""
    held = library or cast(Library, FakeLibrary())
    return Desk(
        held,
        lambda _: answerer,
        config,
        lambda: Filling(held.standing()),
        Knobs(held.catalogue, config),
        lambda backend: Answerers(held, config).summariser(backend),
        Adding(config.home),
    )


def client_of(app: FastAPI) -> TestClient:
    """A client that sees errors as a program would."""
    return TestClient(app, base_url=HERE, raise_server_exceptions=False)


def endpoints_client(
    config: Config, answerer: ScriptedAnswerer, library: Library | None = None
) -> TestClient:
    """A client of the endpoints, without the page."""
    return client_of(endpoints(desk_of(config, answerer, library)))
