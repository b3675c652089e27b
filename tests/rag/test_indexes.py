"""What several threads see of indexes that another process has made anew."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import numpy as np
import pytest
from numpy.typing import NDArray

from rag.config import Config
from rag.library import Library
from rag.stored.catalogue import Catalogue
from rag.stored.indexes import Indexes
from rag.stored.vectors import VectorIndex
from tests.fakes import HashEmbedder
from tests.rag.test_library import work


@pytest.fixture
def library(config: Config) -> Iterator[Library]:
    with Library.open(config, HashEmbedder()) as opened:
        opened.write([work("Moss", "Mosses grow slowly.")])
        opened.fill()
        opened.search_vectors(HashEmbedder().embed(["moss"], "query")[0], 3)
        yield opened


def rebuild_elsewhere(config: Config) -> None:
    with Library.open(config, HashEmbedder()) as other:
        other.rebuild()


def test_threads_that_meet_a_rebuild_go_over_to_it_once(
    library: Library, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    rebuild_elsewhere(config)
    attached = []
    together = threading.Barrier(2)
    valid_build, attach = Indexes._valid_build, Indexes._attach

    def both_at_once(indexes: Indexes) -> int:
        with suppress(threading.BrokenBarrierError):  # the second may have to wait for the first
            together.wait(0.3)
        return valid_build(indexes)

    def counted(indexes: Indexes) -> None:
        attached.append(indexes)
        attach(indexes)

    monkeypatch.setattr(Indexes, "_valid_build", both_at_once)
    monkeypatch.setattr(Indexes, "_attach", counted)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: library.search_words("moss", 3), range(2)))
    assert len(attached) == 1


def test_who_still_holds_the_old_vectors_searches_the_new_and_makes_no_old_folder(
    library: Library, config: Config
) -> None:
    rebuild_elsewhere(config)
    vector = HashEmbedder().embed(["mosses grow slowly"], "query")[0]
    old, search = library._indexes.vectors, VectorIndex.search
    with pytest.MonkeyPatch.context() as patched:

        def overtaken(
            vectors: VectorIndex, vector: NDArray[np.float32], k: int
        ) -> list[tuple[str, float]]:
            patched.undo()  # before this thread searches, another one follows the rebuild
            library.search_words("moss", 3)
            return search(vectors, vector, k)

        patched.setattr(Catalogue, "generation", library._indexes._generation)
        patched.setattr(VectorIndex, "search", overtaken)
        found = library.search_vectors(vector, 3)
    assert [chunk_id for chunk_id, _ in found] == ["title:Moss/abstract/0"]
    assert library._indexes.vectors is not old
    assert not (config.home / "chroma" / "0").exists()
