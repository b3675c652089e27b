"""Fakes for the slow or outside parts: small, deterministic, true to the Protocols."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class HashEmbedder:
    """An Embedder without a model: texts that share words are near, others are not.

    Each word adds 1 to the component its hash selects; rows are L2-normalised. A text without
    a word becomes the first axis, so that no row is zero.
    """

    name: str = "hash"
    revision: str = "1"
    dimension: int = 64

    def embed(self, texts: Sequence[str], kind: Literal["passage", "query"]) -> NDArray[np.float32]:
        """Vectors of shape (n, dimension), the same for a passage and a query."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()):
                digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
                row[int.from_bytes(digest, "big") % self.dimension] += 1.0
            if not row.any():
                row[0] = 1.0
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True).astype(np.float32)
        return vectors
