"""Something long, told as it goes, that can be stopped at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from rag.errors import QuestionError, RagError
from ui.app.running import Running, places


def test_each_event_comes_and_the_end_is_no_stop() -> None:
    running = Running(lambda: iter("abc"), places())
    assert list(running) == ["a", "b", "c"]
    assert not running.stopped


def test_a_stop_takes_effect_while_nothing_comes() -> None:
    silent = threading.Event()

    def events() -> Iterator[str]:
        yield "a"
        silent.wait(60)
        yield "b"

    running = Running(events, places())
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

    told = iter(Running(events, places()))
    assert next(told) == "a"
    with pytest.raises(QuestionError):
        next(told)


def test_what_was_stopped_holds_its_place_until_its_thread_lets_go() -> None:
    silent, left = threading.Event(), threading.Event()
    few = places(2)

    def events() -> Iterator[str]:
        try:
            yield "a"
            silent.wait(60)
            yield "b"
        finally:
            left.set()

    for _ in range(2):
        running = Running(events, few)
        assert next(iter(running)) == "a"
        running.stop()
    threads = threading.active_count()
    with pytest.raises(RagError, match="Try again in a moment"):
        next(iter(Running(events, few)))
    assert threading.active_count() == threads
    silent.set()
    assert few.acquire(timeout=60)  # one has let go
    assert left.is_set()
    few.release()
    assert list(Running(events, few)) == ["a", "b"]


def test_a_place_is_free_again_after_the_end_and_after_a_failure() -> None:
    def broken() -> Iterator[str]:
        raise QuestionError("no")
        yield

    one = places(1)
    for _ in range(2):
        assert list(Running(lambda: iter("a"), one)) == ["a"]
        assert one.acquire(timeout=60)
        one.release()
        with pytest.raises(QuestionError):
            list(Running(broken, one))
        assert one.acquire(timeout=60)
        one.release()
