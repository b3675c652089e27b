"""What a page asks of the chat, judged where it comes in: a page can send anything."""

from __future__ import annotations

import json
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


def test_what_two_apps_answer_at_once_in_one_conversation_is_all_kept_and_shown(
    config: Config,
) -> None:
    gate = threading.Event()
    desk = desk_of(config, ScriptedAnswerer(gate=gate))
    chats = [chat_over(desk), chat_over(desk)]  # neither knows what the other is answering
    asked = [
        chat.ask(question, "extractive", Talk("c"), Page())
        for chat, question in zip(chats, ("How fast?", "How far?"), strict=True)
    ]
    for screens in asked:
        next(screens)
    gate.set()
    last = [list(screens)[-1] for screens in asked]
    turns = desk.library.conversations.turns("c")
    assert {one.answer.question for one in turns} == {"How fast?", "How far?"}
    assert [one.number for one in turns] == [1, 2]
    assert 2 in [len(screen[chat._talk].turns) for chat, screen in zip(chats, last, strict=True)]


def test_an_edited_question_leaves_what_another_page_asked_after_it(config: Config) -> None:
    desk = desk_of(config, ScriptedAnswerer())
    chat = chat_over(desk)
    *_, screen = chat.ask("How fast?", "extractive", Talk("c"), Page())
    here = screen[chat._talk]
    list(chat.ask("How far?", "extractive", here, Page()))  # in another tab, which this one
    *_, screen = chat.again(  # does not know of
        json.dumps({"turn": 1, "question": "How bright?"}), "extractive", here, Page()
    )
    asked = ["How fast?", "How far?", "How bright?"]
    assert [one.answer.question for one in desk.library.conversations.turns("c")] == asked
    assert [one.question for one in screen[chat._talk].turns] == asked


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
