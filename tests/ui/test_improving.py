"""What is told of an answer on which more was spent."""

from __future__ import annotations

from dataclasses import replace

from rag.settings import Settings
from rag.types import Critique, Step, Usage
from tests.ui.scripted import LAMPS_ANSWER
from ui.commands.improving import improving, improving_lines


def test_the_options_are_settings_and_off_by_default() -> None:
    assert improving(False, 1, 0) == Settings()
    assert improving(True, 3, 2) == Settings(critique=1, drafts=3, look_again=2)


def test_of_an_answer_on_which_nothing_was_spent_nothing_is_told() -> None:
    assert list(improving_lines(LAMPS_ANSWER)) == []


def test_the_trail_the_critiques_and_the_cost_are_told() -> None:
    answer = replace(
        LAMPS_ANSWER,
        trail=(
            Step("search", "lamp memory", 0),
            Step("open", "On wicks", 1),
            Step("stop", "what was found may answer it"),
        ),
        critiques=(
            Critique(0, "overstated", "in winter", "revised"),
            Critique(1, "wrong number", "12%", "kept"),
            Critique(1, "left out", "", "invalid"),
        ),
        usage=Usage(1500, 60),
        timings_ms={"chat": 900.0, "look_again": 1500.0, "critique": 2600.0, "total": 5000.0},
    )
    assert list(improving_lines(answer)) == [
        "searched again: lamp memory (no new quotes)",
        "read “On wicks” whole (1 new quote)",
        "stopped looking: what was found may answer it",
        "sentence 1, written anew: overstated: “in winter”",
        "sentence 2, left as it was: wrong number: “12%”",
        "critiques that no quote bears out, left out: 1",
        "that took 4.1 s; the answer took 1,560 tokens in all",
    ]
