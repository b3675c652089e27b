"""The confidence follows the surest quote, and a judge where one was asked."""

from __future__ import annotations

import math

import pytest

from rag.confidence import confidence, surest
from rag.types import Quote


def quote(says: float, *, score: float = 0.5) -> Quote:
    return Quote("p", "abstract", 0, 5, "Mosses", score, says=says)


def test_the_surest_quote_counts_whatever_their_order_and_score() -> None:
    assert surest([quote(-3, score=0.9), quote(2, score=0.1), quote(0)]) == 2


def test_without_quotes_there_is_none_to_be_sure_of() -> None:
    with pytest.raises(ValueError, match="empty"):
        surest([])


def test_the_confidence_rises_with_the_log_odds_and_stays_a_probability() -> None:
    rising = [confidence(says) for says in (-math.inf, -9.0, -3.0, 0.0, 3.0, 9.0, math.inf)]
    assert rising == sorted(rising)
    assert 0 <= rising[0] < 0.01
    assert 0.99 < rising[-1] <= 1


def test_a_judge_moves_the_confidence_to_its_side() -> None:
    assert confidence(-1.0, judged=-4.0) < confidence(-1.0, judged=4.0)


def test_nothing_that_a_question_can_bring_is_certain_beyond_a_doubt_of_rounding() -> None:
    assert confidence(1e9) == pytest.approx(1.0)
    assert confidence(-1e9) == pytest.approx(0.0)
