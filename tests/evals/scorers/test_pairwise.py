"""Preferences of judges that like places, or length, or answers."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest

from evals.scorers.pairwise import length_controlled, preferred
from rag.types import Message


@dataclass
class Liking:
    """A judge whose log-odds for A come from what it sees of the two answers."""

    odds: Callable[[str, str], float]
    name: str = "liking"
    asked: int = 0

    def weigh(self, messages: Sequence[Message], options: Sequence[str]) -> tuple[float, ...]:
        self.asked += 1
        assert tuple(options) == ("A", "B")
        found = re.search(r"^Answer A: (.*)\nAnswer B: (.*)$", messages[-1].content, re.MULTILINE)
        assert found
        odds = self.odds(found[1], found[2])
        return odds / 2, -odds / 2


QUALITY = {"good": 2.0, "fair": 1.0, "bad": 0.0}


def by_quality(a: str, b: str) -> float:
    return QUALITY[a] - QUALITY[b]


@pytest.mark.parametrize(
    ("first", "second", "value"), [("good", "bad", 1), ("bad", "good", 0), ("fair", "bad", 1)]
)
def test_the_better_answer_is_preferred_wherever_it_stands(
    first: str, second: str, value: float
) -> None:
    assert preferred(Liking(by_quality), "Which?", first, second) == value


def test_who_prefers_a_place_prefers_nothing() -> None:
    assert preferred(Liking(lambda _a, _b: 3.0), "Which?", "good", "bad") == 0.5
    assert preferred(Liking(lambda _a, _b: -3.0), "Which?", "good", "bad") == 0.5


def test_a_liking_for_a_place_does_not_hide_a_clear_preference() -> None:
    biased = Liking(lambda a, b: by_quality(a, b) + 1.5)
    assert preferred(biased, "Which?", "bad", "good") == 0
    assert preferred(biased, "Which?", "good", "bad") == 1
    assert preferred(biased, "Which?", "fair", "bad") == 0.5


def test_the_same_answer_is_a_tie_that_nobody_is_asked_about() -> None:
    judge = Liking(by_quality)
    assert preferred(judge, "Which?", "good", " good\n") == 0.5
    assert judge.asked == 0


def test_preferences_that_length_explains_are_half_at_equal_length() -> None:
    lengths = [-30.0, -20.0, -10.0, 10.0, 20.0, 30.0] * 5
    likes_length = [float(length > 0) for length in lengths]
    assert length_controlled(likes_length, lengths) == pytest.approx(0.5, abs=1e-6)


def test_preferences_that_length_does_not_explain_are_kept() -> None:
    lengths = [-20.0, -20.0, -20.0, -20.0, 20.0, 20.0, 20.0, 20.0]
    preferences = [1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 0.0]
    assert length_controlled(preferences, lengths) == pytest.approx(0.75)


def test_a_long_winded_system_wins_less_than_it_seems() -> None:
    lengths = [50.0] * 8 + [-50.0] * 4
    preferences = [1.0] * 7 + [0.0] + [0.0] * 3 + [1.0]
    seen = sum(preferences) / len(preferences)
    assert 0.5 < length_controlled(preferences, lengths) < seen


@pytest.mark.parametrize(
    ("preferences", "longer_by", "value"),
    [([1.0, 1.0], [3.0, 5.0], 1.0), ([1.0, 0.0, 0.5], [7.0, 7.0, 7.0], 0.5)],
    ids=["all alike", "one length"],
)
def test_where_nothing_can_be_regressed_the_mean_stands(
    preferences: list[float], longer_by: list[float], value: float
) -> None:
    assert length_controlled(preferences, longer_by) == value


def test_no_preferences_have_no_share() -> None:
    assert math.isnan(length_controlled([], []))
