"""The vector index by itself: two handles on one folder are as two processes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from rag.stored.vectors import VectorIndex
from rag.types import Chunk


def chunk(name: str) -> Chunk:
    return Chunk(f"{name}/abstract/0", name, name, "abstract", 0, 0, "")


def test_a_handle_that_is_behind_gives_the_vectors_that_it_has(tmp_path: Path) -> None:
    old = [chunk(f"old-{number}") for number in range(5)]
    new = [chunk(f"new-{number}") for number in range(3)]
    reader = VectorIndex(tmp_path / "chroma" / "0", "", "a-collection")
    writer = VectorIndex(tmp_path / "chroma" / "0", "", "a-collection")
    vectors = np.eye(8, dtype=np.float32)
    writer.put(old, vectors[:5])
    ids = [c.chunk_id for c in [*old, *new]]
    assert sorted(reader.get(ids)) == sorted(ids[:5])
    writer.put(new, vectors[5:])
    behind = reader.get(ids)
    assert set(ids[:5]) <= set(behind)
    assert all(np.array_equal(behind[name], vectors[ids.index(name)]) for name in behind)
    reader.reopen()
    assert sorted(reader.get(ids)) == sorted(ids)
    reader.close()
    writer.close()
