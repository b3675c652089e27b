"""A quote but for its dress is the quote; a reservation dropped, or another order, is not."""

from __future__ import annotations

import pytest

from rag.support.clauses import clauses
from rag.support.near_exact import nearly_says

QUOTE = "Its answers are preferred by humans 56% of the time, and are half as long."
TITLE = "WebGPT: answering with a browser"


@pytest.mark.parametrize(
    "claim",
    [
        "Its answers are preferred by humans 56% of the time.",
        "WebGPT's answers are preferred by humans 56% of the time.",
        "The answers are preferred by humans 56% of the time, and are half as long",
    ],
)
def test_shortened_or_lightly_edited_it_is_the_quote(claim: str) -> None:
    assert nearly_says(claim, ["Something else is here.", QUOTE], TITLE)


@pytest.mark.parametrize(
    "claim",
    [
        "Its answers are preferred by humans 65% of the time.",
        "Its answers are preferred by humans 56.5% of the time.",
        "Humans are preferred by its answers 56% of the time.",
        "All its answers are preferred by humans 56% of the time.",
        "Its answers are not preferred by humans 56% of the time.",
        "BLOOM's answers are preferred by humans 56% of the time.",
        "Answers.",
        "",
    ],
)
def test_another_number_order_or_name_is_not(claim: str) -> None:
    assert not nearly_says(claim, [QUOTE], TITLE)


@pytest.mark.parametrize(("said", "there"), [("85,000", "60,000"), ("35.8%", "28.8%")])
def test_numbers_that_share_some_digits_are_different_ones(said: str, there: str) -> None:
    quote = f"We train small models on {there} of the comparisons."
    assert nearly_says(f"They train small models on {there} of the comparisons.", [quote])
    assert not nearly_says(f"They train small models on {said} of the comparisons.", [quote])


@pytest.mark.parametrize(
    "quote",
    [
        "It is not true that moss helps the tall towers.",
        "Moss helps the tall towers only in the shade.",
        "We test whether moss helps the tall towers.",
        "Moss may help the tall towers.",
        "It was hypothesised that moss helps the tall towers.",
        "Contrary to the claim that moss helps the tall towers, they crumbled.",
        "It is a misconception that moss helps the tall towers.",
    ],
)
def test_a_reservation_is_not_dropped(quote: str) -> None:
    assert not nearly_says("Moss helps the tall towers.", [quote])


@pytest.mark.parametrize(
    "claim",
    ["Mortality was 12% with the drug.", "Mortality was 12% with placebo and the drug."],
)
def test_what_a_quote_says_of_one_number_it_does_not_say_of_another(claim: str) -> None:
    assert not nearly_says(claim, ["Mortality was 12% with placebo and 30% with the drug."])


def test_numbers_may_be_left_out_where_the_words_do_not_go_on() -> None:
    quote = "Our model solves 28.8% of the tasks, while GPT-3 solves 0% and GPT-J solves 11.4%."
    assert nearly_says("Our model solves 28.8% of the tasks.", [quote])
    assert nearly_says("GPT-J solves 11.4%.", [quote])
    assert not nearly_says("GPT-3 solves 11.4%.", [quote])


def test_a_title_names_only_what_the_quote_calls_its_own() -> None:
    claim = "WebGPT was trained on long browsing sessions."
    assert nearly_says(claim, ["It was trained on long browsing sessions."], TITLE)
    assert not nearly_says(claim, ["BLOOM was trained on long browsing sessions."], TITLE)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Vitamin D lowers the risk of broken hips.", "Vitamin C lowers the risk of broken hips."),
        ("Model A beats model B on the task.", "Model B beats model A on the task."),
    ],
)
def test_a_letter_that_is_a_name_counts(claim: str, quote: str) -> None:
    assert nearly_says(quote, [quote])
    assert not nearly_says(claim, [quote])


def test_clauses_may_stand_in_different_quotes_but_all_must_stand() -> None:
    quotes = ["We train the router on web pages.", "The router needs little memory on phones."]
    both = "They train the router on web pages; it needs little memory on phones."
    assert nearly_says(both, quotes)
    assert not nearly_says(both.replace("phones", "planes"), quotes)


@pytest.mark.parametrize(
    ("sentence", "parts"),
    [
        ("It is large and fast.", 1),
        ("The router reads web pages, and the reranker sorts long documents.", 2),
        ("The router reads web pages; the reranker sorts long documents.", 2),
        ("", 1),
    ],
)
def test_clauses_claim_something_each(sentence: str, parts: int) -> None:
    assert len(clauses(sentence)) == parts
