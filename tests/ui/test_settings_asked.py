"""What a page asks of the settings, judged where it comes in: by whom, and with what shown."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from rag.config import Config
from rag.settings import DEFAULTS
from tests.ui.desks import HERE, desk_of
from tests.ui.scripted import ScriptedAnswerer
from ui.app.desk import Desk
from ui.app.frame import App
from ui.app.settings import SURE, SettingsView


@pytest.fixture
def desk(config: Config) -> Desk:
    return desk_of(config, ScriptedAnswerer())


@pytest.fixture
def app(desk: Desk) -> Any:
    """The page's app, without what stands before it."""
    import gradio as gr
    from fastapi import FastAPI

    return gr.mount_gradio_app(FastAPI(), App(desk).blocks, path="/")


def reached(app: Any, desk: Desk, caller: str) -> str:
    """What an endpoint, named by the page of `caller`, is told; its model, if it is used."""
    blocks = app.routes[-1].app.get_blocks()
    (number,) = [n for n, fn in blocks.fns.items() if fn.name == "reach"]
    with TestClient(app, base_url=HERE, client=(caller, 4000)) as client:
        given = ["http://127.0.0.1:9/v1", "a-model", ""]
        sent = {"data": given, "fn_index": number, "session_hash": "s"}
        told = client.post("/gradio_api/run/predict", json=sent)
    assert told.status_code == 200, told.text
    return told.text


def test_an_endpoint_is_named_by_who_sits_at_this_machine(app: Any, desk: Desk) -> None:
    assert "runs on" in reached(app, desk, "203.0.113.9")
    assert desk.knobs.chosen.endpoint.model == ""
    assert "Kept" in reached(app, desk, "127.0.0.1")
    assert desk.knobs.chosen.endpoint.model == "a-model"


def test_an_address_that_holds_a_password_is_not_shown(config: Config) -> None:
    held = replace(config, openai_base_url="http://me:hidden@127.0.0.1:9/v1", openai_model="m")
    from gradio import Blocks

    desk = desk_of(held, ScriptedAnswerer())
    view = SettingsView(desk)
    with Blocks():
        view.lay_out()
    assert "hidden" not in repr([str(value) for value in view.show().values()])


def test_each_way_to_abstain_is_stricter_than_the_one_before_and_one_is_the_default() -> None:
    values = [value for _, value in SURE]
    assert values == sorted(set(values))
    assert [name for name, value in SURE if value == DEFAULTS.least_confidence] == [
        name for name, _ in SURE if "default" in name
    ]
