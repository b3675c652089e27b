"""A library of any size from the papers and vectors of another."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from evals.speed.snapshot import StoredVectors, take_snapshot
from ingest.run import ingest
from rag.config import Config
from rag.library import Library
from tests.fakes import HashEmbedder
from tests.rag.test_library import work


def test_a_library_made_from_a_snapshot_holds_the_same_papers_and_vectors(
    config: Config, tmp_path: Path
) -> None:
    abstracts = {
        "Mosses of the northern shore": "Mosses grow slowly on stones that face the sea.",
        "Ferns in the shade of walls": "Ferns like shade and do not mind the cold of walls.",
    }
    with Library.open(config, HashEmbedder()) as library:
        library.write([work(title, text) for title, text in abstracts.items()])
        library.fill()
        snapshot = take_snapshot(library)
    assert {paper.title for paper in snapshot.papers} == set(abstracts)

    class Blind(HashEmbedder):
        def embed(self, texts: object, kind: object) -> np.ndarray:
            raise AssertionError("a vector was made anew")

    copy = Config(home=tmp_path / "copy", cache=config.cache)
    source = snapshot.jsonl(tmp_path / "papers.jsonl", snapshot.papers)
    with Library.open(copy, StoredVectors(snapshot, Blind())) as made:
        ingest(made, [str(source)])
        assert {p.title: p.abstract for p in made.papers()} == abstracts
        ids = [
            chunk.chunk_id
            for chunk in made.catalogue.chunks_of([p.paper_id for p in made.papers()])
        ]
        assert len(made.vectors(ids)) == 2


def test_what_a_snapshot_lacks_is_embedded_in_its_place(config: Config) -> None:
    with Library.open(config, HashEmbedder()) as library:
        library.write([work("Moss", "Mosses grow slowly.")])
        library.fill()
        snapshot = take_snapshot(library)
    texts = ["a fern", "Moss\nMosses grow slowly.", "a lichen"]
    made = StoredVectors(snapshot, HashEmbedder()).embed(texts, "passage")
    np.testing.assert_allclose(made, HashEmbedder().embed(texts, "passage"), atol=1e-6)


def test_a_smaller_snapshot_is_the_beginning_of_a_larger(config: Config) -> None:
    with Library.open(config, HashEmbedder()) as library:
        library.write([work(f"Moss {n}", f"Moss number {n} grows slowly.") for n in range(9)])
        assert take_snapshot(library, 4).papers == take_snapshot(library).papers[:4]
