"""Which questions lean on an earlier one, and on which."""

from __future__ import annotations

import pytest

from rag.followup import leans, leans_on

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
    ],
)
def test_what_stands_by_itself_leans_on_nothing(question: str) -> None:
    assert not leans(question)
    assert leans_on(question, ["How many parameters does GPT-3 have?"]) == ""


def test_nothing_is_leant_on_without_history() -> None:
    assert leans_on("Why?", []) == ""


def test_of_several_earlier_questions_the_last_that_stands_by_itself_is_leant_on() -> None:
    history = ["Who trained GPT-3 on the web?", FIRST, SECOND]
    assert leans_on("Which dataset was it trained on?", history) == FIRST


def test_if_none_stands_by_itself_it_is_the_last() -> None:
    assert leans_on("Why?", ["And then?", SECOND]) == SECOND
