"""Milliseconds, tokens and money of a handful of replies."""

from __future__ import annotations

import dataclasses

import pytest

from evals.score import Reply
from evals.scorers.cost import Prices, cost, latencies, tokens
from rag.errors import ConfigError
from rag.types import Usage
from tests.evals.answers import TALL, answer

PRICES = Prices(prompt=2.0, completion=10.0, cached=0.5)


def test_stages_have_median_and_95th_percentile_and_the_total_is_the_askers() -> None:
    replies = [
        Reply("a", answer(timings_ms={"search": 10.0, "total": 11.0}), ms=20.0),
        Reply("b", answer(timings_ms={"search": 20.0, "chat": 7.0, "total": 27.0}), ms=40.0),
        Reply("c", None, "ChatTimeout: no reply", ms=60.0),
    ]
    found = latencies(replies)
    assert list(found) == ["search", "chat", "total"]
    assert found["search"] == pytest.approx((15, 19.5))
    assert found["chat"] == (7, 7)
    assert found["total"] == pytest.approx((40, 58))


def test_what_nobody_timed_has_no_total() -> None:
    assert latencies([Reply("a", answer())]) == {}


def test_tokens_are_averaged_over_the_replies_that_tell_them() -> None:
    told = dataclasses.replace(TALL, usage=Usage(300, 20, 200))
    replies = [Reply("a", TALL, usage=Usage(100, 10)), Reply("b", told), Reply("c", None, "late")]
    assert tokens(replies) == (200, 15, 100)
    assert tokens([Reply("c", TALL)]) is None


@pytest.mark.parametrize(
    ("text", "prices"), [("2,10,0.5", PRICES), ("2, 10", Prices(2.0, 10.0, 2.0))]
)
def test_prices_are_read_and_the_cache_costs_the_same_if_nothing_else_is_said(
    text: str, prices: Prices
) -> None:
    assert Prices.parse(text) == prices


@pytest.mark.parametrize("text", ["2", "2,10,1,1", "2,ten", "2,-1", "nan,1", "2,inf"])
def test_what_is_no_price_is_named(text: str) -> None:
    with pytest.raises(ConfigError, match=f"prices {text!r}: give"):
        Prices.parse(text)


def test_the_cost_counts_what_was_cached_at_its_own_price() -> None:
    replies = [Reply("a", TALL, usage=Usage(1_000_000, 100_000, 400_000)), Reply("b", TALL)]
    assert cost(replies, PRICES) == pytest.approx(0.6 * 2 + 0.4 * 0.5 + 0.1 * 10)
    assert cost([Reply("b", TALL)], PRICES) is None
