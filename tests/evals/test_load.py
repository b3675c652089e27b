"""The load test: a server that serves everyone passes, one that mixes people up does not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest

from evals.speed.load import API, PAGE, LoadError, run_crowds
from rag.config import Config
from rag.types import Done, Event
from tests.ui.browsing import scripted_app
from tests.ui.running import serving
from tests.ui.scripted import ScriptedAnswerer

QUESTIONS = [f"How fast do lamps number {n} & their wicks dim?" for n in range(6)]


@dataclass
class Mixing(ScriptedAnswerer):
    """Gives everyone the answer to the first question that was ever asked."""

    def stream(self, question: str, **rest: object) -> Iterator[Event]:
        for event in super().stream(question, **rest):  # type: ignore[arg-type]  # as they came
            if isinstance(event, Done):
                event = Done(replace(event.answer, question=self.asked[0]))
            yield event


def test_everyone_gets_their_own_answer_on_the_page_and_from_the_api(config: Config) -> None:
    with serving(scripted_app(ScriptedAnswerer(), config)) as url:
        page, api = run_crowds(url, QUESTIONS, 6)
    assert (page.way, page.people, page.own, page.problems) == (PAGE, 6, 6, ())
    assert (api.way, api.people, api.own, api.problems) == (API, 6, 6, ())
    assert 0 < page.first_p50_ms <= page.whole_p50_ms <= page.whole_p95_ms
    assert api.whole_p50_ms > 0


def test_answers_to_the_questions_of_others_are_counted_as_such(config: Config) -> None:
    with serving(scripted_app(Mixing(), config)) as url:
        _, api = run_crowds(url, QUESTIONS, 6)
    assert api.own == 1
    assert api.problems == ("the answer to another question",)


@dataclass
class Pondering(ScriptedAnswerer):
    """Weighs a question only once everyone is being answered; counts where that was in vain."""

    people: int = 6
    in_vain: int = 0
    answered: threading.Event = field(default_factory=threading.Event)

    def stream(self, question: str, **rest: object) -> Iterator[Event]:
        for event in super().stream(question, **rest):  # type: ignore[arg-type]  # as they came
            if len(self.asked) == 3 * self.people:  # alone, through the API, and on the page
                self.answered.set()
            yield event

    def sure_of(self, _question: str) -> float:
        """Whether the papers answer it."""
        self.in_vain += not self.answered.wait(5)
        return 1.0


def test_no_answer_waits_for_what_is_suggested_after_others(config: Config) -> None:
    answerer = Pondering()
    with serving(scripted_app(answerer, config)) as url:
        page, _ = run_crowds(url, QUESTIONS, 6)
    assert page.own == 6
    assert answerer.answered.is_set()
    assert answerer.in_vain == 0


def test_a_server_that_is_none_of_ours_is_told(config: Config) -> None:
    with pytest.raises(LoadError, match="cannot be asked"):
        run_crowds("http://127.0.0.1:9", QUESTIONS, 2)
    with pytest.raises(LoadError, match="as many different questions"):
        run_crowds("http://127.0.0.1:9", QUESTIONS, 7)
