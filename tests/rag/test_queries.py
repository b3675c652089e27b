"""A query's vector, embedded once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag.finding.queries import QueryVectors
from rag.models.embed import TextKind
from tests.fakes import HashEmbedder


class Counting:
    """Counts what it is asked."""

    name, revision, dimension = "counting", "1", 64

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str], kind: TextKind) -> NDArray[np.float32]:
        self.asked += texts
        return HashEmbedder().embed(texts, kind)


def test_the_same_query_is_embedded_once() -> None:
    embedder = Counting()
    queries = QueryVectors(embedder)
    first = queries.of("mosses on walls")
    assert queries.of("mosses on walls") is first
    assert np.array_equal(first, HashEmbedder().embed(["mosses on walls"], "query")[0])
    assert embedder.asked == ["mosses on walls"]


def test_only_the_latest_are_kept() -> None:
    embedder = Counting()
    queries = QueryVectors(embedder)
    for number in range(40):
        queries.of(f"moss {number}")
    queries.of("moss 39")
    queries.of("moss 0")
    assert len(embedder.asked) == 41
