"""The vector half of the index, in Chroma; the only module that knows chromadb."""

from __future__ import annotations

import itertools
import logging
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from filelock import FileLock

from rag.config import server_address
from rag.errors import IndexReplaced, LibraryError
from rag.stored.memory import give_memory_back
from rag.types import Chunk

if TYPE_CHECKING:
    import numpy as np
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection
    from numpy.typing import NDArray

# Chroma keeps one open index per path and process, and that one never sees what another process
# writes. Each handle therefore spells the path in its own way, which makes reopening real.
_SPELLINGS = itertools.count()

T = TypeVar("T")
log = logging.getLogger(__name__)

# Rows a call: Chroma takes at most 5,461, and holds every thread of the process while it writes
# (0.4 ms a row among 75,000).
_BATCH = 500

_SERVER_PATIENCE_S = 30.0  # for each reply; Chroma's client would wait for ever
_ATTEMPTS = 4  # all calls can be repeated: they say what shall be, not what to change
_REOPENING_SHARE = 0.1  # of the time, at most, while another process keeps writing


@dataclass(frozen=True, slots=True)
class _Handle:
    """An open collection. `serves` says which wish for freshness it fulfils."""

    client: ClientAPI
    collection: Collection
    serves: int

    def close(self) -> None:
        close: Callable[[], None] | None = getattr(self.client, "close", None)
        if close is not None:
            close()


@dataclass(frozen=True, slots=True)
class Hnsw:
    """Settings of the graph that is searched (Malkov and Yashunin, 2016).

    `ef_search` neighbours are looked at in a search, three times Chroma's default: `askpapers eval
    hnsw` shows what that finds and costs (docs/speed.md).
    """

    max_neighbors: int = 16
    ef_construction: int = 100
    ef_search: int = 300


class VectorIndex:
    """The vectors of one library: a Chroma collection in cosine space, keyed by chunk id.

    Given a `url`, the collection lives on that Chroma server, else in `folder`. Safe to share
    by threads. Raises ConfigError for a wrong `url`, LibraryError when Chroma cannot serve.

    An embedded collection, once open, never sees what another process writes. `refresh` opens it
    anew in the background (half a second for 75,000 vectors) while the old one keeps serving; a
    writer never writes through one that is behind, which would undo what the other has written.
    A file lock keeps opening and writing of all processes apart.
    """

    def __init__(
        self, folder: Path, url: str, collection: str, settings: Hnsw | None = None
    ) -> None:
        self._folder = folder
        self._url = url
        self._server = server_address(url) if url else None
        self._name = collection
        self._settings = settings or Hnsw()
        self._lock = threading.RLock()  # held while the open collection is used or exchanged
        self._files = FileLock(folder.parent.with_suffix(".lock"))  # of all builds
        self._handle: _Handle | None = None
        self._wanted = 0  # grows with every wish for freshness
        self._refresher: threading.Thread | None = None
        self._closed = threading.Event()
        self._retired = False

    # -- opening

    @contextmanager
    def _errors_told(self) -> Iterator[None]:
        from chromadb.errors import ChromaError
        from httpx import HTTPError

        try:
            yield
        except (ChromaError, HTTPError, ValueError, OSError) as error:
            raise LibraryError(self._explain(error)) from error

    @contextmanager
    def _open(self, *, fresh: bool = False, last: bool = False) -> Iterator[Collection]:
        """The open collection; with `fresh`, not one that is behind; with `last`, even a retired.
        An embedded one is held by this thread alone, so that nobody closes it meanwhile.
        """
        with self._errors_told(), ExitStack() as held:
            with self._lock:
                if self._retired and not last:
                    raise IndexReplaced  # to open it would make it anew, and empty
                if self._handle and fresh and self._handle.serves < self._wanted:
                    self._release()
                if self._handle is None:
                    self._closed.clear()
                    self._handle = self._opened()
                if not self._url:
                    held.enter_context(self._lock)
                collection = self._handle.collection
            try:
                yield collection
            except BaseException:
                with self._lock:
                    self._release()
                raise

    def _opened(self) -> _Handle:
        """A new handle that sees everything written until now, its vectors in memory."""
        from chromadb.errors import InternalError

        with self._alone():
            serves = self._wanted
            client = self._connect()
            collection = client.get_or_create_collection(
                self._name,
                embedding_function=None,  # ours; Chroma's default would be downloaded
                configuration={
                    "hnsw": {
                        "space": "cosine",
                        "max_neighbors": self._settings.max_neighbors,
                        "ef_construction": self._settings.ef_construction,
                        "ef_search": self._settings.ef_search,
                    }
                },
            )
            hnsw = collection.configuration_json.get("hnsw") or {}
            ef_search = self._settings.ef_search
            if hnsw.get("ef_search") != ef_search:  # made by an earlier askpapers
                setting: Any = {"hnsw": {"ef_search": ef_search}}
                # Chroma's own threads write as it opens: the file may be locked for a moment.
                _again(partial(collection.modify, configuration=setting), InternalError)
            if not self._url:
                # Loads the vectors, now that nobody writes them. (To count would load them too,
                # but let no other thread run meanwhile.)
                collection.get(limit=1, include=["embeddings"])
            return _Handle(client, collection, serves)

    def _alone(self) -> AbstractContextManager[object]:
        """Keep other processes from writing or opening the same files meanwhile."""
        if self._url:
            return nullcontext()
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._files

    def _connect(self) -> ClientAPI:
        import chromadb
        from chromadb.config import Settings

        settings = Settings(anonymized_telemetry=False)
        if not self._server:
            spelling = f"{self._folder}{'/.' * (next(_SPELLINGS) % 256)}"
            return chromadb.PersistentClient(spelling, settings=settings)
        import httpx

        host, port = self._server
        tls = self._url.startswith("https:")
        heartbeat = f"{'https' if tls else 'http'}://{host}:{port}/api/v2/heartbeat"
        self._patiently(lambda: httpx.get(heartbeat, timeout=_SERVER_PATIENCE_S).raise_for_status())
        client = chromadb.HttpClient(host=host, port=port, ssl=tls, settings=settings)
        # Chroma has no setting for it: its client waits for a silent server for ever.
        session = getattr(getattr(client, "_server", None), "_session", None)
        if session is not None:
            session.timeout = _SERVER_PATIENCE_S
        return client

    def _explain(self, error: Exception) -> str:
        if self._server:
            host, port = self._server
            return (
                f"the Chroma server at {host}:{port} cannot serve ({error});"
                " check ASKPAPERS_CHROMA_URL and that the server runs"
            )
        return (
            f"the vector index in {self._folder} cannot serve ({error});"
            " `askpapers index --rebuild` makes it anew from the catalogue"
        )

    def _release(self) -> None:
        handle, self._handle = self._handle, None
        if handle:
            handle.close()

    def close(self) -> None:
        """Let go of Chroma; the next call opens it again and sees what others have written."""
        self._closed.set()
        with self._lock:
            self._release()
            refresher = self._refresher
        if refresher:
            refresher.join()

    def retire(self) -> None:
        """Close it for good: another build is valid. Later calls raise IndexReplaced."""
        with self._lock:
            self._retired = True
        self.close()

    def warm(self) -> None:
        """Begin to open in the background, so that the first search finds it open."""

        def open_now() -> None:
            with suppress(LibraryError), self._open():  # the first search meets the error itself
                pass

        threading.Thread(target=open_now, name="open-vectors", daemon=True).start()

    @property
    def shows(self) -> int:
        """Number that changes when what others have written comes to be seen."""
        with self._lock:
            return self._handle.serves if self._handle else -1

    def refresh(self) -> None:
        """See what other processes have written, as soon as it is open; nobody waits for it."""
        if self._url:
            return  # a server shows everything at once
        with self._lock:
            self._wanted += 1
            if self._handle and not (self._refresher and self._refresher.is_alive()):
                self._refresher = threading.Thread(
                    target=self._keep_up, name="reopen-vectors", daemon=True
                )
                self._refresher.start()

    def _keep_up(self) -> None:
        """Exchange the open collection for a new one until nothing newer is wanted."""
        while not self._closed.is_set():
            began = time.monotonic()
            try:
                with self._errors_told():
                    fresh = self._opened()
            except LibraryError as error:
                with self._lock:
                    self._release()  # so that the next search meets the error itself
                if not self._closed.is_set():
                    log.warning("%s", error)
                return
            with self._lock:
                if self._closed.is_set():
                    fresh.close()
                    return
                behind = self._handle is None or self._handle.serves < fresh.serves
                old, self._handle = (self._handle, fresh) if behind else (fresh, self._handle)
                if old:
                    old.close()
                    give_memory_back()
                if self._handle is None or self._handle.serves >= self._wanted:
                    self._refresher = None
                    return
            self._closed.wait((time.monotonic() - began) * (1 / _REOPENING_SHARE - 1))

    def reopen(self) -> None:
        """Before writing: make sure that the next call sees what other processes have written."""
        if not self._url:
            with self._lock:
                self._wanted += 1
                self._release()

    # -- writing; the caller holds the library's write lock

    def put(self, chunks: Sequence[Chunk], vectors: NDArray[np.float32]) -> None:
        """Store `vectors` (n, dimension) of `chunks`, replacing those of the same ids."""
        for start in range(0, len(chunks), _BATCH):
            batch, rows = chunks[start : start + _BATCH], vectors[start : start + _BATCH]
            with self._open(fresh=True) as collection, self._alone():
                self._patiently(partial(_upsert, collection, batch, rows))

    def remove(self, paper_ids: Sequence[str]) -> None:
        """Remove every chunk of these papers."""
        for start in range(0, len(paper_ids), _BATCH):
            batch = list(paper_ids[start : start + _BATCH])
            with self._open(fresh=True) as collection, self._alone():
                self._patiently(partial(_delete, collection, batch))

    def drop(self) -> None:
        """Delete all of it: the collection on the server, or the folder."""
        if self._url:
            with self._open(last=True):
                assert self._handle is not None
                self._handle.client.delete_collection(self._name)
        self.close()
        if not self._url:
            shutil.rmtree(self._folder, ignore_errors=True)

    # -- reading

    def search(self, vector: NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        """The `k` nearest chunks to `vector` (dimension,): `(chunk_id, cosine)`, best first."""
        with self._open() as collection:
            found: Any = self._patiently(
                lambda: collection.query(
                    query_embeddings=vector.tolist(), n_results=k, include=["distances"]
                )
            )
        pairs = zip(found["ids"][0], found["distances"][0], strict=True)
        return [(chunk_id, 1.0 - float(distance)) for chunk_id, distance in pairs]

    def get(self, chunk_ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """The stored vectors (dimension,) of those of the chunks that have one, by id.

        One that another process has written a moment ago may still be missing, as in `search`.
        """
        vectors: dict[str, NDArray[np.float32]] = {}
        for start in range(0, len(chunk_ids), _BATCH):
            batch = list(chunk_ids[start : start + _BATCH])
            with self._open() as collection:
                vectors |= self._patiently(partial(_get, collection, batch))
        return vectors

    def count(self) -> int:
        """Number of stored chunks."""
        with self._open() as collection:
            return self._patiently(collection.count)

    def ids(self) -> list[str]:
        """Ids of every stored chunk, sorted."""
        with self._open() as collection:
            return sorted(collection.get(include=[])["ids"])

    def _patiently(self, call: Callable[[], T]) -> T:
        """Call; on a server again, if it did not answer. An embedded Chroma has no bad moments."""
        if not self._url:
            return call()
        import httpx

        return _again(call, httpx.TransportError)


def _again(call: Callable[[], T], error: type[Exception]) -> T:
    """Call; if this error comes, soon again, and at last let it through."""
    from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

    return Retrying(
        retry=retry_if_exception_type(error),
        stop=stop_after_attempt(_ATTEMPTS),
        wait=wait_exponential(multiplier=0.2, max=2.0),
        reraise=True,
    )(call)


def _upsert(collection: Collection, chunks: Sequence[Chunk], vectors: NDArray[np.float32]) -> None:
    collection.upsert(
        ids=[chunk.chunk_id for chunk in chunks],
        embeddings=vectors,
        metadatas=[{"paper_id": chunk.paper_id} for chunk in chunks],
    )


def _get(collection: Collection, chunk_ids: list[str]) -> dict[str, NDArray[np.float32]]:
    """Vectors by id. A handle that is behind knows the ids of what was written since, but not
    their vectors, and then gives none at all: so they are looked for by halves.
    """
    import numpy as np
    from chromadb.errors import InternalError

    try:
        found: Any = collection.get(ids=chunk_ids, include=["embeddings"])
    except InternalError as error:
        if "finding id" not in str(error):
            raise
        if len(chunk_ids) == 1:
            return {}
        middle = len(chunk_ids) // 2
        return _get(collection, chunk_ids[:middle]) | _get(collection, chunk_ids[middle:])
    rows = np.asarray(found["embeddings"], dtype=np.float32)
    return dict(zip(found["ids"], rows, strict=True))


def _delete(collection: Collection, paper_ids: list[str]) -> None:
    collection.delete(where={"paper_id": {"$in": paper_ids}})  # type: ignore[dict-item]  # Chroma's Where type misses list[str]
