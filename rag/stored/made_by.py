"""Which embedding model made the vectors of a library: no other may search or add to them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import EmbedderMismatch
from rag.stored.catalogue import Catalogue

if TYPE_CHECKING:
    from rag.models.embed import Embedder


class MadeBy:
    """The stamp of an embedding model on the library in `home`."""

    def __init__(self, home: Path, catalogue: Catalogue, embedder: Embedder) -> None:
        self._home = home
        self._catalogue = catalogue
        self._embedder = embedder

    def set(self) -> None:
        """Say that the present embedding model makes all vectors from now on."""
        self._catalogue.set_meta("embedder", f"{self._name()} {self._embedder.dimension}")

    def set_first(self) -> None:
        """Say so where no vectors are yet. Raises EmbedderMismatch as `check` does."""
        self.check()
        if self._catalogue.meta("embedder") is None:
            self.set()

    def check(self) -> None:
        """Raise EmbedderMismatch if the vectors are another model's; asks no endpoint anything."""
        stored = self._catalogue.meta("embedder")
        if stored is not None and stored.rpartition(" ")[0] != self._name():
            raise EmbedderMismatch(
                f"the vectors in {self._home} were made by {stored!r}, the embedding model now is"
                f" {self._name()!r}; `askpapers index --rebuild` makes them anew"
                " (nothing else is lost)"
            )

    def _name(self) -> str:
        return f"{self._embedder.name} {self._embedder.revision}"
