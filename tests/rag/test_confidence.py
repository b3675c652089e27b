"""The confidence follows the surest quote."""

from __future__ import annotations

import math

import pytest

from rag.evidence.confidence import confidence, surest
from rag.types import Quote


def quote(says: float, *, score: float = 0.5) -> Quote:
    return Quote("p", "abstract", 0, 5, "Mosses", score, says=says)


def test_the_surest_quote_counts_whatever_their_order_and_score() -> None:
    assert surest([quote(-3, score=0.9), quote(2, score=0.1), quote(0)]) == 2


def test_without_quotes_there_is_none_to_be_sure_of() -> None:
    with pytest.raises(ValueError, match="empty"):
        surest([])


def test_the_confidence_rises_with_the_log_odds_and_stays_a_probability() -> None:
    odds = (-math.inf, -1e9, -9.0, -3.0, 0.0, 3.0, 9.0, 1e9, math.inf)
    rising = [confidence([quote(says)]) for says in odds]
    assert rising == sorted(rising)
    assert 0 <= rising[0] < 0.01
    assert 0.99 < rising[-1] <= 1


def test_without_quotes_there_is_no_confidence() -> None:
    assert confidence([]) == 0.0
