"""A turn ends as answer, error or stopped, is kept though nobody follows, and lets go when told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from rag.errors import ChatTimeout, LibraryError, WeightsError
from rag.finding.filters import Filter
from rag.stored.chosen import Chosen
from rag.types import Answer
from tests.ui.scripted import LAMPS, LAMPS_ANSWER, WICKS, ScriptedAnswerer
from ui.app.turns import BROKEN, Asks, Taking, Turn, Underway

START = Turn(1, "How fast do lamps dim?")


def until(there: Callable[[], bool]) -> None:
    """Wait for what another thread does."""
    for _ in range(2000):
        if there():
            return
        time.sleep(0.01)
    raise AssertionError("it never came")


def test_a_turn_passes_through_status_and_text_to_its_answer() -> None:
    gate = threading.Event()
    taking = Taking(START, lambda _: ScriptedAnswerer(gate=gate), "scripted").start()
    states = taking.follow()
    until(lambda: taking.turn.text == "Lamps")
    first = next(states)
    assert (first.status, first.text, first.running) == ("Writing", "Lamps", True)
    gate.set()
    *_, last = states
    assert last.text == LAMPS_ANSWER.answer
    assert last.answer is not None
    assert not last.running


def test_a_turn_is_asked_after_what_was_said_before_it_and_as_it_was_meant() -> None:
    answerer = ScriptedAnswerer()
    only = Chosen(only=(("p", "Lamps"),))
    turn = Turn(3, "And since 2022?", literally=("since 2022",), chosen=only)
    list(Taking(turn, lambda _: answerer, "scripted", [LAMPS_ANSWER.exchange]).start().follow())
    assert answerer.histories == [(LAMPS_ANSWER.exchange,)]
    assert answerer.literally == [("since 2022",)]
    assert answerer.filters == [Filter(paper_ids=("p",))]
    assert LAMPS_ANSWER.exchange.cited == ((LAMPS.paper_id, 1), (WICKS.paper_id, 2))


def test_an_error_while_writing_ends_the_turn_and_keeps_its_text() -> None:
    failing = ScriptedAnswerer(error=ChatTimeout("no reply in 60 s: try again"))
    *_, last = Taking(START, lambda _: failing, "scripted").start().follow()
    assert (last.text, last.error, last.running) == ("Lamps", "no reply in 60 s: try again", False)


def test_a_backend_that_cannot_be_had_ends_the_turn() -> None:
    def answerers(backend: str) -> Asks:
        raise WeightsError(f"{backend} is not here: askpapers models pull {backend}")

    *_, last = Taking(START, answerers, "local").start().follow()
    assert last.error == "local is not here: askpapers models pull local"


def test_a_fault_of_ours_is_not_dressed_up_as_an_error_of_the_user(
    caplog: pytest.LogCaptureFixture,
) -> None:
    failing = ScriptedAnswerer(error=ZeroDivisionError("insides"))
    *_, last = Taking(START, lambda _: failing, "scripted").start().follow()
    assert last.error == BROKEN
    assert "insides" in caplog.text


def test_a_stop_takes_effect_while_the_chat_model_is_silent() -> None:
    gate = threading.Event()
    answerer = ScriptedAnswerer(gate=gate)
    taking = Taking(START, lambda _: answerer, "scripted").start()
    states = taking.follow()
    while not next(states).text:
        pass
    taking.stop()
    last = next(states)
    assert (last.text, last.stopped, last.running) == ("Lamps", True, False)
    assert list(states) == []
    gate.set()
    assert answerer.ended.wait(60)
    assert answerer.closed == 1


def test_an_answer_that_nobody_follows_is_finished_and_kept_with_what_it_is_to_tell() -> None:
    kept: list[Answer | None] = []

    def keep(turn: Turn) -> Turn:
        kept.append(turn.answer)
        return replace(turn, number=3)

    turn = replace(START, chosen=Chosen(only=(("p", "Lamps"),)))
    taking = Taking(turn, lambda _: ScriptedAnswerer(), "scripted", keep=keep).start()
    until(lambda: not taking.turn.running)
    (answer,) = kept
    assert answer
    assert answer == taking.turn.answer
    assert answer.notes == ("Asked only “Lamps”.",)
    assert taking.turn.number == 3  # others were quicker


def test_an_answer_that_cannot_be_kept_is_shown_and_says_so() -> None:
    def keep(_turn: Turn) -> Turn:
        raise LibraryError("the disk is full")

    taking = Taking(START, lambda _: ScriptedAnswerer(), "scripted", keep=keep).start()
    *_, last = taking.follow()
    assert last.answer is not None
    assert last.warning == "This answer could not be kept: the disk is full"


def test_whoever_is_not_wanted_any_more_stops_following_though_nothing_happens() -> None:
    gate = threading.Event()
    taking = Taking(START, lambda _: ScriptedAnswerer(gate=gate), "scripted").start()
    until(lambda: taking.turn.text == "Lamps")
    wanted = [True, True]
    states = taking.follow(lambda: bool(wanted and wanted.pop()))
    assert [state.text for state in states] == ["Lamps"]
    gate.set()


def test_one_turn_of_a_conversation_is_answered_at_a_time() -> None:
    gate = threading.Event()
    underway = Underway()

    def taking() -> Taking:
        return Taking(START, lambda _: ScriptedAnswerer(gate=gate), "scripted")

    first = underway.begin("one", taking())
    assert first is not None
    assert underway.of("one") is first
    assert underway.begin("one", taking()) is None
    assert underway.begin("two", taking()) is not None
    gate.set()
    until(lambda: not first.turn.running)
    assert underway.of("one") is None
    assert underway.begin("one", taking()) is not None
