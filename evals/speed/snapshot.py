"""The papers and vectors of a library, to build libraries of any size from without embedding."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.stored.chunk import chunk_paper
from rag.types import Paper

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rag.library import Library
    from rag.models.embed import Embedder, TextKind

_BATCH = 2000

Tell = Callable[[int, int], None]
"""Called with (done, in all)."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Papers in a settled random order, so that the first `n` are a fair sample of all."""

    papers: tuple[Paper, ...]
    vectors: dict[bytes, NDArray[np.float32]]

    def jsonl(self, path: Path, papers: Sequence[Paper]) -> Path:
        """Write `papers` as a source that ingest reads."""
        with path.open("w", encoding="utf-8") as file:
            file.writelines(f"{json.dumps(_line(paper))}\n" for paper in papers)
        return path


def take_snapshot(library: Library, most: int | None = None, tell: Tell | None = None) -> Snapshot:
    """Up to `most` papers of `library` with the vectors that they have already."""
    papers = sorted(library.papers(), key=lambda paper: _digest(paper.paper_id))[:most]
    vectors: dict[bytes, NDArray[np.float32]] = {}
    for start in range(0, len(papers), _BATCH):
        chunks = [c for p in papers[start : start + _BATCH] for c in chunk_paper(p)]
        stored = library.vectors([chunk.chunk_id for chunk in chunks])
        vectors |= {_digest(c.passage): stored[c.chunk_id] for c in chunks if c.chunk_id in stored}
        if tell:
            tell(min(start + _BATCH, len(papers)), len(papers))
    return Snapshot(tuple(papers), vectors)


class StoredVectors:
    """An Embedder that looks passages up in a snapshot, and asks the real one for all else."""

    def __init__(self, snapshot: Snapshot, real: Embedder) -> None:
        self._vectors = snapshot.vectors
        self._real = real
        self.name, self.revision, self.dimension = real.name, real.revision, real.dimension

    def embed(self, texts: Sequence[str], kind: TextKind) -> NDArray[np.float32]:
        """As `Embedder.embed`."""
        known = [self._vectors.get(_digest(text)) for text in texts] if kind == "passage" else []
        missing = [i for i, vector in enumerate(known) if vector is None]
        if not known or len(missing) == len(texts):
            return self._real.embed(texts, kind)
        rows = np.empty((len(texts), self.dimension), dtype=np.float32)
        for i, vector in enumerate(known):
            if vector is not None:
                rows[i] = vector
        if missing:
            rows[missing] = self._real.embed([texts[i] for i in missing], kind)
        return rows


def _digest(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=12).digest()


def _line(paper: Paper) -> dict[str, object]:
    return {
        "id": paper.paper_id,
        "title": paper.title,
        "abstract": paper.abstract,
        "authors": list(paper.authors),
        "published": paper.published,
        "arxiv_id": paper.arxiv_id,
        "doi": paper.doi,
    }
