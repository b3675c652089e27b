"""What is taught can be learned from, and nothing that is held back is among it."""

from __future__ import annotations

import numpy as np
import pytest

from evals.cases import Case
from evals.evidence.confidence_cases import Asked, Nearest
from evals.evidence.lessons import Lessons, need_jax, tells
from evals.evidence.tuning_batches import Lesson
from rag.errors import ConfigError
from rag.evidence.nearness import Candidates
from rag.models.answering import WIDTH

EMPTY = np.zeros(0, np.float32)


def lesson(*says: bool, answerable: bool = True) -> Lesson:
    states = tuple(np.zeros((9, WIDTH), np.float16) for _ in says)
    return Lesson(states, 4, np.array(says), np.zeros(len(says)), answerable)


def asked(name: str) -> Asked:
    found = Candidates(EMPTY, (), EMPTY, EMPTY, "?")
    return Asked(Case(id=name, question="?"), name, found, EMPTY.astype(bool), {}, frozenset())


def test_only_what_is_read_can_be_learned_from() -> None:
    assert tells(lesson(False, True))
    assert tells(lesson(False, False, answerable=False))
    assert not tells(lesson(False, False))
    assert not tells(lesson())
    assert not tells(lesson(answerable=False))


def test_what_is_held_back_is_kept_apart_whatever_it_tells() -> None:
    own = [lesson(True), lesson(False), lesson(False), lesson(False, answerable=False)]
    near = Nearest("?", (), (), EMPTY.astype(np.float64), EMPTY.astype(bool))
    every = Lessons([asked(name) for name in "abcd"], [near] * 4, own)
    taught, held = every.parted(lambda one: one.library == "c")
    assert [one.library for one in taught.asked] == ["a", "d"]
    assert [one.library for one in held.asked] == ["c"]


def test_without_jax_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evals.evidence.lessons.find_spec", lambda _: None)
    with pytest.raises(ConfigError, match=r"pip install -e '.\[tune\]'"):
        need_jax()
