"""Clashes: the same thing with another number, a "not", another direction; names from nowhere."""

from __future__ import annotations

import pytest

from rag.support.agree import find_clash, opposed, strange_quantities
from rag.support.directions import turned_round
from rag.support.names import names_in, stands_in
from rag.types import Paper

QUOTE = "Labelers prefer the outputs of the 1.3B InstructGPT model in 56% of cases."
PAPER = Paper(
    "p1",
    "Training language models with human feedback",
    "We compare InstructGPT with GPT-3. " + QUOTE,
)


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        (
            "Labelers prefer outputs of the InstructGPT model in 65% of cases.",
            "says 65%, the quote says 56%",
        ),
        (
            "Labelers do not prefer the outputs of the InstructGPT model.",
            "denies “prefer”, which the quote says",
        ),
    ],
)
def test_the_same_said_otherwise_is_contradicted_and_says_why(claim: str, reason: str) -> None:
    clash = find_clash(claim, [QUOTE], [PAPER])
    assert clash is not None
    assert (clash.support, clash.reason) == ("contradicted", reason)


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("It won 77% of all chess games.", "77% stands nowhere in what it cites"),
        ("Labelers prefer BLOOM in 56% of cases.", "“BLOOM” stands nowhere in what it cites"),
    ],
)
def test_what_stands_nowhere_is_unsupported(claim: str, reason: str) -> None:
    clash = find_clash(claim, [QUOTE], [PAPER])
    assert clash is not None
    assert (clash.support, clash.reason) == ("unsupported", reason)


@pytest.mark.parametrize(
    "claim",
    [
        QUOTE,
        "In 56 percent of cases, labelers liked what InstructGPT wrote better.",
        "InstructGPT is compared with GPT-3.",  # stands in the paper, a judge may say whether here
        "Over half of the cases went to InstructGPT.",
        "In 44% of cases, labelers did not.",  # the rest of 56%
        "Two models are compared.",
    ],
)
def test_what_is_merely_put_otherwise_is_no_clash(claim: str) -> None:
    assert find_clash(claim, [QUOTE], [PAPER]) is None


def test_a_number_of_another_thing_is_not_held_against_it() -> None:
    quote = "We train 3 models on 40 tasks (95% CI, 2-5; p = 0.03)."
    clash = find_clash("We train models on 12 GPUs.", [quote])
    assert clash is not None
    assert clash.support == "unsupported"


@pytest.mark.parametrize(
    ("claim", "sentence", "pair"),
    [
        (
            "Dropout increases the error rate.",
            "Dropout reduces the error rate by half.",
            ("increases", "reduces"),
        ),
        ("It is faster than attention.", "It is slower than attention.", ("faster", "slower")),
        ("Dropout reduces the error rate.", "Dropout reduces the error rate.", None),
        ("More data help.", "It reduces errors and increases speed.", None),
        (
            "The error rate increases.",
            "The error rate increases or decreases with the learning rate.",
            None,
        ),
    ],
)
def test_opposite_directions_of_one_thing(
    claim: str, sentence: str, pair: tuple[str, str] | None
) -> None:
    assert turned_round(claim, sentence) == pair
    assert opposed(claim, ["Before it. " + sentence]) == pair


def test_directions_clash_only_where_the_sentence_is_about_the_same() -> None:
    claim = "Dropout increases the error rate."
    there = find_clash(claim, ["Dropout reduces the error rate by half."])
    assert there is not None
    assert there.reason == "says “increases” where the quote says “reduces”"
    elsewhere = "Larger learning rates reduce the rate of convergence of the optimiser."
    assert find_clash(claim, [elsewhere]) is None


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("The model is not safe at scale.", "At scale the model is safe."),
        ("The model is safe at scale.", "At scale, the model is not safe."),
        ("Rewards never help small models.", "Rewards help small models."),
        ("Agents act without memory.", "Agents act with memory of the task."),
    ],
)
def test_a_negation_more_or_less_is_contradicted(claim: str, quote: str) -> None:
    clash = find_clash(claim, [quote])
    assert clash is not None
    assert clash.support == "contradicted"


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("It not only helps small models.", "It helps small models."),
        ("The small models fail.", "It does not help large tasks."),
        ("Small models do not learn.", "Small models do not learn."),
    ],
)
def test_negations_that_agree_are_no_clash(claim: str, quote: str) -> None:
    assert find_clash(claim, [quote]) is None


def test_names_are_words_with_a_capital_inside_or_in_the_middle_of_a_sentence() -> None:
    text = "Researchers at Anthropic compare InstructGPT and GPT-3 on TruthfulQA. Results differ."
    assert names_in(text) == ["Anthropic", "InstructGPT", "GPT-3", "TruthfulQA"]


@pytest.mark.parametrize(
    ("name", "text", "there"),
    [
        ("GPT-3", "the gpt3 model", True),
        ("RLHF", "reinforcement learning from human feedback", True),
        ("MMPs", "matrix metalloproteases play a part", True),
        ("NLRP3-dependent", "It needs NLRP3.", True),
        ("Nakano", "by Reiichiro Nakano et al.", True),
        ("Llama", "We use GPT-3.", False),
    ],
)
def test_a_name_stands_there_in_other_letters_too(name: str, text: str, there: bool) -> None:
    assert stands_in(name, [text]) == there


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("GPT-J outperforms Codex.", "Codex outperforms GPT-J on all of them."),
        ("Codex is outperformed by GPT-J.", "Codex outperforms GPT-J on all of them."),
        ("Accuracy rose to 80%.", "Accuracy rose from 80% to 90%."),
        ("Accuracy rose from 90% at first.", "Accuracy rose from 80% to 90%."),
        ("Dense models are larger than sparse ones.", "Sparse models are larger than dense ones."),
        ("Labelers preferred GPT-3 over Codex.", "Labelers preferred Codex over GPT-3 outputs."),
        (
            "Moss was preferred to fern, with more water.",
            "Moss was preferred to fern, with less water.",
        ),
        ("GPT-J solves 28.8%.", "Our model solves 28.8%, while GPT-J solves 11.4%."),
        (
            "Moss has 40% of the water and fern has 60% of the light.",
            "It has 60% of the water and 40% of the light.",
        ),
    ],
)
def test_sides_and_numbers_the_wrong_way_round_are_contradicted(claim: str, quote: str) -> None:
    clash = find_clash(claim, [quote])
    assert clash is not None
    assert clash.support == "contradicted"


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Codex outperforms GPT-J.", "Codex outperforms GPT-J on all of them."),
        ("GPT-J is outperformed by Codex.", "Codex outperforms GPT-J on all of them."),
        ("GPT-3 is worse than InstructGPT.", "InstructGPT is better than GPT-3."),
        ("Accuracy rose to 90%.", "Accuracy rose from 80% to 90%."),
        ("Accuracy was 80% at first.", "Accuracy rose from 80% to 90%."),
        ("Accuracy rose by 10 points.", "Accuracy rose from 80% to 90%."),
        ("GPT-J solves 11.4%.", "Our model solves 28.8%, while GPT-J solves 11.4%."),
        ("It took 60 minutes.", "It took 1 hour."),
        ("It took an hour.", "It took 60 minutes."),
        ("It ran for 12 months.", "It ran for one year."),
        ("Answers are preferred 69% of the time by people.", "People prefer it 56% of the time to"
         " those of demonstrators, and 69% of the time to answers from Reddit."),
    ],
)  # fmt: skip
def test_what_is_the_right_way_round_is_no_clash(claim: str, quote: str) -> None:
    assert find_clash(claim, [quote]) is None


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("It took 60 minutes.", "It took 60 hours."),
        ("It gained 28.8%.", "It gained 28.8 points."),
        ("It gained 28.8 points.", "It gained 28.8% of the votes."),
        ("It took 90 minutes.", "It took an hour."),
    ],
)
def test_the_same_number_of_another_measure_stands_nowhere(claim: str, quote: str) -> None:
    assert find_clash(claim, [quote]) is not None


def test_strange_numbers_are_listed_spelled_out_or_not() -> None:
    claim = "PaLM wins in two of 40 cases."
    assert [q.text for q in strange_quantities(claim, [QUOTE])] == ["two", "40"]
