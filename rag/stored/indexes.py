"""Words and vectors of one library, kept in step with what other processes write.

Both are derived from the catalogue, which says which build of them is valid, and whose generation
grows with every change of either.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from rag.errors import IndexReplaced, LibraryError
from rag.finding.filters import Filter
from rag.finding.scope import Scope
from rag.stored.catalogue import Catalogue
from rag.stored.facets import author_query
from rag.stored.vectors import VectorIndex
from rag.stored.words import WordIndex

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

T = TypeVar("T")

_SCOPES_KEPT = 4  # one of few chunks holds their vectors, 12 MB at most


class Indexes:
    """The valid build of both indexes; `check` raises if this process may not use another one."""

    def __init__(
        self, home: Path, chroma_url: str, catalogue: Catalogue, check: Callable[[], None]
    ) -> None:
        self._home = home
        self._chroma_url = chroma_url
        self._catalogue = catalogue
        self._check = check
        self._lock = threading.Lock()
        self._following = threading.Lock()
        self._scopes: OrderedDict[tuple[int, int, Filter], Scope] = OrderedDict()
        self._attach()

    def _attach(self) -> None:
        generation = self._catalogue.generation
        self._build = self._valid_build()
        self.vectors, self.words = self._of_build(self._build)
        self._generation = generation  # last: other threads go by it

    def _valid_build(self) -> int:
        return int(self._catalogue.meta("build") or 0)

    def _of_build(self, build: int) -> tuple[VectorIndex, WordIndex]:
        """Both indexes of one build; the name holds the library's id, so that homes never mix."""
        library_id = (self._catalogue.meta("library_id") or "")[:16]
        name = f"askpapers-{library_id}-{build}"
        vectors, words = (self._home / kind / str(build) for kind in ("chroma", "words"))
        return VectorIndex(vectors, self._chroma_url, name), WordIndex(words)

    def close(self) -> None:
        """Release every file."""
        self.vectors.close()

    def follow(self) -> None:
        """For a reader: take notice of what another process has written.

        Words are up to date on return. Vectors follow in a moment: until then the old ones serve,
        and the catalogue says which of their chunks still exist.
        """
        self._keep_up(self_writes=False)

    def catch_up(self) -> None:
        """For a writer: never add to an index that lacks what another process has written."""
        self._keep_up(self_writes=True)

    def _keep_up(self, *, self_writes: bool) -> None:
        if self._catalogue.generation == self._generation:
            return
        with self._following:  # of several threads one goes over, the others wait for it
            generation = self._catalogue.generation
            if generation == self._generation:
                return
            if self._valid_build() != self._build:
                self._check()
                old = self.vectors
                self._attach()
                old.retire()
                return
            self.words.reload()
            if self_writes:
                self.vectors.reopen()
            else:
                self.vectors.refresh()
            self._generation = generation

    def search_vectors(self, vector: NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        """Up to `k` chunks by cosine to `vector` (dimension,), best first."""
        return self._reading(lambda vectors: vectors.search(vector, k))

    def get_vectors(self, chunk_ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors (dimension,) of those of the chunks that have one already, by id."""
        return self._reading(lambda vectors: vectors.get(chunk_ids))

    def _reading(self, read: Callable[[VectorIndex], T]) -> T:
        """Read the valid vectors: again if others took their place on the way."""
        while True:
            self.follow()
            vectors = self.vectors
            try:
                return read(vectors)
            except IndexReplaced:
                if vectors is self.vectors:
                    raise

    def scope(self, within: Filter) -> Scope:
        """What a filter leaves: one of the last few, if it was asked for since anything changed.

        Raises PaperNotFound, LibraryError.
        """
        self.follow()
        key = (self._generation, self.vectors.shows, within)
        with self._lock:
            scope = self._scopes.pop(key, None)
        if scope is None:
            ids = [self._catalogue.resolve_id(name) for name in within.paper_ids]
            without = [self._catalogue.resolve_id(name) for name in within.without]
            scope = Scope(within, ids, self.words, self.vectors, without)
        with self._lock:
            self._scopes[key] = scope
            while len(self._scopes) > _SCOPES_KEPT:
                self._scopes.popitem(last=False)
        return scope

    def by_author(self, name: str, *, nearly: bool = False) -> list[str]:
        """Chunks of papers one of whose authors' names holds all words of `name`; if `nearly`,
        a word like this one, of which one letter may be wrong.
        """
        self.follow()

        def called(schema: Any) -> Any:
            return author_query(schema, name, nearly=nearly)

        return self.words.all_within(called, max(1, self.words.count(called)))

    def advance(self) -> None:
        """Tell every reader that this process has written."""
        self._generation = self._catalogue.advance_generation()

    def begun_anew(self) -> tuple[VectorIndex, WordIndex]:
        """Empty indexes of the next build, cleared of what a killed rebuild left behind."""
        vectors, words = self._of_build(self._build + 1)
        vectors.drop()
        words.drop()
        return vectors, words

    def name_next(self) -> None:
        """Make the next build the valid one; part of the caller's transaction."""
        self._catalogue.set_meta("build", str(self._build + 1))
        self._generation = self._catalogue.advance_generation()

    def exchange(self, vectors: VectorIndex, words: WordIndex) -> None:
        """Go over to the build that has become valid, and delete the old one."""
        old_vectors, old_words = self.vectors, self.words
        self.vectors, self.words, self._build = vectors, words, self._build + 1
        old_vectors.retire()
        old_vectors.drop()
        old_words.drop()

    def require(self) -> None:
        """Refuse an index that is gone: made anew and empty, it would just find nothing.

        Only for a library in which something has been indexed. Raises LibraryError.
        """
        self.follow()
        kinds = ("words",) if self._chroma_url else ("words", "chroma")
        folders = [self._home / kind / str(self._build) for kind in kinds]
        gone = [f"in {folder}" for folder in folders if not folder.is_dir()]
        if self._chroma_url and not gone and not self.vectors.count():
            gone = ["on the Chroma server"]
        if gone:
            raise LibraryError(
                f"the index {gone[0]} is gone; `askpapers index --rebuild` makes it anew from"
                " the catalogue"
            )
