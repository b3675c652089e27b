"""What a page asks of the chat, judged where it comes in: a page can send anything."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from rag.config import Config
from rag.errors import LibraryError
from tests.ui.desks import desk_of
from tests.ui.scripted import LAMPS_ANSWER, ScriptedAnswerer
from ui.app.chat import Chat
from ui.app.desk import Desk
from ui.app.talk import Page, Talk
from ui.app.turns import Turn

ASKED = Talk("c", turns=(Turn(1, "How fast?", answer=LAMPS_ANSWER),))


def chat_over(desk: Desk) -> Chat:
    """The chat with its components, on no page."""
    import gradio as gr

    chat = Chat(desk)
    with gr.Blocks():
        chat.lay_out()
    return chat


@pytest.mark.parametrize("named", ["local:/etc/passwd", "openai:dear", "auto", ""])
def test_only_a_chat_model_that_is_offered_is_asked_again(config: Config, named: str) -> None:
    answerer = ScriptedAnswerer()
    chat = chat_over(desk_of(config, answerer))
    assert list(chat.retry(named, "extractive", ASKED, Page())) == []
    assert answerer.asked == []
    *_, _last = chat.retry("extractive", "extractive", ASKED, Page())
    assert answerer.asked == ["How fast?"]


def test_a_conversation_deleted_in_mid_answer_does_not_come_back(config: Config) -> None:
    gate = threading.Event()
    desk = desk_of(config, ScriptedAnswerer(gate=gate))
    chat = chat_over(desk)
    screens = chat.ask("How fast?", "extractive", replace(ASKED, turns=()), Page())
    next(screens)
    chat.deleted("c", "c", Page())
    gate.set()
    list(screens)
    with pytest.raises(LibraryError):
        desk.library.conversations.get("c")


def test_why_earlier_turns_cannot_be_brought_back_is_told_beside_those_on_the_page(
    config: Config,
) -> None:
    chat = chat_over(desk_of(config, ScriptedAnswerer()))
    two = replace(ASKED, turns=(*ASKED.turns, Turn(2, "How far?", answer=LAMPS_ANSWER)))
    screen = chat.earlier(two)  # nothing is kept of it: it was deleted in another tab
    (told,) = screen.values()  # and nothing else on the page changes
    assert "no conversation" in told
    assert 'role="alert"' in told
    assert "How fast?" in told
