"""Something long, told as it goes, that can be stopped at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from rag.errors import QuestionError
from ui.app.running import Running


def test_each_event_comes_and_the_end_is_no_stop() -> None:
    running = Running(lambda: iter("abc"))
    assert list(running) == ["a", "b", "c"]
    assert not running.stopped


def test_a_stop_takes_effect_while_nothing_comes() -> None:
    silent = threading.Event()

    def events() -> Iterator[str]:
        yield "a"
        silent.wait(60)
        yield "b"

    running = Running(events)
    told = iter(running)
    assert next(told) == "a"
    running.stop()
    assert list(told) == []
    assert running.stopped
    silent.set()


def test_what_went_wrong_is_raised_where_it_is_waited_for() -> None:
    def events() -> Iterator[str]:
        yield "a"
        raise QuestionError("no")

    told = iter(Running(events))
    assert next(told) == "a"
    with pytest.raises(QuestionError):
        next(told)
