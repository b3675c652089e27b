"""The adapter moves what is searched for, and only for the model that it was fitted to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from rag.config import Config
from rag.finding import adapter as module
from rag.finding.adapter import FITTED_ON, QueryAdapter, adapter_for, fitted_adapter, write_adapter
from rag.finding.queries import QueryVectors
from rag.finding.retrieve import retrieve, search_papers
from rag.library import Library
from rag.models.embed import Embedder
from tests.fakes import HashEmbedder


@pytest.fixture
def library(sample_config: Config, embedder: Embedder) -> Iterator[Library]:
    with Library.open(sample_config, embedder) as library:
        yield library


@given(st.integers(0, 2**32 - 1))
def test_what_is_moved_has_length_one(seed: int) -> None:
    vectors = np.random.default_rng(seed).normal(size=(3, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    moved = fitted_adapter().moved(vectors)
    assert np.allclose(np.linalg.norm(moved, axis=1), 1, atol=1e-5)
    assert np.allclose(fitted_adapter().moved(vectors[0]), moved[0], atol=1e-5)


def test_another_models_vectors_are_left_alone() -> None:
    assert adapter_for("some other model") is None
    queries = QueryVectors(HashEmbedder())
    assert queries.to_search("mosses on walls") is queries.of("mosses on walls")


def test_papers_are_searched_with_the_moved_vector_and_sentences_with_the_plain_one(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert library.embedder.name == FITTED_ON
    asked = "How do people rate summaries?"
    plain, moved = library.queries.of(asked), library.queries.to_search(asked)
    assert 0.5 < float(plain @ moved) < 0.999
    searched: list[NDArray[np.float32]] = []
    real = library.search_vectors

    def spied(vector: NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        searched.append(vector)
        return real(vector, k)

    monkeypatch.setattr(library, "search_vectors", spied)
    found = retrieve(library, asked, 3)
    search_papers(library, asked, 3)
    assert [np.allclose(vector, moved) for vector in searched] == [True, True]
    assert np.allclose(found.vector, plain)


def test_what_was_written_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WEIGHTS", tmp_path / "adapter.npz")
    made = QueryAdapter(np.full((4, 2), 0.5, np.float32), np.full((2, 4), 0.25, np.float32))
    write_adapter(made, tmp_path / "adapter.npz")
    try:
        read = fitted_adapter()
        assert (read.down == made.down).all()
        assert (read.up == made.up).all()
    finally:
        fitted_adapter.cache_clear()
