"""What an open page and its server grow by is read from the looks after the caches have filled."""

from __future__ import annotations

import pytest

from evals.speed.load_page import Look, growth


def look(asked: int, heap_kib: float, server_kib: float) -> Look:
    return Look(asked, heap_kib / 1024, 1000, server_kib / 1024, 300)


def test_growth_is_the_slope_after_the_first_fifth_of_the_questions() -> None:
    warm = [look(100, 10_000, 100_000)]
    later = [look(n, 12_000 + 2 * n, 500_000 + 30 * n) for n in range(200, 501, 100)]
    assert growth([*warm, *later]) == pytest.approx((2, 30))


def test_one_look_after_the_first_fifth_tells_no_growth() -> None:
    assert growth([look(100, 1, 1), look(500, 2, 2)]) is None
    assert growth([]) is None
