"""Files sent to the page that nobody had added: none of them stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from rag.config import Config
from tests.ui.desks import HERE, desk_of
from tests.ui.scripted import ScriptedAnswerer
from ui.app.frame import App


def test_what_was_sent_and_never_added_goes_with_the_app(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import gradio as gr

    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "sent"))
    blocks = App(desk_of(config, ScriptedAnswerer())).blocks
    app = gr.mount_gradio_app(FastAPI(), blocks, path="/")
    with TestClient(app, base_url=HERE) as client:
        (sent,) = client.post("/gradio_api/upload", files={"files": ("a.bib", b"@misc{a}")}).json()
        assert Path(sent).read_bytes() == b"@misc{a}"
    assert not Path(sent).exists()
    assert blocks.delete_cache is not None  # and meanwhile, when it is old
