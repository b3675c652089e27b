"""How many answers are made at once is bounded, stopped ones among them."""

from __future__ import annotations

import threading
import time

from tests.ui.scripted import ScriptedAnswerer
from ui.app.turns import BUSY, Taking, Turn, Underway


def stopped(underway: Underway, gate: threading.Event) -> Taking:
    """One that was begun and stopped, of a chat model that is silent until the gate opens."""
    begun = underway.begin("one", taking(gate))
    assert begun is not None
    begun.stop()
    return begun


def taking(gate: threading.Event) -> Taking:
    return Taking(Turn(1, "How fast?"), lambda _: ScriptedAnswerer(gate=gate), "scripted")


def test_sending_and_stopping_again_and_again_holds_no_more_threads_than_there_may_be() -> None:
    gate, underway = threading.Event(), Underway(most=3)
    before = threading.active_count()
    many = [stopped(underway, gate) for _ in range(10)]
    assert [one.held for one in many] == [True] * 3 + [False] * 7
    assert threading.active_count() <= before + 3
    assert [one.turn.error for one in many] == [""] * 3 + [BUSY] * 7
    gate.set()


def test_whoever_finds_it_busy_is_answered_once_a_chat_model_lets_go() -> None:
    gate, underway = threading.Event(), Underway(most=1)
    first = stopped(underway, gate)
    refused = underway.begin("two", taking(gate))
    assert refused is not None
    assert [turn.error for turn in refused.follow()] == [BUSY]
    assert underway.of("two") is None
    gate.set()
    while first.held:
        time.sleep(0.01)
    again = underway.begin("two", taking(gate))
    assert again is not None
    *_, last = again.follow()
    assert last.answer is not None
