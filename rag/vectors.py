"""The vector half of the index, in Chroma; the only module that knows chromadb."""

from __future__ import annotations

import itertools
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rag.errors import ConfigError, LibraryError
from rag.types import Chunk

if TYPE_CHECKING:
    import numpy as np
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection
    from numpy.typing import NDArray

# Chroma keeps one open index per path and process, and that one never sees what another process
# writes. Each handle therefore spells the path in its own way, which makes reopening real.
_SPELLINGS = itertools.count()

# Chroma takes at most 5,461 rows a call; smaller batches also bound what a kill can undo.
_BATCH = 2000


def server_address(url: str) -> tuple[str, int]:
    """Host and port of a Chroma server's URL, without the password that it may hold.

    Raises ConfigError if it is no such URL.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or not url.startswith(("http://", "https://")):
        raise ConfigError(
            "ASKPAPERS_CHROMA_URL is no address of a server: give one such as http://localhost:8000"
        )
    return host, port or (443 if url.startswith("https:") else 8000)


class VectorIndex:
    """The vectors of one library: a Chroma collection in cosine space, keyed by chunk id.

    Given a `url`, the collection lives on that Chroma server, else in `folder`. Safe to share
    by threads. Raises ConfigError for a wrong `url`, LibraryError when Chroma cannot serve.
    """

    def __init__(self, folder: Path, url: str, collection: str) -> None:
        self._folder = folder
        self._url = url
        self._server = server_address(url) if url else None
        self._name = collection
        self._lock = threading.RLock()
        self._client: ClientAPI | None = None
        self._collection: Collection | None = None

    @contextmanager
    def _open(self) -> Iterator[Collection]:
        """The open collection, held by this thread; Chroma's errors become ours."""
        from chromadb.errors import ChromaError
        from httpx import HTTPError

        with self._lock:
            try:
                if self._collection is None:
                    self._client = self._connect()
                    self._collection = self._client.get_or_create_collection(
                        self._name,
                        embedding_function=None,  # ours; Chroma's default would be downloaded
                        configuration={"hnsw": {"space": "cosine"}},
                    )
                yield self._collection
            except (ChromaError, HTTPError, ValueError, OSError) as error:
                self._release()
                raise LibraryError(self._explain(error)) from error

    def _connect(self) -> ClientAPI:
        import chromadb
        from chromadb.config import Settings

        settings = Settings(anonymized_telemetry=False)
        if self._server:
            host, port = self._server
            tls = self._url.startswith("https:")
            return chromadb.HttpClient(host=host, port=port, ssl=tls, settings=settings)
        self._folder.mkdir(parents=True, exist_ok=True)
        spelling = f"{self._folder}{'/.' * (next(_SPELLINGS) % 256)}"
        return chromadb.PersistentClient(spelling, settings=settings)

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
        client, self._client, self._collection = self._client, None, None
        close: Callable[[], None] | None = getattr(client, "close", None)
        if close is not None:
            close()

    def close(self) -> None:
        """Let go of Chroma; the next call opens it again and sees what others have written."""
        with self._lock:
            self._release()

    def reopen(self) -> None:
        """See what other processes have written; a server needs no reopening."""
        if not self._url:
            self.close()

    def put(self, chunks: Sequence[Chunk], vectors: NDArray[np.float32]) -> None:
        """Store `vectors` (n, dimension) of `chunks`, replacing those of the same ids."""
        with self._open() as collection:
            for start in range(0, len(chunks), _BATCH):
                batch = chunks[start : start + _BATCH]
                collection.upsert(
                    ids=[chunk.chunk_id for chunk in batch],
                    embeddings=vectors[start : start + _BATCH],
                    metadatas=[{"paper_id": chunk.paper_id} for chunk in batch],
                )

    def remove(self, paper_ids: Sequence[str]) -> None:
        """Remove every chunk of these papers."""
        with self._open() as collection:
            for start in range(0, len(paper_ids), _BATCH):
                batch = list(paper_ids[start : start + _BATCH])
                collection.delete(where={"paper_id": {"$in": batch}})  # type: ignore[dict-item]  # Chroma's Where type misses list[str]

    def search(self, vector: NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        """The `k` nearest chunks to `vector` (dimension,): `(chunk_id, cosine)`, best first."""
        with self._open() as collection:
            k = min(k, collection.count())
            if k == 0:
                return []
            found: Any = collection.query(
                query_embeddings=vector.tolist(), n_results=k, include=["distances"]
            )
        pairs = zip(found["ids"][0], found["distances"][0], strict=True)
        return [(chunk_id, 1.0 - float(distance)) for chunk_id, distance in pairs]

    def get(self, chunk_ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """The stored vectors (dimension,) of those of the chunks that have one, by id."""
        import numpy as np

        vectors: dict[str, NDArray[np.float32]] = {}
        with self._open() as collection:
            for start in range(0, len(chunk_ids), _BATCH):
                batch = list(chunk_ids[start : start + _BATCH])
                found: Any = collection.get(ids=batch, include=["embeddings"])
                rows = np.asarray(found["embeddings"], dtype=np.float32)
                vectors.update(zip(found["ids"], rows, strict=True))
        return vectors

    def count(self) -> int:
        """Number of stored chunks."""
        with self._open() as collection:
            return collection.count()

    def ids(self) -> list[str]:
        """Ids of every stored chunk, sorted."""
        with self._open() as collection:
            return sorted(collection.get(include=[])["ids"])

    def drop(self) -> None:
        """Delete all of it: the collection on the server, or the folder."""
        with self._lock:
            if self._url:
                with self._open():
                    assert self._client is not None
                    self._client.delete_collection(self._name)
            self._release()
            if not self._url:
                shutil.rmtree(self._folder, ignore_errors=True)
