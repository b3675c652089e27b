"""Which questions go on about a conversation is told by their words and their vector."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.config import Config
from rag.library import Library
from rag.question import goes_on as module
from rag.question.followup import stand_alone
from rag.question.goes_on import (
    FITTED_ON,
    TurnWeights,
    fitted_turns,
    goes_on,
    leaning_in,
    signs_of_turn,
    write_turns,
)
from rag.question.word_signs import WordWeights
from rag.types import Exchange
from tests.fakes import HashEmbedder

BEFORE = ("What do the moss counters of Wales count?",)


@given(st.text(), st.lists(st.text(), max_size=3))
def test_whatever_is_asked_there_is_a_probability(question: str, earlier: list[str]) -> None:
    assert 0 <= fitted_turns().probability(question, earlier) <= 1


@pytest.mark.parametrize(
    "question",
    [
        "how often did the annotators agree?",
        "is the code out?",
        "how far behind is the runner-up?",
        "really? any proof",
        "can it be repaired?",
    ],
)
def test_what_only_the_conversation_explains_goes_on_about_it(question: str) -> None:
    assert goes_on(question, BEFORE)
    assert stand_alone(question, [Exchange(BEFORE[0])]).earlier == BEFORE[0]


@pytest.mark.parametrize(
    "question",
    [
        "How many parameters does GPT-3 have?",
        "Which papers are from 2022?",
        "What did Ouyang and colleagues find about toxicity?",
        "how well do large language models grade school essays",
    ],
)
def test_what_says_all_that_is_needed_does_not(question: str) -> None:
    assert not goes_on(question, BEFORE)
    assert stand_alone(question, [Exchange(BEFORE[0])]).asked == question


@pytest.mark.parametrize("question", ["And compared to the ferns?", "and 2019?", "And lichens?"])
def test_a_few_words_behind_and_lean_whatever_was_learned(question: str) -> None:
    history = [Exchange(BEFORE[0])]
    assert stand_alone(question, history, lambda *_: False).asked != question


def test_signs_are_words_pairs_of_them_what_rules_say_and_what_was_said_before() -> None:
    signs = signs_of_turn("And how many mosses do they count?", BEFORE)
    assert signs["how many"] == signs["mosses"] == signs["(rule)"] == 1
    assert signs["(said before)"] == 1
    assert signs_of_turn("thanks ok", ())["(to nobody)"] == 1


def test_the_vector_counts_only_where_it_is_of_the_model_that_was_fitted_on(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedder = HashEmbedder()
    vector = embedder.embed(["moss?"], "query")[0]
    told = TurnWeights(WordWeights(-1.0, {}), 9 * vector, WordWeights(-1.0, {}))
    monkeypatch.setattr(module, "fitted_turns", lambda: told)
    with Library.open(config, embedder) as library:
        assert not leaning_in(library)("moss?", BEFORE)
        monkeypatch.setattr(module, "FITTED_ON", embedder.name)
        assert leaning_in(library)("moss?", BEFORE)
    assert embedder.name != FITTED_ON


def test_what_was_written_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WEIGHTS", tmp_path / "goes_on.npz")
    own, other = WordWeights(-1.0, {"both": 2.0}), WordWeights(0.5, {})
    write_turns(TurnWeights(own, np.array([0.5, 0.0], np.float32), other), module.WEIGHTS)
    try:
        kept = fitted_turns()
        assert (kept.own, kept.other, kept.vector.tolist()) == (own, other, [0.5, 0.0])
    finally:
        fitted_turns.cache_clear()
