"""The part of each sentence of an abstract."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.summary.roles import PARTS, parts_of

LEARNING = (
    ("Summaries are hard to judge, and existing metrics are only rough proxies.", "problem"),
    ("In this work, we train a model to predict which summary people prefer.", "method"),
    ("We collect a large dataset of comparisons between summaries.", "method"),
    ("We find that our models outperform much larger ones trained with supervision.", "findings"),
    ("Our results suggest that losses deserve more attention.", "findings"),
)
MEDICINE = (
    ("To determine whether early feeding is safe after surgery.", "problem"),
    ("Two hundred patients were randomly assigned to early or late feeding.", "method"),
    ("The length of stay was recorded by nurses.", "method"),
    ("Median stay was 4 days against 6 days (p<0.01).", "findings"),
)


@pytest.mark.parametrize("abstract", [LEARNING, MEDICINE], ids=["learning", "medicine"])
def test_sentences_are_told_apart_by_their_words(abstract: tuple[tuple[str, str], ...]) -> None:
    assert parts_of([text for text, _ in abstract]) == [part for _, part in abstract]


def test_a_sentence_without_cues_goes_with_its_neighbours() -> None:
    plain = "The router has two layers."
    before = "We propose a router that picks the words worth reading."
    after = "We train the router on web pages."
    assert parts_of([before, plain, after]) == ["method"] * 3


def test_an_abstract_may_begin_with_what_was_done() -> None:
    assert parts_of(["We introduce Codex.", "We find that it solves most problems."]) == [
        "method",
        "findings",
    ]


@given(st.lists(st.text(max_size=60), max_size=12))
def test_every_sentence_gets_one_part(sentences: list[str]) -> None:
    found = parts_of(sentences)
    assert len(found) == len(sentences)
    assert set(found) <= set(PARTS)
