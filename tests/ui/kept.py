"""A page with what is kept alone: the drawer of conversations, and thumbs under answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI

from tests.ui.running import serving
from ui.app import frame
from ui.app.conversations import Sidebar
from ui.app.desk import QUIET, Desk, Wiring
from ui.app.voting import Voting, ballot
from ui.http.answers import add_answers

if TYPE_CHECKING:
    import gradio as gr


class Kept:
    """The view: a conversation that is opened shows its answers with their thumbs."""

    name = "Kept"
    verbs = (*Sidebar.verbs, *Voting.verbs, "open-conversation")

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._sidebar, self._voting = Sidebar(desk), Voting(desk)

    def lay_out(self) -> None:
        """The drawer, the answers below its button."""
        import gradio as gr

        self._sidebar.lay_out_toggle()
        with gr.Column(elem_id="conversations"):
            self._sidebar.lay_out()
        self._current = gr.State("")
        self._shown: gr.HTML = gr.HTML(elem_id="shown")
        self._voting.lay_out()

    def connect(self, app: Wiring) -> None:
        """Opening a conversation."""
        self._sidebar.connect(app, self._current)
        self._voting.connect(app)
        heard = app.carriers["open-conversation"]
        heard.submit(self.open, heard, [self._shown, self._current], **QUIET)

    def open(self, conversation_id: str) -> tuple[str, str]:
        """The answers of a conversation."""
        library = self._desk.library
        answers = [turn.answer for turn in library.conversations.turns(conversation_id)]
        return "".join(ballot(a, library.votes.of(a.id)) for a in answers), conversation_id


@contextmanager
def kept_page(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The page's address while it is served."""
    import gradio as gr

    monkeypatch.setattr(frame, "views", lambda desk: (Kept(desk),))
    app = FastAPI()
    add_answers(app, desk.library)
    gr.mount_gradio_app(
        app,
        frame.App(desk).blocks,
        path="/",
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        theme=frame.theme(),
        css_paths=frame.styles(),
        js=frame.script(),
    )
    with serving(app) as url:
        yield url
