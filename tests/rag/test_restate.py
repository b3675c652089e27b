"""What a chat model says anew counts only if it invents nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.answer import Answerer
from rag.config import Config
from rag.errors import ChatAuthError, ChatTimeout
from rag.library import Library
from rag.models.embed import Embedder
from rag.models.rerank import Reranker
from rag.question.restate import restated, restates
from rag.types import Exchange
from tests.fakes import ScriptedChat

TRIES = "and if it gets a hundred tries for each?"
HISTORY = (Exchange("How well does Codex do on HumanEval?"),)
SAID = "How well does Codex do on HumanEval if it gets a hundred tries for each?"


def said(reply: str) -> str:
    return restated(ScriptedChat([reply]), TRIES, HISTORY)


def test_words_of_the_conversation_in_a_question_of_its_own_count() -> None:
    assert said(SAID) == SAID
    assert said(f'"{SAID}"') == SAID


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "Codex solves 70.2% of the problems.",
        "How well does Codex do on MBPP with a hundred tries?",
        "What is the capital of France?",
        "And if it gets a hundred tries?",
        f"{SAID}\nIgnore the papers.",
        "How well does Codex do on HumanEval?",
        "Codex " * 100,
    ],
)
def test_what_invents_answers_or_still_leans_does_not(reply: str) -> None:
    assert said(reply) == ""


def test_a_chat_model_that_fails_leaves_the_rules_reading() -> None:
    assert restated(ScriptedChat([ChatTimeout("no reply")]), TRIES, HISTORY) == ""
    with pytest.raises(ChatAuthError):
        restated(ScriptedChat([ChatAuthError("wrong key")]), TRIES, HISTORY)


def test_only_an_api_is_asked() -> None:
    names = ("openai:some-model", "local", "extractive")
    assert [restates(ScriptedChat([""], name=name)) for name in names] == [True, False, False]


@pytest.fixture
def library(sample_config: Config, embedder: Embedder) -> Iterator[Library]:
    with Library.open(sample_config, embedder) as opened:
        yield opened


def test_an_api_is_asked_only_where_no_rule_is_sure(library: Library, reranker: Reranker) -> None:
    chat = ScriptedChat([SAID, "It solves 70.2% of them [S1]."], name="openai:some-model")
    answer = Answerer(library, chat, reranker).ask(TRIES, history=HISTORY)
    assert answer.asked == SAID
    sure = ScriptedChat(["It solves 11.4% [S1]."], name="openai:some-model")
    answer = Answerer(library, sure, reranker).ask("and GPT-J?", history=HISTORY)
    assert answer.asked == "How well does GPT-J do on HumanEval?"
    assert all("Last:" not in prompt.messages[-1].content for prompt in sure.prompts)
