"""What is mended of Gradio: a session does not keep what its page once showed."""

from __future__ import annotations

import asyncio
import gc

import gradio as gr
import httpx

from evals.speed.load import Wiring
from rag.config import Config
from tests.ui.browsing import scripted_app
from tests.ui.running import serving
from tests.ui.scripted import ScriptedAnswerer


def components() -> int:
    """How many components live in this process."""
    gc.collect()
    return sum(isinstance(one, gr.HTML | gr.Textbox) for one in gc.get_objects())


def test_questions_in_one_page_leave_no_components_behind(config: Config) -> None:
    async def ask(url: str, count: int) -> None:
        async with httpx.AsyncClient(base_url=url, timeout=60, trust_env=False) as client:
            wiring = await Wiring.of(client)
            for _ in range(count):
                reply = await wiring.ask_in(client, "How fast do lamps dim?", "one-page")
                assert not reply.problem

    with serving(scripted_app(ScriptedAnswerer(), config)) as url:
        asyncio.run(ask(url, 3))
        before = components()
        asyncio.run(ask(url, 6))
        assert components() <= before + 3
