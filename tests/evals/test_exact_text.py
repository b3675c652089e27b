"""The verdict of exact text and numbers on a sentence against its quotes."""

from __future__ import annotations

import pytest

from evals.scorers.exact_text import check_sentence

QUOTE = "Its answers are preferred by humans 56% of the time, and are half as long."


@pytest.mark.parametrize(
    ("sentence", "support"),
    [
        (QUOTE, "supported"),
        ("Its answers are preferred by humans  56% of the time, and are half as long", "supported"),
        ("Its answers are preferred by humans 56% of the time", "unchecked"),
        ("People preferred its answers 56% of the time.", "unchecked"),
        ("People preferred its answers 65% of the time.", "unsupported"),
        ("People liked 5 of its answers.", "unsupported"),
        ("", "unchecked"),
    ],
)
def test_verdict(sentence: str, support: str) -> None:
    assert check_sentence(sentence, [QUOTE]) == support


def test_a_sentence_without_quotes_is_unsupported() -> None:
    assert check_sentence("It works.", []) == "unsupported"


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("Moss helps.", "It is not true that moss helps."),
        ("It holds for p > 0.05.", "It holds for p < 0.05."),
        ("Moss helps.", "Moss helps only in the shade."),
    ],
)
def test_a_part_or_a_likeness_of_a_quote_is_left_to_a_judge(sentence: str, quote: str) -> None:
    assert check_sentence(sentence, [quote]) == "unchecked"


def test_the_digit_of_a_name_is_no_number() -> None:
    assert check_sentence("GPT-3 wins in 2% of cases.", ["It wins in 2% of them."]) == "unchecked"


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("It was 2 times better.", "It was twice as good."),
        ("It covers 7 orders.", "The trends span seven orders."),
        ("It had 60000 comparisons.", "It had 60,000 comparisons."),
    ],
)
def test_numbers_agree_however_they_are_written(sentence: str, quote: str) -> None:
    assert check_sentence(sentence, [quote]) == "unchecked"
