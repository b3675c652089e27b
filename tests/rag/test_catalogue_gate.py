"""What tells questions to the catalogue from questions to the text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag.models.embed import Embedder
from rag.question.catalogue import gate
from rag.question.catalogue.gate import (
    FITTED_ON,
    NEVER,
    SURELY,
    FittedGate,
    Gate,
    fitted_gate,
    signs,
    write_gate,
)
from rag.question.catalogue.wording import plain


def likely(embedder: Embedder, question: str) -> float:
    vector = embedder.embed([question], "query")[0]
    return fitted_gate().own.probability(plain(question), vector)


@pytest.mark.parametrize(
    "question",
    [
        "who signed the paper on volcanic lightning",
        "pls the year of that Baltic herring study",
        "everything Ferreira has published since 2018",
        "which of our authors appear most often",
        "is there a doi for the zeolite paper",
    ],
)
def test_what_a_catalogue_answers_is_likely(embedder: Embedder, question: str) -> None:
    assert likely(embedder, question) > SURELY


@pytest.mark.parametrize(
    "question",
    [
        "how does temperature affect the yield of the reaction?",
        "what accuracy does the classifier reach on held-out scenes?",
        "which enzyme breaks down the polymer",
    ],
)
def test_what_a_text_answers_is_not_even_tried(embedder: Embedder, question: str) -> None:
    assert likely(embedder, question) < NEVER


def test_the_vectors_of_another_model_do_not_count() -> None:
    fitted = fitted_gate()
    assert fitted.for_vectors(FITTED_ON).vector.shape == (384,)
    other = fitted.for_vectors("another model")
    assert other.vector.size == 0
    text = "who wrote it"
    nothing = np.zeros(8, dtype=np.float32)
    assert other.probability(text, nothing) == other.probability(text, nothing + 9)


def test_signs_tell_what_the_words_ask() -> None:
    assert {"field nth", "position"} <= signs("first author of the moss paper")
    assert {"superlative published", "condition published"} <= signs("the newest paper before 2019")


def test_what_is_kept_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    worth = {"field": 1.5, "head ": -2.0}
    vector = np.array([0.25, -0.5], dtype=np.float32)
    own = Gate(0.5, worth, vector)
    other = Gate(-1.0, worth, np.zeros(0, dtype=np.float32))
    path = tmp_path / "gate.npz"
    assert fitted_gate().own.bias != own.bias
    write_gate(FittedGate(own, other), path)
    monkeypatch.setattr(gate, "WEIGHTS", path)
    try:
        read = fitted_gate()
    finally:
        fitted_gate.cache_clear()
    assert (read.own.bias, read.own.worth, read.other.bias) == (0.5, worth, -1.0)
    assert read.own.vector.tolist() == vector.tolist()
