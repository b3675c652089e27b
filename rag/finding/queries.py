"""The vectors of the latest queries: one question is looked for several times on its way."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

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
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, NDArray[np.float32]] = OrderedDict()

    def of(self, query: str) -> NDArray[np.float32]:
        """The L2-normalised vector (dimension,). Raises WeightsError."""
        with self._lock:
            known = self._kept.get(query)
        if known is not None:
            return known
        vector: NDArray[np.float32] = self._embedder.embed([query], "query")[0]
        vector.setflags(write=False)
        with self._lock:
            self._kept[query] = vector
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return vector
