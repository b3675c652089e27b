"""Sentences are found in their answer, in order."""

from __future__ import annotations

from dataclasses import replace

from rag.spans import answer_spans
from rag.types import Sentence
from tests.evals.answers import TALL


def test_each_sentence_is_found_after_the_one_before_it() -> None:
    same = Sentence("It grows.", (), "unchecked")
    answer = replace(TALL, answer="- It grows.\n- It grows.", sentences=(same, same))
    assert answer_spans(answer) == ((2, 11), (14, 23))


def test_a_sentence_that_does_not_stand_in_the_answer_leaves_none() -> None:
    other = Sentence("It shrinks.", (), "unchecked")
    assert answer_spans(replace(TALL, sentences=(*TALL.sentences, other))) == ()
