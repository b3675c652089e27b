"""Quantities are read however they are written, and agree where one may be said for another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.support.quantities import agrees, quantities


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("preferred 56% of the time", [("share", 0.56)]),
        ("56 per cent, 56 percent", [("share", 0.56), ("share", 0.56)]),
        ("between 76.3 and 85.4%", [("share", 0.763), ("share", 0.854)]),
        ("175B parameters, 1.5 billion, 60,000", [("number", 175e9), ("number", 1.5e9)]),
        ("3.4 times, 10x, a 5-fold rise", [("times", 3.4), ("times", 10), ("times", 5)]),
        ("twice, a third, two thirds", [("times", 2), ("share", 1 / 3), ("share", 2 / 3)]),
        ("two hundred forty-two", [("number", 242)]),
        ("11·9 million", [("number", 11.9e6)]),
        ("in 2022, at 100g", [("number", 2022), ("number", 100)]),
    ],
)
def test_a_quantity_is_read_as_it_is_meant(text: str, stated: list[tuple[str, float]]) -> None:
    found = quantities(text)
    for quantity, (kind, value) in zip(found, stated, strict=False):
        assert quantity.kind == kind
        assert quantity.value == pytest.approx(value)
    assert len(found) >= len(stated)


@pytest.mark.parametrize(
    "text", ["GPT-3", "InstructGPT2", "OCT3/4", "3T3 cells", "3D", "the third"]
)
def test_the_digits_of_names_and_ranks_are_no_quantities(text: str) -> None:
    assert quantities(text) == []


@pytest.mark.parametrize(
    ("said", "given", "yes"),
    [
        ("56%", "56 percent", True),
        ("56%", "65%", False),
        ("about 70%", "70.2%", True),
        ("70%", "70.2%", True),
        ("70.4%", "70.2%", False),
        ("70.2%", "70%", False),
        ("half", "50%", True),
        ("a third", "31%", True),
        ("more than 50%", "56%", True),
        ("more than 60%", "56%", False),
        ("less than 60", "56", True),
        ("twice", "2 times", True),
        ("1.3 billion", "1,300,000,000", True),
        ("1.3B", "1.5B", False),
        ("50 percent", "50 times", False),
        ("nearly 60,000", "58,737", True),
        ("60,000", "58,737", False),
    ],
)
def test_one_quantity_may_be_said_for_another(said: str, given: str, yes: bool) -> None:
    assert agrees(quantities(said)[0], quantities(given)[0]) == yes


@given(st.text(alphabet="0123456789.,%kBx- halftwo", max_size=40))
def test_offsets_hold_the_quantity_as_written(text: str) -> None:
    for quantity in quantities(text):
        assert text[quantity.start : quantity.end].strip() == quantity.text
        assert quantity.step > 0
        assert agrees(quantity, quantity)
