"""A turn takes its events in order, ends as answer, error or stopped, and lets go of its stream."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from rag.errors import ChatTimeout, WeightsError
from tests.ui.scripted import LAMPS, LAMPS_ANSWER, WICKS, ScriptedAnswerer
from ui.app.turns import Asks, Taking, Turn

START = Turn(1, "How fast do lamps dim?")


def test_a_turn_passes_through_status_and_text_to_its_answer() -> None:
    states = list(Taking(START, lambda _: ScriptedAnswerer(), "scripted"))
    assert states[0] == START
    assert states[2].status == "Writing"
    assert states[3].text == "Lamps"
    assert states[-2].text == LAMPS_ANSWER.answer
    assert states[-1].answer is not None
    assert [state.running for state in states] == [True] * (len(states) - 1) + [False]


def test_a_turn_is_asked_after_the_answers_before_it_and_as_it_was_meant() -> None:
    first = replace(START, answer=LAMPS_ANSWER)
    failed = Turn(2, "Really?", error="no reply")
    answerer = ScriptedAnswerer()
    turn = Turn(3, "And since 2022?", literally=("since 2022",))
    list(Taking(turn, lambda _: answerer, "scripted", (first, failed)))
    assert answerer.histories == [(LAMPS_ANSWER.exchange,)]
    assert answerer.literally == [("since 2022",)]
    assert LAMPS_ANSWER.exchange.cited == ((LAMPS.paper_id, 1), (WICKS.paper_id, 2))


def test_an_error_while_writing_ends_the_turn_and_keeps_its_text() -> None:
    failing = ScriptedAnswerer(error=ChatTimeout("no reply in 60 s: try again"))
    *_, last = Taking(START, lambda _: failing, "scripted")
    assert (last.text, last.error, last.running) == ("Lamps", "no reply in 60 s: try again", False)


def test_a_backend_that_cannot_be_had_ends_the_turn() -> None:
    def answerers(backend: str) -> Asks:
        raise WeightsError(f"{backend} is not here: askpapers models pull {backend}")

    *_, last = Taking(START, answerers, "local")
    assert last.error == "local is not here: askpapers models pull local"


def test_a_fault_of_ours_is_not_dressed_up_as_an_error_of_the_user() -> None:
    with pytest.raises(ZeroDivisionError):
        list(Taking(START, lambda _: ScriptedAnswerer(error=ZeroDivisionError()), "scripted"))


def test_a_stop_takes_effect_while_the_chat_model_is_silent() -> None:
    gate = threading.Event()
    answerer = ScriptedAnswerer(gate=gate)
    taking = Taking(START, lambda _: answerer, "scripted")
    states = iter(taking)
    while not next(states).text:
        pass
    taking.stop()
    last = next(states)
    assert (last.text, last.stopped, last.running) == ("Lamps", True, False)
    assert list(states) == []
    gate.set()
    assert answerer.ended.wait(20)
    assert answerer.closed == 1


def test_leaving_a_turn_closes_the_stream_beneath() -> None:
    gate = threading.Event()
    answerer = ScriptedAnswerer(gate=gate)
    states = iter(Taking(START, lambda _: answerer, "scripted"))
    while not next(states).text:
        pass
    del states
    gate.set()
    assert answerer.ended.wait(20)
    assert answerer.closed == 1
