"""What answers cost: milliseconds by stage, tokens, money."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evals.score import Reply
from evals.speed.latency import TOTAL
from evals.stats import percentile
from rag.errors import ConfigError
from rag.types import Usage

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Prices:
    """The price of a million tokens read, written, and read from a cache, in any one currency."""

    prompt: float
    completion: float
    cached: float

    @staticmethod
    def parse(text: str) -> Prices:
        """The prices written as `2,10` or `2,10,0.5`; without the third, what is read from a cache
        costs as much as what is read anew. Raises ConfigError.
        """
        try:
            told = [float(part) for part in text.split(",")]
        except ValueError:
            told = []
        if len(told) not in (2, 3) or not all(0 <= price < math.inf for price in told):
            raise ConfigError(
                f"prices {text!r}: give what a million tokens cost, read, written and, if it is"
                " another price, read from a cache, such as 2,10,0.5"
            )
        return Prices(told[0], told[1], told[-1] if len(told) == 3 else told[0])


def latencies(replies: Sequence[Reply]) -> Mapping[str, tuple[float, float]]:
    """Median and 95th percentile of each stage in milliseconds, over the replies that went through
    it, in the order first met; `total` last, the time as the asker saw it.

    Answers whose time nobody measured are left out.
    """
    times: dict[str, list[float]] = {}
    for reply in replies:
        for stage, ms in (reply.answer.timings_ms if reply.answer else {}).items():
            if stage != TOTAL:
                times.setdefault(stage, []).append(ms)
    if totals := [reply.ms for reply in replies if reply.ms is not None]:
        times[TOTAL] = totals
    return {stage: (percentile(ms, 50), percentile(ms, 95)) for stage, ms in times.items()}


def tokens(replies: Sequence[Reply]) -> tuple[float, float, float] | None:
    """Mean tokens read, written, and read from a cache, per reply whose chat model tells them;
    None if none does.
    """
    told = _told(replies)
    if not told:
        return None
    n = len(told)
    return (
        sum(usage.prompt for usage in told) / n,
        sum(usage.completion for usage in told) / n,
        sum(usage.cached for usage in told) / n,
    )


def cost(replies: Sequence[Reply], prices: Prices) -> float | None:
    """What all replies together cost, in the currency of `prices`; None if no chat model told its
    tokens. Where none was asked, an abstention for example, nothing was spent.
    """
    told = _told(replies)
    if not told:
        return None
    return sum(_price(usage, prices) for usage in told)


def _price(usage: Usage, prices: Prices) -> float:
    anew = usage.prompt - usage.cached
    spent = anew * prices.prompt + usage.cached * prices.cached
    return (spent + usage.completion * prices.completion) / _MILLION


def _told(replies: Sequence[Reply]) -> list[Usage]:
    return [reply.tokens for reply in replies if reply.tokens]
