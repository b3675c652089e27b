"""What a page asks of the chat, judged where it comes in: a page can send anything."""

from __future__ import annotations

import asyncio
import json
import threading
from dataclasses import replace

import pytest

from rag.config import Config
from rag.errors import LibraryError
from tests.ui.desks import desk_of
from tests.ui.scripted import LAMPS, LAMPS_ANSWER, ScriptedAnswerer
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
    chat.deleted("c", replace(ASKED, turns=()), Page())
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


def test_every_way_of_asking_again_asks_of_the_papers_that_were_chosen(config: Config) -> None:
    answerer = ScriptedAnswerer()
    chat = chat_over(desk_of(config, answerer))
    page = Page()
    chat.ask_only(LAMPS.paper_id, Talk("c"), page)
    list(chat.ask("How fast?", "extractive", Talk("c"), page))
    *_, opened = chat.open("c", "extractive", again := Page())  # after a reload
    assert "only “Lamps that learn”" in opened[chat._chips]
    here = opened[chat._talk]
    *_, freed = chat.ask("And all?", "extractive", here, Page())
    *_, edited = chat.again(
        json.dumps({"turn": 1, "question": "How slow?"}), "extractive", freed[chat._talk], Page()
    )
    assert "only “Lamps that learn”" in edited[chat._chips]
    chat.free(LAMPS.paper_id, edited[chat._talk], again)
    *_, retried = chat.retry("extractive", "extractive", edited[chat._talk], again)
    assert retried[chat._chips] == ""  # so are questions to come
    chosen, every = (LAMPS.paper_id,), ()
    assert [one.paper_ids for one in answerer.filters] == [chosen, every, chosen, chosen]
    assert answerer.asked[2:] == ["How slow?", "How slow?"]


def test_an_edited_question_is_asked_of_what_was_chosen_since(config: Config) -> None:
    answerer = ScriptedAnswerer()
    chat = chat_over(desk_of(config, answerer))
    *_, screen = chat.ask("How fast?", "extractive", Talk("c"), page := Page())
    chat.ask_only(LAMPS.paper_id, screen[chat._talk], page)
    edited = json.dumps({"turn": 1, "question": "How slow?"})
    list(chat.again(edited, "extractive", screen[chat._talk], page))
    assert [one.paper_ids for one in answerer.filters] == [(), (LAMPS.paper_id,)]


@pytest.mark.parametrize("how", ["ask_only", "exclude"])
def test_papers_chosen_in_mid_answer_are_for_the_next_question(config: Config, how: str) -> None:
    answerer = ScriptedAnswerer(gate=threading.Event())
    assert answerer.gate
    chat = chat_over(desk_of(config, answerer))
    screens = chat.ask("How fast?", "extractive", Talk("c"), page := Page())
    talk = next(screens)[chat._talk]
    if how == "ask_only":
        shown = chat.ask_only(LAMPS.paper_id, talk, page)
    else:
        (shown,) = chat.exclude(LAMPS.paper_id, "extractive", talk, page)
    answerer.gate.set()
    *_, last = screens
    assert "“Lamps that learn”" in last[chat._chips]
    assert shown == {chat._chips: last[chat._chips]}
    list(chat.ask("And then?", "extractive", last[chat._talk], page))
    assert [bool(one) for one in answerer.filters] == [False, True]


def test_suggestions_wait_until_nobody_is_being_answered(config: Config) -> None:
    class Weighing(ScriptedAnswerer):
        weighed = 0

        def sure_of(self, _question: str) -> float:
            self.weighed += 1
            return 1.0

    answerer = Weighing(gate=threading.Event())
    assert answerer.gate
    chat = chat_over(desk_of(config, answerer))
    screens = chat.ask("How far?", "extractive", Talk("another"), Page())
    next(screens)
    looks = iter([True, True, True])  # then the page shows something else
    suggested = chat._asking.suggested
    assert asyncio.run(suggested(ASKED, "extractive", lambda: next(looks, False))) == ()
    assert answerer.weighed == 0
    answerer.gate.set()
    list(screens)
    assert asyncio.run(suggested(ASKED, "extractive", lambda: True)) != ()
    (turn,) = ASKED.turns
    chatted = replace(turn, answer=replace(LAMPS_ANSWER, missing="not_about_papers"))
    after = replace(ASKED, turns=(chatted,))
    assert asyncio.run(suggested(after, "extractive", lambda: True)) == ()


def test_why_earlier_turns_cannot_be_brought_back_is_told_beside_those_on_the_page(
    config: Config,
) -> None:
    chat = chat_over(desk_of(config, ScriptedAnswerer()))
    two = replace(ASKED, turns=(*ASKED.turns, Turn(2, "How far?", answer=LAMPS_ANSWER)))
    screen = chat.earlier(two, Page())  # nothing is kept of it: it was deleted in another tab
    (told,) = screen.values()  # and nothing else on the page changes
    assert "no conversation" in told
    assert "What came before cannot be shown" in told
    assert "How fast?" in told
