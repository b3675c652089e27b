"""A conversation on a page holds few turns whole, and all that was said."""

from __future__ import annotations

from dataclasses import replace

from rag.settings import Configuration
from rag.stored.chosen import Chosen
from rag.stored.conversations import KeptTurn
from tests.ui.scripted import LAMPS, LAMPS_ANSWER
from ui.app.talk import SHOWN, Page, Talk, reopened
from ui.app.turns import Turn


def answered(number: int) -> Turn:
    question = f"Question {number}?"
    return Turn(number, question, answer=replace(LAMPS_ANSWER, question=question))


def long_talk(turns: int) -> Talk:
    talk = Talk("c")
    for number in range(1, turns + 1):
        talk = talk.with_turn(answered(number))
    return talk


def test_a_page_holds_few_turns_and_remembers_what_the_others_said() -> None:
    talk = long_talk(500)
    assert [turn.number for turn in talk.turns] == list(range(501 - SHOWN, 501))
    assert [one.question for one in talk.exchanges()] == [f"Question {n}?" for n in range(1, 501)]
    assert talk.next_number == 501


def test_a_kept_conversation_comes_back_as_it_was() -> None:
    only = Chosen(only=((LAMPS.paper_id, LAMPS.title),))
    made = Configuration.of("extractive")
    kept = [
        KeptTurn(turn.number, turn.answer, made, ("since 2022",), chosen=only)
        for turn in map(answered, range(1, 12))
        if turn.answer
    ]
    back, there = reopened("c", kept), long_talk(11)
    assert back.exchanges() == there.exchanges()
    assert [turn.answer for turn in back.turns] == [turn.answer for turn in there.turns]
    assert back.turns[-1].literally == ("since 2022",)
    assert back.turns[-1].chosen == only


def test_a_turn_in_the_making_takes_its_own_place_only() -> None:
    talk = long_talk(3)
    begun = Turn(4, "Question 4?")
    states = [begun, replace(begun, text="Lamps"), answered(4)]
    for state in states:
        talk = talk.with_turn(state)
    assert [turn.number for turn in talk.turns] == [1, 2, 3, 4]
    assert len(talk.exchanges()) == 4


def test_a_question_asked_anew_drops_those_after_it() -> None:
    talk = long_talk(4)
    assert [turn.number for turn in talk.upto(2).turns] == [1]
    assert talk.upto(2).next_number == 2


def test_what_was_on_a_page_before_is_there_no_more() -> None:
    page = Page()
    first = page.turned()
    assert first()
    second = page.turned()
    assert (first(), second()) == (False, True)
