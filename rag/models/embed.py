"""Texts to vectors: the Embedder Protocol and the one that runs bge-small-en-v1.5 on the CPU."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from rag.config import Config
from rag.models.manifest import EMBEDDER
from rag.models.onnx import OnnxModel
from rag.models.weights import Progress

TextKind = Literal["passage", "query"]

QUERY_PREFIX = "Represent this sentence for searching relevant passages: "
"""What bge was trained to read before a query, and not before a passage (Xiao et al., 2023)."""

MAX_TOKENS = 512
_LATEST = 16  # queries: those of a few askers at once (see `rag.finding.queries`)


class Embedder(Protocol):
    """What turns texts into vectors whose inner product is their cosine similarity."""

    @property
    def name(self) -> str:
        """The embedding model; stored with the vectors it made."""

    @property
    def revision(self) -> str:
        """Changes whenever the same text would get another vector."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def embed(self, texts: Sequence[str], kind: TextKind) -> NDArray[np.float32]:
        """L2-normalised vectors of shape (len(texts), dimension), in the order of `texts`."""


class OnnxEmbedder:
    """bge-small-en-v1.5, int8: the vector of the [CLS] token, L2-normalised.

    Safe to share between threads. Each core takes one text at a time through the graph. Its int8
    weights meet activations that are scaled by the largest value in the whole batch, so in
    company a text's vector would depend on its neighbours (cosine 0.997 instead of 1), and
    batches of abstracts were slower besides. So the same text always gets the same vector,
    whatever the order or the run. docs/speed.md has the alternatives, measured.
    """

    name = "bge-small-en-v1.5-int8"
    revision = EMBEDDER.files[0].sha256[:12]
    dimension = 384

    def __init__(self, model: OnnxModel) -> None:
        self._model = model
        self._lock = Lock()
        self._asked: OrderedDict[str, NDArray[np.float32]] = OrderedDict()

    @classmethod
    def load(cls, config: Config, progress: Progress | None = None) -> OnnxEmbedder:
        """Load the model, fetching its files at first need. Raises WeightsError."""
        return cls(OnnxModel.load(EMBEDDER, config, MAX_TOKENS, progress))

    def embed(self, texts: Sequence[str], kind: TextKind) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), 384); text beyond 512 tokens is not read.

        A query's lies midway between what the model makes of it with the prefix and without,
        which finds more than either (docs/ranking.md); two cores read both at once. One of the
        latest queries is not read again as a passage.
        """
        if kind == "passage":
            return self._passages(texts)
        both = self._read([reading for t in texts for reading in (QUERY_PREFIX + t, t)])
        with self._lock:
            for text, plain in list(zip(texts, both[1::2], strict=True))[-_LATEST:]:
                self._asked[text] = plain.copy()
                self._asked.move_to_end(text)
            while len(self._asked) > _LATEST:
                self._asked.popitem(last=False)
        return _normalised(both[::2] + both[1::2])

    def _passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        with self._lock:
            asked = {text: self._asked[text] for text in texts if text in self._asked}
        new = [text for text in texts if text not in asked]
        if not asked:
            return self._read(new)
        rows = asked | dict(zip(new, self._read(new), strict=True))
        return np.stack([rows[text] for text in texts])

    def _read(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for row, states in zip(vectors, self._model.firsts(texts), strict=True):
            row[:] = states  # (384,): the [CLS] token's
        return _normalised(vectors)


def _normalised(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths: NDArray[np.float32] = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / lengths
