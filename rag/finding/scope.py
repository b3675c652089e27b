"""Searching among the papers that a filter leaves, be they five or nearly all."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rag.finding.filters import Filter
from rag.stored.facets import filter_query
from rag.stored.vectors import VectorIndex
from rag.stored.words import Narrow, WordIndex

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
        self,
        within: Filter,
        paper_ids: Sequence[str],
        words: WordIndex,
        vectors: VectorIndex,
        without: Sequence[str] = (),
    ) -> None:
        """`paper_ids` and `without` are the ids that the filter names, resolved.

        Raises LibraryError.
        """
        self._within = within
        self._paper_ids = paper_ids
        self._without = without
        self._words = words
        self._vectors = vectors
        self._total = words.count()
        self.size = words.count(self._narrow(within))
        self._lock = threading.Lock()
        self._few: tuple[dict[str, int], NDArray[np.float32]] | None = None

    def _narrow(self, within: Filter) -> Narrow:
        return lambda schema: filter_query(schema, within, self._paper_ids, self._without)

    def missing(self) -> str:
        """Why no paper is left, naming the filters; empty if there are some."""
        if self.size:
            return ""
        for part in self._within.parts():
            if not self._words.count(self._narrow(part)):
                return f"no paper in the library has {part}"
        return f"no paper in the library has all of {self._within}"

    def chunk_ids(self) -> list[str]:
        """All chunks that are left."""
        return self._words.all_within(self._narrow(self._within), max(1, self.size))

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

    def vectors(self, chunk_ids: Sequence[str]) -> Mapping[str, NDArray[np.float32]]:
        """The vectors (dimension,) of those of its chunks that have one already, by id."""
        if self.size > _FEW:
            return self._vectors.get(chunk_ids)
        places, matrix = self._read()
        return {name: matrix[places[name]] for name in chunk_ids if name in places}

    def _read(self) -> tuple[dict[str, int], NDArray[np.float32]]:
        """Every vector (n, dimension) of few chunks, read once, and the row of each chunk."""
        import numpy as np

        with self._lock:
            if self._few is None:
                ids = self.chunk_ids()
                stored = self._vectors.get(ids)
                names = [name for name in ids if name in stored]
                matrix = np.array([stored[name] for name in names], np.float32)
                self._few = {name: row for row, name in enumerate(names)}, matrix
            return self._few

    def _among_few(
        self, vector: NDArray[np.float32], k: int
    ) -> tuple[list[tuple[str, float]], bool]:
        import numpy as np

        places, matrix = self._read()
        names = list(places)
        # On few busy cores the threads of `@` wait 7 ms for each other; this takes 0.1 to 0.5.
        cosines = np.einsum("ij,j->i", matrix, vector) if names else np.empty(0)
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
