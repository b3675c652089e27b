"""Which questions lean on an earlier one, and on which."""

from __future__ import annotations

import pytest

from rag.question.followup import stand_alone
from rag.question.leaning import leans
from rag.types import Exchange

FIRST = "How often are WebGPT's answers preferred over the human demonstrators' answers?"
SECOND = "And over the highest-voted answer from Reddit?"


@pytest.mark.parametrize(
    "question",
    [
        SECOND,
        "What about larger models?",
        "Why?",
        "By how much?",
        "Which datasets?",
        "Which dataset was it trained on?",
        "Who wrote it?",
        "Does the same hold for images?",
        "How does it compare to GPT-3?",
        "Which of them is bigger?",
        "Is that model larger than GPT-3?",
        "Was that shown for reinforcement learning too?",
        "How large is the small one?",
        "in 2021?",
        "by OpenAI?",
        "the dataset?",
        "limitations?",
        "And is GPT-3 better?",
        "And how well does GPT-3 do?",
        "So do the bigger ones need more data?",
        "And how many labelers were hired?",
    ],
)
def test_what_is_understood_only_after_another_question_leans_on_it(question: str) -> None:
    assert leans(question)


@pytest.mark.parametrize(
    "question",
    [
        FIRST,
        "How much larger is GPT-3 than its predecessor?",
        "Are larger models better at criticising, and do they need less data to learn?",
        "Is it true that labelers preferred the smaller model?",
        "Do labelers find that GPT-3 lies?",
        "How well does WebGPT do when it may search the web?",
        "What does GPT-4 score on the bar exam?",
        "Which papers are from 2022?",
        "Hi there!",
        "Tell me a joke.",
        "So what is TruthfulQA?",
        "Then what is imitation learning?",
        "And what does InstructGPT do about toxicity?",
        "Also, who wrote the WebGPT paper?",
        "So compare WebGPT and InstructGPT.",
        "But is Codex larger than GPT-3?",
        "TruthfulQA?",
        "hello?",
        "What did they find in “A study of trimmed wicks”?",
        "What is new in “Lamps that dim: is this because they are watched”?",
    ],
)
def test_what_stands_by_itself_leans_on_nothing(question: str) -> None:
    assert not leans(question)


def test_without_history_a_question_stands_as_it_is() -> None:
    assert stand_alone("Why?", ()).asked == "Why?"


def after(*history: str, ask: str) -> str:
    return stand_alone(ask, tuple(map(Exchange, history))).asked


@pytest.mark.parametrize(
    ("earlier", "question", "asked"),
    [
        ("Which papers are from 2022?", "and from 2021?", "Which papers are from 2021?"),
        ("Which papers are from 2022?", "What about 2021?", "Which papers are from 2021?"),
        ("Which papers since 2022 use RL?", "and 2024?", "Which papers from 2024 use RL?"),
        ("Which papers since 2022 use RL?", "since 2020?", "Which papers since 2020 use RL?"),
        ("Which papers use RL?", "What about 2021?", "Which papers use RL from 2021?"),
        ("What of papers between 2019 and 2021?", "and 2022?", "What of papers from 2022?"),
        ("Which models were trained?", "by OpenAI?", "Which models were trained by OpenAI?"),
        ("Which papers are about rewards?", "in 2021?", "Which papers are about rewards in 2021?"),
        (
            "How well does Codex do on APPS?",
            "on HumanEval?",
            "How well does Codex do on HumanEval?",
        ),
        ("What is WebGPT?", "and the dataset?", "What is the dataset of WebGPT?"),
        ("What is WebGPT?", "its limitations?", "What are the limitations of WebGPT?"),
        (
            "How large is the training set?",
            "and the test set?",
            "How large is the test set?",
        ),
        ("What is Codex?", "limitations?", "What are the limitations of Codex?"),
        ("How does RLHF work?", "and for summaries?", "How does RLHF work for summaries?"),
        ("Which papers are from 2022?", "2021?", "Which papers are from 2021?"),
        ("How large is GPT-3?", "GPT-4?", "How large is GPT-4?"),
        ("List the papers by Ada Wick.", "and by Otto Docht?", "List the papers by Otto Docht."),
        ("Is GPT-3 large?", "and gpt-4?", "Is gpt-4 large?"),
        ("Is it by John Wick?", "What about Ada Docht?", "Is it by Ada Docht?"),
        (
            "How large are batches for Dota 2?",
            "And ImageNet?",
            "How large are batches for ImageNet?",
        ),
        (
            "How many of the HumanEval problems does Codex get right?",
            "what about GPT-J?",
            "How many of the HumanEval problems does GPT-J get right?",
        ),
        (
            "Which states does the first player know?",
            "And the second one?",
            "Which states does the second player know?",
        ),
        (
            FIRST,
            SECOND,
            f"{FIRST.partition(' over')[0]} over the highest-voted answer from Reddit?",
        ),
        ("What does PIGPI do?", "is its code on github?", "is PIGPI’s code on github?"),
        ("Is InstructGPT better than GPT-3?", "How small is it?", "How small is InstructGPT?"),
    ],
)
def test_what_a_follow_up_asks_is_said_in_a_question_of_its_own(
    earlier: str, question: str, asked: str
) -> None:
    assert after(earlier, ask=question) == asked
    assert stand_alone(question, (Exchange(earlier),)).sure


@pytest.mark.parametrize(
    ("earlier", "question"),
    [
        ("How well does Codex do?", "and if it gets a hundred tries for each?"),
        ("What is RLHF used for in the assistant paper?", "Whom were these models compared with?"),
        ("How does loss depend on size?", "So do the bigger ones need more data?"),
        ("What is Codex?", "How does it compare to the other one?"),
        ("What is Codex?", "But does it hold for GPT-3?"),
        ("What does the report on GPT-2 say?", "Which year is it from?"),
        ("How does loss depend on size?", "Does it hold in “A study of trimmed wicks” too?"),
    ],
)
def test_what_no_rule_is_sure_of_is_said_after_the_question_it_leans_on(
    earlier: str, question: str
) -> None:
    standing = stand_alone(question, (Exchange(earlier),))
    assert (standing.asked, standing.earlier) == (f"{earlier} {question}", earlier)
    assert not standing.sure


def test_a_follow_up_leans_on_the_last_question_as_that_was_understood() -> None:
    asked = after("Is GPT-3 large?", "What about Gopher?", ask="Who trained it?")
    assert asked == "Who trained Gopher?"
    exchange = Exchange("and the other?", asked="Is Chinchilla large?")
    assert stand_alone("Who trained it?", (exchange,)).asked == "Who trained Chinchilla?"


@pytest.mark.parametrize(
    "question",
    [
        FIRST,
        "How much larger is GPT-3 than its predecessor?",
        "Are larger models better at criticising, and do they need less data to learn?",
        "How well does WebGPT do when it may search the web?",
        "What does GPT-4 score on the bar exam?",
        "And what does InstructGPT do about toxicity?",
        "Also, who wrote the WebGPT paper?",
        "But is Codex larger than GPT-3?",
        "What did they find in “A study of trimmed wicks”?",
    ],
)
def test_what_says_what_it_is_about_is_asked_as_it_is(question: str) -> None:
    assert after("How many parameters does GPT-3 have?", ask=question) == question


def test_a_pronoun_asks_on_of_the_same_and_another_name_does_not() -> None:
    history = (Exchange("What is WebGPT?"),)
    assert stand_alone("Who trained it?", history).same
    assert not stand_alone("and GPT-4?", history).same


def test_of_questions_that_no_rule_rewrites_the_one_they_lean_on_stays() -> None:
    assert after(FIRST, "Why?", ask="Which datasets?") == f"{FIRST} Which datasets?"


def test_however_long_people_go_on_a_question_is_read_behind_two_others_at_most() -> None:
    history = [Exchange("What is WebGPT?")]
    for question in ("is the code out?", "any limitations?", "says who?", "any proof?"):
        standing = stand_alone(question, history)
        assert not standing.sure
        history.append(Exchange(question, asked=standing.asked))
    assert history[-1].asked == "What is WebGPT? says who? any proof?"
