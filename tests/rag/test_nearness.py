"""The first pass over sentences: what counts, whose vectors it was fitted to, how it is kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag.evidence import nearness
from rag.evidence.nearness import (
    FITTED_ON,
    SIGNS,
    Candidates,
    FittedNearness,
    Nearness,
    by_signs,
    fitted_nearness,
    signs_of,
    write_nearness,
)
from rag.models.embed import OnnxEmbedder
from rag.types import Chunk, Hit, Quote

WORTH = np.array([1.0, 0, 0, 0, 0], dtype=np.float32)


def standing_in(chunk: str, text: str, score: float = 0.5) -> tuple[Quote, Hit]:
    quote = Quote(chunk, "abstract", 0, len(text), text)
    return quote, Hit(Chunk(chunk, chunk, "Moss", "abstract", 0, len(text), text), score)


def candidates(vectors: list[list[float]], question: list[float]) -> Candidates:
    sentences = tuple(standing_in("a", "Mosses grow.") for _ in vectors)
    rows, asked = np.array(vectors, np.float32), np.array(question, np.float32)
    signs = signs_of("moss", sentences, rows @ asked)
    return Candidates(asked, sentences, rows, signs, "moss")


def test_each_sign_is_told_of_each_sentence() -> None:
    sentences = [
        standing_in("a", "Mosses grow.", 0.9),
        standing_in("a", "Ferns.", 0.9),
        standing_in("b", "It rains.", 0.1),
    ]
    found = signs_of("growing moss", sentences, np.array([0.2, 0.6, 0.4], np.float32))
    assert found.tolist() == [
        pytest.approx([0.2, 1.0, 0.9, 0.6, 0.0]),
        pytest.approx([0.6, 0.25, 0.9, 0.6, 1.0]),
        pytest.approx([0.4, 0.25, 0.1, 0.4, 0.0]),
    ]


def test_of_no_sentences_there_are_no_signs() -> None:
    assert signs_of("moss", [], np.zeros(0, np.float32)).shape == (0, SIGNS)


def test_projections_bring_together_what_is_not_alike() -> None:
    found = candidates([[1, 0], [0, 1]], question=[1, 0])
    assert by_signs(WORTH).log_odds(found).argmax() == 0
    question, sentence = np.array([[3], [0]], np.float32), np.array([[0], [1]], np.float32)
    assert Nearness(WORTH, question, sentence).log_odds(found).tolist() == [1.0, 3.0]


def test_vectors_of_another_model_are_not_projected() -> None:
    fitted = fitted_nearness()
    assert fitted.for_vectors(FITTED_ON).question.shape[1] > 0
    other = fitted.for_vectors("openai:some-model@2")
    assert other.log_odds(candidates([[1, 0], [0, 1]], [1, 0])).shape == (2,)


def test_what_was_fitted_is_of_the_embedder_that_is_shipped() -> None:
    own = fitted_nearness().own
    assert OnnxEmbedder.name == FITTED_ON
    assert own.question.shape == own.sentence.shape == (OnnxEmbedder.dimension, 32)
    assert own.worth.shape == (SIGNS,)


def test_what_is_written_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "nearness.npz"
    rows = np.array([[0.5], [0.25]], np.float32)
    write_nearness(FittedNearness(Nearness(WORTH, rows, -rows), 2 * WORTH), path)
    monkeypatch.setattr(nearness, "WEIGHTS", path)
    found = fitted_nearness.__wrapped__()
    assert found.own.question.tolist() == rows.tolist()
    assert found.own.sentence.tolist() == (-rows).tolist()
    assert found.other.tolist() == (2 * WORTH).tolist()
