"""Which sentences are picked: central, unlike each other, within a budget, from every kind."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rag.summary.salience import Budget, pick, salience
from tests.fakes import HashEmbedder

NONE = np.zeros((0, 64), np.float32)


def vectors(texts: list[str]) -> np.ndarray:
    return HashEmbedder().embed(texts, "passage")


def scores(texts: list[str]) -> list[float]:
    return list(salience(texts, vectors(texts), NONE))


def test_what_the_title_is_about_says_more() -> None:
    texts = ["Moss grows on walls here.", "Boats sail over lakes."]
    focus = vectors(["Moss on walls"])
    assert list(np.argsort(salience(texts, vectors(texts), focus))) == [1, 0]


def test_a_sentence_that_leans_on_the_one_before_says_less() -> None:
    alone, leaning = scores(["Moss grows slowly on walls.", "This grows slowly on walls too."])
    assert alone > leaning


def test_what_a_paper_says_of_itself_is_not_taken_while_there_is_more() -> None:
    texts = ["We release our data and code.", "Moss grows slowly on walls.", "Ferns like shade."]
    worth = salience(texts, vectors(texts), NONE)
    assert pick(texts, vectors(texts), worth, Budget(3, 100)) == [1, 2]


def test_a_repetition_is_passed_over() -> None:
    texts = ["Moss grows slowly on walls.", "Moss grows slowly on walls!", "Ferns like shade."]
    assert pick(texts, vectors(texts), np.array([3.0, 2.9, 2.5]), Budget(2, 100)) == [0, 2]


def test_each_kind_gets_one_before_another_gets_two() -> None:
    texts = ["One moss.", "Two ferns.", "Three boats.", "Four lakes."]
    kinds = [("a",), ("a",), ("b",), ("b",)]
    best_first = np.array([4.0, 3.9, 1.0, 0.9])
    assert pick(texts, vectors(texts), best_first, Budget(2, 100), kinds) == [0, 2]


def test_of_kinds_alike_in_the_first_the_second_decides() -> None:
    texts = ["One moss.", "Two ferns.", "Three boats."]
    kinds = [("paper 1", "left"), ("paper 2", "left"), ("paper 3", "right")]
    best_first = np.array([4.0, 3.9, 1.0])
    assert pick(texts, vectors(texts), best_first, Budget(2, 100), kinds) == [0, 2]


def test_one_sentence_may_be_longer_than_the_budget() -> None:
    texts = ["Moss grows very slowly on old walls."]
    assert pick(texts, vectors(texts), np.array([1.0]), Budget(3, 2)) == [0]


@given(
    st.lists(st.text("abc ", min_size=1, max_size=30), min_size=1, max_size=10),
    st.integers(1, 4),
    st.integers(1, 30),
)
def test_the_budget_holds_and_order_is_kept(texts: list[str], most: int, words: int) -> None:
    worth = np.linspace(1, 2, len(texts))
    chosen = pick(texts, vectors(texts), worth, Budget(most, words))
    assert chosen == sorted(set(chosen))
    assert 1 <= len(chosen) <= most
    assert len(chosen) == 1 or sum(len(texts[i].split()) for i in chosen) <= words
