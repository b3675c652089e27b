"""Facts said or not, on answers small enough to grade by hand."""

from __future__ import annotations

import dataclasses

import pytest

from evals.cases import Case
from evals.scorers.facts import facts_told, right_fact
from evals.scorers.wording import says
from rag.types import Answer
from tests.evals.answers import ABSTAINED, TALL, answer, case, silent


@pytest.mark.parametrize(
    ("text", "wording"),
    [
        ("preferred 56 % of the time", "56%"),
        ("preferred 56 percent of the time", "56%"),
        ("with 60,000 comparisons", "60000"),
        ("1/1,000th the compute", "1/1,000"),
        ("in a few cases ($\\sim5\\%$ of books)", "5%"),
        ("a 1.3B parameter model", "1.3B"),
        ("Power\u2011law scaling", "power-law"),
        ("it outperforms the rest", "outperform"),
        ("a simple\n statistic [2] called", "simple statistic"),
        ("of 175 billion parameters", "175 BILLION"),
        ("in 2021-12-17", "2021-12"),
        ("in 2021-12-17", "2021"),
        ("from 2019-2020", "2020"),
        ("two layers", "layer"),
        ("its biases", "bias"),
        ("10-20 samples", "20"),
        ("12-10-20 layers", "20"),
    ],
)
def test_spelling_does_not_matter(text: str, wording: str) -> None:
    assert says(text, wording)


@pytest.mark.parametrize(
    ("text", "wording"),
    [
        ("25%", "5%"),
        ("0.5%", "5%"),
        ("28.8% of the problems", "28"),
        ("28.8% of the problems", "8.8%"),
        ("1,560 of them", "560"),
        ("100 samples", "10"),
        ("all humans", "man"),
        ("on 2020-12-20", "20"),
        ("on 2020-12-20", "12"),
        ("on 2020-12-20", "20 papers"),
        ("see [2]", "2"),
        ("see [1, 2]", "2"),
        ("an airplane", "AIR"),
        ("the newest model", "new"),
        ("", "anything"),
    ],
)
def test_a_part_of_a_number_or_a_word_is_not_the_fact(text: str, wording: str) -> None:
    assert not says(text, wording)


def test_the_fact_is_right_if_one_wording_of_each_is_said() -> None:
    assert right_fact(case(("3.5 metres", "3.5 m")), TALL).value == 1


def test_the_fact_is_wrong_if_one_of_several_is_missing_and_says_which() -> None:
    score = right_fact(case(("3.5 m",), ("25%", "a quarter")), TALL)
    assert score.value == 0
    assert score.why == "does not say 25%"


def test_a_fact_counts_only_in_an_answer_that_is_given() -> None:
    hedged = dataclasses.replace(TALL, abstained=True)
    assert right_fact(case(("3.5 m",)), hedged).value == 0


def test_a_plain_yes_or_no_is_told_from_words_that_begin_alike() -> None:
    assert says("No, it cannot. [1]", "no,")
    assert not says("Novel, and not small.", "no,")
    assert says("Yes. [1]", "yes")


def told(of: Case, given: Answer) -> dict[str, tuple[float, float]]:
    return {score.metric: (score.value, score.weight) for score in facts_told(of, given)}


TWO_FACTS = case(("3.5 m",), ("25%", "a quarter"))


def test_recall_is_the_share_of_facts_said() -> None:
    assert told(TWO_FACTS, TALL)["fact_recall"] == (0.5, 1)
    assert told(TWO_FACTS, answer(("3.5 m, and a quarter ends.", ())))["fact_recall"] == (1, 1)


def test_precision_is_the_share_of_claims_that_say_a_fact() -> None:
    given = answer(
        ("Is it tall?", ()),
        ("It is 3.5 m tall. [1]", ()),
        ("It is white and salty. [1]", ()),
        ("Rain ends a quarter. [1]", ()),
    )
    assert told(TWO_FACTS, given)["fact_precision"] == pytest.approx((2 / 3, 3))
    (_, precision) = facts_told(TWO_FACTS, given)
    assert precision.why == "no fact of the case: 'It is white and salty.'"


def test_what_is_said_against_the_facts_is_counted_apart() -> None:
    of = dataclasses.replace(TWO_FACTS, wrong=(("5.3 m", "53 m"), ("75%",)))
    assert told(of, TALL)["contradiction"] == (0, 1)
    given = answer(("It is 3.5 m, not 53 m, for a quarter.", ()))
    assert told(of, given) == {
        "fact_recall": (1, 1),
        "fact_precision": (1, 1),
        "contradiction": (0.5, 1),
    }


def test_an_abstention_says_neither_facts_nor_what_is_wrong() -> None:
    of = dataclasses.replace(TWO_FACTS, wrong=(("5.3 m",),))
    assert told(of, ABSTAINED) == {"fact_recall": (0, 1), "contradiction": (0, 1)}


def test_a_silent_case_can_only_be_contradicted() -> None:
    assert told(silent(), TALL) == {}
    false_premise = dataclasses.replace(silent(), wrong=(("3.5 m",),))
    assert told(false_premise, TALL) == {"contradiction": (1, 1)}


def test_a_list_from_the_catalogue_needs_no_fact_in_each_line() -> None:
    assert "fact_precision" not in told(case(("2",), kind="catalogue"), TALL)
