"""Vectors kept in a file between runs, so that measuring again does not embed again."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.errors import SourceError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rag.models.embed import Embedder, TextKind

_KEY_BYTES = 16
_SAVE_EVERY = 5000  # new vectors: what a killed run loses at most


class CachedEmbedder:
    """An Embedder that makes each passage's vector once, and keeps them in a file (`.npz`).

    Queries are always read anew, so that what they cost shows. Vectors of another embedding model
    are not used. Not for several processes at once.
    """

    def __init__(self, real: Embedder, path: Path) -> None:
        """Reads `path` if it exists. Raises SourceError if that is no such file."""
        self._real = real
        self._path = path
        self.name, self.revision, self.dimension = real.name, real.revision, real.dimension
        self._known = self._load() if path.exists() else {}
        self._unsaved = 0

    def embed(self, texts: Sequence[str], kind: TextKind) -> NDArray[np.float32]:
        """As `Embedder.embed`."""
        if kind == "query":
            return self._real.embed(texts, kind)
        keys = [_key(text) for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True)
                   if key not in self._known}  # fmt: skip  # reads as one rule
        if missing:
            made = self._real.embed(list(missing.values()), kind)
            self._known.update(zip(missing, made, strict=True))
            self._unsaved += len(missing)
            if self._unsaved >= _SAVE_EVERY:
                self.save()
        rows = np.empty((len(texts), self.dimension), dtype=np.float32)
        for row, key in zip(rows, keys, strict=True):
            row[:] = self._known[key]
        return rows

    def save(self) -> None:
        """Write what is new; the file is exchanged at once. Raises SourceError."""
        if not self._unsaved:
            return
        part = self._path.with_name(f"{self._path.name}.part")
        try:
            with part.open("wb") as file:
                np.savez(
                    file,
                    stamp=np.array(self._stamp()),
                    keys=np.frombuffer(b"".join(self._known), np.uint8).reshape(-1, _KEY_BYTES),
                    vectors=np.stack(list(self._known.values())),
                )
            part.replace(self._path)
        except OSError as error:
            reason = error.strerror or str(error)
            raise SourceError(str(self._path), f"cannot be written: {reason}") from error
        self._unsaved = 0

    def _load(self) -> dict[bytes, NDArray[np.float32]]:
        try:
            with np.load(self._path) as stored:
                if str(stored["stamp"]) != self._stamp():
                    return {}
                keys, vectors = stored["keys"], stored["vectors"]
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise SourceError(str(self._path), "is no file of vectors: choose another") from error
        return {key.tobytes(): vector for key, vector in zip(keys, vectors, strict=True)}

    def _stamp(self) -> str:
        return f"{self.name} {self.revision} {self.dimension}"


def _key(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=_KEY_BYTES).digest()
