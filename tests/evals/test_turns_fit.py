"""What tells turns that go on about a conversation is fitted, and reported by folds."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from evals.evidence import turns_fit
from evals.evidence.turns_fit import FEWEST, Turn, all_turns, fit_turns


def turn(number: int, *, leans: bool) -> Turn:
    """One that asks of "the latter", or of a thing by its number."""
    question = f"how was {'the latter' if leans else f'thing {number}'} made"
    return Turn(question, ("what is moss",), leans, "turns", str(number))


def test_words_that_go_on_are_learned_and_rare_ones_not_weighed() -> None:
    turns = [turn(number, leans=number % 3 == 0) for number in range(4 * FEWEST)]
    vectors: dict[str, NDArray[np.float64]] = {one.question: np.ones(2) for one in turns}
    fitted = fit_turns(turns, vectors)
    assert fitted.probability("how was the latter made", ()) > 0.8
    assert fitted.probability("how was thing 900 made", ()) < 0.2
    assert "latter" in fitted.other.worth
    assert "7" not in fitted.other.worth


def test_a_vector_tells_what_words_do_not() -> None:
    turns = [Turn("what of it", ("moss?",), n % 2 == 0, "turns", str(n)) for n in range(40)]
    turns = [
        Turn(f"{one.question} {n}", *(one.earlier, one.leans, one.source, one.group))
        for n, one in enumerate(turns)
    ]
    vectors = {one.question: np.array([1.0 if one.leans else -1.0]) for one in turns}
    fitted = fit_turns(turns, vectors)
    sure = [fitted.probability("what of it", (), np.array([way], np.float32)) for way in (1, -1)]
    assert sure[0] > 0.7 > 0.3 > sure[1]
    assert fitted.probability("what of it", ()) == pytest.approx(0.5, abs=0.1)


def test_every_turn_shipped_has_a_question_behind_others_and_all_sources_are_there() -> None:
    turns = all_turns()
    assert all(one.question.strip() and one.earlier for one in turns)
    assert {one.source for one in turns} == {"turns", "follow-ups", "on its own"}
    assert {one.leans for one in turns if one.source == "turns"} == {True, False}


def test_dev_cases_alone_tell_what_all_of_it_comes_to() -> None:
    dev = turns_fit._dev()  # the table's last line is of these
    assert {one.leans for one in dev} == {True, False}
    assert not {one.question for one in dev} & {
        one.question for one in all_turns() if one.source == "turns"
    }
