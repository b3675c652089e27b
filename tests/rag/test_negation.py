"""A sentence that says the opposite of another in its own words, and what only looks like it."""

from __future__ import annotations

import pytest

from rag.support.negation import denies

SAID = "Moss helps the tallest towers after rain."


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("It is not true that moss helps the tallest towers after rain.", SAID),
        ("It's false that moss helps the tallest towers after rain.", SAID),
        ("Moss does not help the tallest towers after rain.", SAID),
        ("Moss doesn’t help the tallest towers after rain", SAID),
        ("Moss never helps the tallest towers after rain.", SAID),
        ("No moss helps the tallest towers after rain.", SAID),
        ("Moss fails to help the tallest towers after rain.", SAID),
        (SAID, "Moss did not help the tallest towers after rain."),
        ("Towers can stand.", "Towers cannot stand."),
        ("Towers can't stand.", "Towers can stand."),
        ("Towers won't stand.", "Towers will stand."),
        ("Towers stand with salt.", "Towers stand without salt."),
        ("It is not true that rain ends some.", "We build towers. Rain ends some. Moss helps."),
    ],
)
def test_a_negation_more_or_less_is_the_opposite(claim: str, passage: str) -> None:
    assert denies(claim, passage)


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        (SAID, SAID),
        ("Yes, moss helps the tallest towers after rain.", SAID),
        ("No, moss helps the tallest towers after rain.", SAID),  # the answer to a question
        ("No, moss does not help the towers.", "Moss does not help the towers."),
        ("It is not true that moss does not help the towers.", "Moss helps the towers."),
        ("Moss doesn't help the towers.", "Moss never helps the towers."),
        ("Towers do not fall.", "Moss helps the towers."),
        ("Tower No. 5 stands.", "Tower 5 stands."),
        ("Not only moss helps.", "Only rain helps, and not moss."),
        ("", "Not."),
    ],
)
def test_what_is_no_plain_opposite_is_left_to_a_judge(claim: str, passage: str) -> None:
    assert not denies(claim, passage)
