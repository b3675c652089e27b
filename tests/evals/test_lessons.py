"""What is taught can be learned from, and nothing that is held back is among it."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest

from evals.cases import Case
from evals.evidence.confidence_cases import Asked, Nearest
from evals.evidence.lessons import need_jax, parted, tells
from rag.errors import ConfigError
from rag.evidence.nearness import Candidates

EMPTY = np.zeros(0, np.float32)
CASE = Case(id="moss", question="?", facts=(("40",),))
SILENT = replace(CASE, kind="unanswerable", unanswerable="not_in_abstract", facts=())


def asked(case: Case, library: str = "own") -> Asked:
    found = Candidates(EMPTY, (), EMPTY, EMPTY, "?")
    return Asked(case, library, found, EMPTY.astype(bool), {}, frozenset())


def near(*says: bool) -> Nearest:
    return Nearest("?", (), ("Moss.",) * len(says), np.zeros(len(says)), np.array(says, bool))


def test_only_what_is_read_can_be_learned_from() -> None:
    assert tells(asked(CASE), near(False, True))
    assert tells(asked(SILENT), near(False, False))
    assert not tells(asked(CASE), near(False, False))
    assert not tells(asked(CASE), near())
    assert not tells(asked(SILENT), near())


def test_what_is_held_back_is_kept_apart_whatever_it_tells() -> None:
    cases = [asked(CASE), asked(CASE), asked(CASE, "held"), asked(SILENT)]
    found = [near(True), near(False), near(False), near(False)]
    assert parted(cases, found, lambda one: one.library == "held") == ([0, 3], [2])


def test_without_jax_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "evals.evidence.tuned_layers", raising=False)
    monkeypatch.setitem(sys.modules, "jax", None)
    with pytest.raises(ConfigError, match=r"pip install -e '.\[tune\]'"):
        need_jax()
