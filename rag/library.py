"""The library: catalogue, vectors and words held together; the invariants live here.

Writing goes paper rows (`pending`) -> word index (`words`) -> vectors (`indexed`), and then the
generation grows by one. Each step can be repeated, so a process killed at any instant leaves
work to be finished, never a lost or a doubled paper: words by the next opening, vectors by the
next fill. Readers take nothing from the derived indexes that the catalogue does not confirm.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

from filelock import FileLock, Timeout

from rag.config import Config
from rag.errors import LibraryBusy, LibraryError
from rag.finding.filters import Filter
from rag.finding.queries import QueryVectors
from rag.finding.scope import Scope
from rag.stored.catalogue import Catalogue
from rag.stored.chunk import chunk_paper
from rag.stored.claims import Claims, Standing, standing, workers
from rag.stored.conversations import Conversations
from rag.stored.indexes import Indexes
from rag.stored.made_by import MadeBy
from rag.stored.removed import take_out
from rag.stored.schema import State
from rag.stored.vectors import VectorIndex
from rag.stored.votes import Votes
from rag.stored.words import WORDS_SCHEMA, WordIndex
from rag.types import Chunk, Paper, Record, Work

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rag.models.embed import Embedder

FillProgress = Callable[[int, int], None]
"""Called with (papers done, papers in all) while vectors are made."""

_LOCK_WAIT_S = 30.0
_ROUND_S = 10.0  # seconds of embedding between two commits: what a kill costs at most
_FIRST_ROUND = 64  # papers in a round before its speed is known, and in the smallest
_LARGEST_ROUND = 1024  # papers; more would not embed faster, and bounds memory
_REBUILD_BATCH = 512  # papers; many at once embed faster
_WORDS_BATCH = 5000  # papers in one commit of the words
_POLL_S = 0.2  # between two looks at what other workers have done
_TOLD: dict[State, State] = {"pending": "words", "facets": "indexed"}
"""What a paper that the words lag behind becomes once they have been told of it."""


class Library:
    """All papers of one data folder and the two ways of finding their chunks.

    Open it with `Library.open`, close it with `close` or a `with` block. Any number of processes
    may read; one at a time writes, inside `writing()`.
    """

    def __init__(self, config: Config, embedder: Embedder) -> None:
        self._home = config.home
        self._embedder = embedder
        self.queries = QueryVectors(embedder)
        self.catalogue = Catalogue(config.home / "catalogue.sqlite3")
        self._lock = FileLock(config.home / "write.lock")
        self._told_gone: set[str] = set()  # papers that the words have dropped, the vectors not yet
        self._made_by = MadeBy(config.home, self.catalogue, embedder)
        self._indexes = Indexes(config.home, config.chroma_url, self.catalogue, self._made_by.check)
        self._conversations = Conversations(self.catalogue.database)
        self._votes = Votes(self.catalogue.database)

    @property
    def _vectors(self) -> VectorIndex:
        return self._indexes.vectors

    @property
    def _words(self) -> WordIndex:
        return self._indexes.words

    @classmethod
    def open(cls, config: Config, embedder: Embedder, *, check: bool = True) -> Self:
        """Open the library in `config.home`, creating it at first use, and finish what a killed
        process left undone, unless another process is writing.

        Raises LibraryError if the folder cannot be used, EmbedderMismatch if its vectors come
        from another embedding model and `check` is on.
        """
        try:
            config.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryError(
                f"the data folder {config.home} cannot be made ({error.strerror});"
                " set ASKPAPERS_HOME to a folder you may write to"
            ) from error
        library = cls(config, embedder)
        if check:
            library._made_by.check()
            library._renew_words()
            if library.count() > library.unfinished():
                library._indexes.require()
            library._recover()
        return library

    def close(self) -> None:
        """Release every file."""
        self._indexes.close()
        self.catalogue.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- reading

    @property
    def home(self) -> Path:
        """The data folder."""
        return self._home

    @property
    def embedder(self) -> Embedder:
        """The embedding model behind the vectors."""
        return self._embedder

    @property
    def conversations(self) -> Conversations:
        """The conversations that are kept."""
        return self._conversations

    @property
    def votes(self) -> Votes:
        """What people said of answers."""
        return self._votes

    def count(self) -> int:
        """Number of papers."""
        return self.standing().papers

    def standing(self) -> Standing:
        """How many papers there are, and how many are found by words and by vectors."""
        return standing(self.catalogue.database)

    def papers(self, paper_ids: Iterable[str] | None = None) -> list[Paper]:
        """All papers, newest first, or those of `paper_ids` that exist."""
        return self.catalogue.papers(paper_ids)

    def papers_by(self, words: Iterable[str]) -> list[Paper]:
        """Papers whose authors' names hold all these words, among others; newest first."""
        found = self.papers(self.catalogue.ids_by(words))
        found.sort(key=lambda paper: (paper.title, paper.paper_id))
        return sorted(found, key=lambda paper: paper.published, reverse=True)

    def papers_by_author(self, name: str, *, nearly: bool = False) -> list[Paper]:
        """Papers with `name`, or part of one, among their authors, unsorted; see `Indexes`."""
        found = self.chunks(self._indexes.by_author(name, nearly=nearly)).values()
        return self.papers({chunk.paper_id for chunk in found})

    def paper(self, paper_id: str) -> Paper:
        """One paper, by id, alias, arXiv id, DOI or docno. Raises PaperNotFound."""
        return self.catalogue.papers([self.catalogue.resolve_id(paper_id)])[0]

    def records(self, paper_id: str) -> tuple[Record, ...]:
        """The records that a paper is merged from. Raises PaperNotFound."""
        return self.catalogue.records(self.catalogue.resolve_id(paper_id))

    def unfinished(self) -> int:
        """Number of papers whose vectors (or removal) are still to come."""
        return self.catalogue.count_unfinished()

    def warm(self) -> None:
        """Begin to open the vectors in the background: the first search finds them open."""
        if self.standing().by_vectors:
            self._vectors.warm()

    def workers(self) -> int:
        """How many processes are making vectors now."""
        return workers(self.catalogue.database)

    def search_words(self, query: str, k: int) -> list[tuple[str, float]]:
        """Up to `k` chunks by BM25, best first: `(chunk_id, score)`."""
        self._indexes.follow()
        return self._words.search(query, k)

    def count_words(self, query: str) -> tuple[int, int]:
        """How many chunks hold a word of `query`, and how many chunks there are."""
        self._indexes.follow()
        return self._words.holding(query), self._words.count()

    def score_words(self, query: str, chunk_ids: Sequence[str]) -> dict[str, float]:
        """BM25 of those of the chunks that hold a word of `query`, by id."""
        self._indexes.follow()
        return self._words.scores(query, chunk_ids)

    def search_vectors(self, vector: NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        """Up to `k` chunks by cosine to `vector` (dimension,), best first."""
        return self._indexes.search_vectors(vector, k)

    def scope(self, within: Filter) -> Scope:
        """What a filter leaves, to be searched in. Raises PaperNotFound, LibraryError."""
        return self._indexes.scope(within)

    def vectors(self, chunk_ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors (dimension,) of those of the chunks that have one already, by id."""
        return self._indexes.get_vectors(chunk_ids)

    def chunks(self, chunk_ids: Iterable[str]) -> dict[str, Chunk]:
        """Those of the chunks that still exist, by id."""
        return self.catalogue.chunks(chunk_ids)

    # -- writing

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the one write lock of the data folder; may be nested. Raises LibraryBusy."""
        try:
            self._lock.acquire(timeout=_LOCK_WAIT_S)
        except Timeout:
            raise LibraryBusy(
                f"another askpapers has been writing to {self._home} for over"
                f" {_LOCK_WAIT_S:.0f} s; let it finish, or stop it, and try again"
            ) from None
        try:
            self._indexes.catch_up()  # while it waited, another may have written
            yield
        finally:
            self._lock.release()

    def write(
        self,
        works: Sequence[Work],
        gone: Collection[int] = (),
        full: Collection[int] = (),
    ) -> None:
        """Store `works`: all or nothing in the catalogue, and findable by words on return.

        Papers that lose all their records to other papers become aliases of those; `gone` are
        records to be removed, papers left without any are deleted. See `Catalogue.put`. Raises
        LibraryBusy, LibraryError.
        """
        with self.writing():
            chunks = {work.paper.paper_id: chunk_paper(work.paper) for work in works}
            self.catalogue.put(works, chunks, gone, full)
            self._write_words()

    def fill(self, progress: FillProgress | None = None) -> None:
        """Bring both indexes up to the catalogue: words, removals, then vectors.

        Any number of processes may fill at once: each paper is embedded by one of them, and all
        return when every paper has its vectors. Killed, it costs one round of a few seconds.
        Raises LibraryBusy, LibraryError, WeightsError (the embedder's file cannot be had).
        """
        self._made_by.check()
        if not self.unfinished():
            return
        with self.writing():
            self._made_by.set_first()
            self._write_words()
            self._remove_deleted()
        claims = Claims(self.catalogue.database)
        total, size = self.standing().waiting, _FIRST_ROUND
        try:
            while waiting := self.standing().waiting:
                if batch := claims.take(size, _FIRST_ROUND):
                    size = self._fill_round(claims, batch)
                else:
                    self._recover()  # what a process that was killed has not told the words yet
                    time.sleep(_POLL_S)  # the last papers are with other workers
                total = max(total, waiting)
                if progress:
                    progress(total - self.standing().waiting, total)
        finally:
            claims.release()

    def _fill_round(self, claims: Claims, paper_ids: Sequence[str]) -> int:
        """Make the vectors of claimed papers; returns how many papers fit in the next round."""
        began = time.monotonic()
        chunks = self.catalogue.chunks_of(paper_ids)
        vectors = self.embed(chunks)
        with self.writing():
            self._made_by.check()  # another process may have rebuilt with another model
            self._write_vectors(claims, paper_ids, chunks, vectors)
            claims.release()
        done = len(paper_ids)
        fits = min(int(done * _ROUND_S / (time.monotonic() - began)), 2 * done, _LARGEST_ROUND)
        return max(fits, _FIRST_ROUND)

    def delete(self, paper_id: str) -> Paper:
        """Remove a paper from the catalogue, the words and the vectors; returns what it was.

        What it was made of is kept for a day. Raises PaperNotFound, LibraryBusy.
        """
        with self.writing():
            (paper,) = take_out(self.catalogue, [paper_id])
            self._remove_deleted()
        return paper

    def rebuild(self, progress: FillProgress | None = None) -> None:
        """Make both indexes anew from the catalogue with the present embedding model.

        The new indexes take the place of the old when they are complete; killed before, the old
        ones stay and the next rebuild starts over. Raises LibraryBusy, LibraryError.
        """
        with self.writing():
            ids = self.catalogue.ids()
            vectors, words = self._indexes.begun_anew()
            for start in range(0, len(ids), _REBUILD_BATCH):
                batch = ids[start : start + _REBUILD_BATCH]
                chunks = self.catalogue.chunks_of(batch)
                words.replace(batch, chunks, self.papers(batch))
                vectors.put(chunks, self.embed(chunks))
                if progress:
                    progress(min(start + _REBUILD_BATCH, len(ids)), len(ids))
            self._swap(vectors, words)

    def _swap(self, vectors: VectorIndex, words: WordIndex) -> None:
        with self.catalogue.transaction():
            self._made_by.set()
            self.catalogue.set_meta("words_schema", WORDS_SCHEMA)
            self.catalogue.set_every_state("indexed")
            self.catalogue.drop(self.catalogue.ids_in("deleting"))  # the new indexes lack them
            self._indexes.name_next()
        self._indexes.exchange(vectors, words)

    def _recover(self) -> None:
        """Make everything that was written findable by words; vectors are left to `fill`."""
        if not any(self.catalogue.ids_in(state, 1) for state in _TOLD):
            return
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return  # its writer is at work
        try:
            self.write([])
        finally:
            self._lock.release()

    def _write_words(self) -> None:
        deleting = set(self.catalogue.ids_in("deleting"))
        if untold := sorted(deleting - self._told_gone):
            self._words.replace(untold, [])
            self._indexes.advance()
        self._told_gone = deleting
        for state, told in _TOLD.items():
            while behind := self.catalogue.ids_in(state, _WORDS_BATCH):
                chunks, papers = self.catalogue.chunks_of(behind), self.papers(behind)
                self._words.replace(behind, chunks, papers)
                self.catalogue.set_state(behind, told)
                self._indexes.advance()

    def _renew_words(self) -> None:
        """Make the words anew if an earlier askpapers made them with other fields.

        Vectors stay. Raises LibraryBusy while another process writes.
        """
        if self.catalogue.meta("words_schema") == WORDS_SCHEMA:
            return
        with self.writing():
            if self.catalogue.meta("words_schema") != WORDS_SCHEMA:  # nobody was faster
                self._words.drop()
                with self.catalogue.transaction():
                    self.catalogue.doubt_words()
                    self.catalogue.set_meta("words_schema", WORDS_SCHEMA)
                    self._indexes.advance()
            self._write_words()

    def _remove_deleted(self) -> None:
        deleting = self.catalogue.ids_in("deleting")
        if deleting:
            self._words.replace(deleting, [])
            self._vectors.remove(deleting)
            self.catalogue.drop(deleting)
            self._indexes.advance()

    def _write_vectors(
        self,
        claims: Claims,
        paper_ids: Sequence[str],
        chunks: Sequence[Chunk],
        vectors: NDArray[np.float32],
    ) -> None:
        """Store the vectors of those papers that are still as they were when embedded."""
        now = set(self.catalogue.chunks_of(paper_ids))
        changed = {chunk.paper_id for chunk in now.symmetric_difference(chunks)}
        waiting = claims.still_waiting(paper_ids) - changed
        rows = [row for row, chunk in enumerate(chunks) if chunk.paper_id in waiting]
        self._vectors.remove(sorted(waiting))  # a paper may have fewer chunks than before
        self._vectors.put([chunks[row] for row in rows], vectors[rows])
        self.catalogue.set_state(sorted(waiting), "indexed")
        self._indexes.advance()

    def embed(self, chunks: Sequence[Chunk]) -> NDArray[np.float32]:
        """The vectors (n, dimension) of chunks. Raises WeightsError."""
        return self._embedder.embed([chunk.passage for chunk in chunks], "passage")
