"""The adapter as fitted finds papers for queries that it was not fitted to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evals.evidence.adapter_fit import Searched, fit_adapter

WIDTH, CHUNKS = 16, 200


def searched(seed: int, queries: int, share: float = 1.0) -> Searched:
    """Queries whose chunk has their vector, but that a third of it says nothing."""
    drawn = np.random.default_rng(seed)
    chunks = unit(drawn.normal(size=(CHUNKS, WIDTH)))
    places = drawn.integers(CHUNKS, size=queries)
    says = np.arange(WIDTH) >= WIDTH // 3
    vectors = unit(chunks[places] * says + drawn.normal(0, 0.25, (queries, WIDTH)) * ~says)
    wanted = np.arange(CHUNKS) == places[:, None]
    return Searched(vectors, chunks, wanted, share)


def unit(vectors: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def found_first(vectors: NDArray[np.float32], one: Searched) -> float:
    best = (vectors @ one.chunks.T).argmax(axis=1)
    return float(one.wanted[np.arange(len(best)), best].mean())


def test_queries_of_another_collection_find_more_with_it() -> None:
    adapter = fit_adapter([searched(1, 400)])
    other = searched(2, 200)
    before, after = (found_first(v, other) for v in (other.queries, adapter.moved(other.queries)))
    assert before < 0.9 * after


def test_the_same_collections_fit_the_same() -> None:
    one, other = (fit_adapter([searched(1, 50, 0.5), searched(2, 50, 0.5)]) for _ in range(2))
    assert (one.up == other.up).all()
