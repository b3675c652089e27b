"""Moves a question's vector towards the abstracts that answer it, as labelled questions say.

An embedding model puts texts near each other that say the same; a question, mostly in other words
than the abstract that answers it, says something else. A product of two thin matrices, learned
from questions and claims whose papers are known, is added to the question's vector (an adapter of
the query alone; compare Yoon et al., 2024). Papers' vectors stay as they are, so no library has to
be indexed anew. It was fitted to one model's vectors; those of another are left alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

WEIGHTS = Path(__file__).with_name("adapter.npz")
"""Written by `askpapers eval adapter --write`, which shows what it changes."""

FITTED_ON = "bge-small-en-v1.5-int8"


@dataclass(frozen=True, slots=True)
class QueryAdapter:
    """Adds `vector @ down @ up` to a vector; `down` (dimension, rank), `up` (rank, dimension)."""

    down: Floats
    up: Floats

    def moved(self, vectors: Floats) -> Floats:
        """L2-normalised vectors of questions, (dimension,) or (n, dimension), so moved and
        normalised.
        """
        moved = vectors + vectors @ self.down @ self.up
        length = np.linalg.norm(moved, axis=-1, keepdims=True)
        return np.asarray(moved / length, dtype=np.float32)


@cache
def fitted_adapter() -> QueryAdapter:
    """The adapter as fitted."""
    with np.load(WEIGHTS) as kept:
        return QueryAdapter(*(kept[name].astype(np.float32) for name in ("down", "up")))


def adapter_for(embedder: str) -> QueryAdapter | None:
    """The adapter for vectors that the model of this name made, if it was fitted to them."""
    return fitted_adapter() if embedder == FITTED_ON else None


def write_adapter(adapter: QueryAdapter, path: Path = WEIGHTS) -> None:
    """Keep `adapter` for `fitted_adapter`, which reads it from now on, in half precision."""
    np.savez_compressed(
        path, down=adapter.down.astype(np.float16), up=adapter.up.astype(np.float16)
    )
    fitted_adapter.cache_clear()
