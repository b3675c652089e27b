"""Searching among the papers that a filter leaves, be they five or nearly all."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.facets import filter_query
from rag.filters import Filter
from rag.vectors import VectorIndex
from rag.words import Narrow, WordIndex

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Up to so many chunks every vector is compared: to read one takes Chroma 0.02 to 0.04 ms, once,
# and all of them then 1 ms a search. Of more, the nearest of all are taken and those kept that the
# filter leaves. Chroma's own search among given ids took 20 to 80 ms, of 80,000, be they 5 or all.
_FEW = 8000
# Neighbours looked at first, of all chunks: 9 ms. Where those the filter leaves are a smaller
# share, fewer than asked for are found in them, but no fewer than this many.
_LOOKED_AT = 1500
_ENOUGH = 25


class Scope:
    """The chunks that a filter leaves at one state of the indexes; safe to share by threads.

    `size` is their number.
    """

    def __init__(
        self, within: Filter, paper_ids: Sequence[str], words: WordIndex, vectors: VectorIndex
    ) -> None:
        """`paper_ids` are the ids that the filter names, resolved. Raises LibraryError."""
        self._within = within
        self._paper_ids = paper_ids
        self._words = words
        self._vectors = vectors
        self._total = words.count()
        self.size = words.count(self._narrow(within))
        self._lock = threading.Lock()
        self._few: tuple[list[str], NDArray[np.float32]] | None = None

    def _narrow(self, within: Filter) -> Narrow:
        return lambda schema: filter_query(schema, within, self._paper_ids)

    def missing(self) -> str:
        """Why no paper is left, naming the filters; empty if there are some."""
        if self.size:
            return ""
        for part in self._within.parts():
            if not self._words.count(self._narrow(part)):
                return f"no paper in the library has {part}"
        return f"no paper in the library has all of {self._within}"

    def search_words(self, query: str, k: int) -> list[tuple[str, float]]:
        """Up to `k` chunks by BM25, best first: `(chunk_id, score)`, as among all chunks."""
        return self._words.search(query, k, self._narrow(self._within))

    def search_vectors(
        self, vector: NDArray[np.float32], k: int
    ) -> tuple[list[tuple[str, float]], bool]:
        """Up to `k` chunks by cosine to `vector` (dimension,), best first; whether there are more.

        Where the filter leaves many chunks, but a small share of all, fewer may be given than
        there are, though never less than 25 of them; a larger `k` then gives more.
        """
        among = self._among_few if self.size <= _FEW else self._among_many
        return among(vector, k)

    def _among_few(
        self, vector: NDArray[np.float32], k: int
    ) -> tuple[list[tuple[str, float]], bool]:
        import numpy as np

        with self._lock:
            if self._few is None:
                ids = self._words.all_within(self._narrow(self._within), max(1, self.size))
                stored = self._vectors.get(ids)
                rows = [stored[name] for name in ids if name in stored]
                matrix = np.stack(rows) if rows else np.empty((0, len(vector)), np.float32)
                self._few = [name for name in ids if name in stored], matrix
            names, matrix = self._few
        cosines = matrix @ vector
        order = np.argsort(-cosines, kind="stable")[:k]
        return [(names[i], float(cosines[i])) for i in order], len(names) > k

    def _among_many(
        self, vector: NDArray[np.float32], k: int
    ) -> tuple[list[tuple[str, float]], bool]:
        share = self.size / self._total
        look = min(int(k / share) + 1, max(_LOOKED_AT, 10 * k))
        while True:
            near = self._vectors.search(vector, min(look, self._total))
            left = self._words.among([name for name, _ in near], self._narrow(self._within))
            more = len(near) == look < self._total
            if len(left) >= min(k, _ENOUGH) or not more:
                found = [pair for pair in near if pair[0] in left]
                return found[:k], more or len(found) > k
            look *= 4
