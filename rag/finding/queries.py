"""The vectors of the latest queries: one question is looked for several times on its way."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rag.finding.adapter import adapter_for

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rag.models.embed import Embedder

_KEPT = 16  # queries: what one question asks the index, of each of a few askers at once


class QueryVectors:
    """Gives a query's vector, embedded once as long as it is among the latest; safe to share by
    threads.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._latest = lru_cache(maxsize=_KEPT)(self._embedded)

    def of(self, query: str) -> NDArray[np.float32]:
        """The L2-normalised vector (dimension,). Raises WeightsError."""
        return self._latest(query)

    def to_search(self, query: str) -> NDArray[np.float32]:
        """As `of`, moved towards the papers that answer it (see `rag.finding.adapter`)."""
        vector = self.of(query)
        adapter = adapter_for(self._embedder.name)
        return adapter.moved(vector) if adapter else vector

    def _embedded(self, query: str) -> NDArray[np.float32]:
        vector: NDArray[np.float32] = self._embedder.embed([query], "query")[0]
        vector.setflags(write=False)
        return vector
