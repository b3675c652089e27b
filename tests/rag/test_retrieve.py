"""From a query to hits and papers, over a real library."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.config import Config
from rag.finding.filters import Filter
from rag.finding.retrieve import rank_papers, retrieve, search_papers
from rag.library import Library
from rag.settings import Ranking
from rag.types import Chunk, Hit
from tests.fakes import HashEmbedder
from tests.rag.test_library import work


def test_a_paper_counts_by_its_best_chunk() -> None:
    def hit(paper_id: str, score: float) -> Hit:
        return Hit(Chunk(f"{paper_id}/{score}", paper_id, "", "abstract", 0, 0, ""), score)

    ranked = rank_papers([hit("a", 0.2), hit("b", 0.5), hit("a", 0.9)])
    assert [(item.paper_id, item.score) for item in ranked] == [("a", 0.9), ("b", 0.5)]


def test_a_hit_tells_what_each_way_of_searching_found(config: Config) -> None:
    with Library.open(config, HashEmbedder()) as library:
        library.write([work("Moss", "Mosses grow slowly."), work("Fern", "Ferns like shade.")])
        library.fill()
        best, other = retrieve(library, "mosses growing", 5).hits
    assert best.chunk.paper_id == "title:Moss"
    assert best.word_score is not None
    assert best.vector_score is not None
    assert other.word_score is None


def test_what_one_way_of_searching_did_not_list_gets_its_score_all_the_same(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.finding.retrieve.CANDIDATES", 1)
    moss, fern = "Moss moss moss moss.", "Fern growing on some other mosses here."
    with Library.open(config, HashEmbedder()) as library:
        library.write([work("A", moss), work("B", fern)])
        library.fill()
        vector = library.embedder.embed(["moss growing"], "query")[0]
        exact = dict(library.search_vectors(vector, 2))
        for hit in retrieve(library, "moss growing", 1).hits:
            assert hit.vector_score == pytest.approx(exact[hit.chunk.chunk_id], abs=1e-5)
            assert hit.word_score is not None


@pytest.fixture
def three(config: Config) -> Iterator[Library]:
    with Library.open(config, HashEmbedder()) as library:
        library.write(
            [
                work("Long", "Moss likes walls, and much else that is told here at great length."),
                work("Near", "Moss walls."),
                work("Other", "Ferns like shade."),
            ]
        )
        library.fill()
        yield library


def test_ranking_by_vectors_alone_is_the_exact_order_of_cosines(three: Library) -> None:
    vector = three.embedder.embed(["moss on walls"], "query")[0]
    exact = three.search_vectors(vector, 3)
    hits = retrieve(three, "moss on walls", 5, ranking="vectors").hits
    assert [(h.chunk.chunk_id, h.vector_score) for h in hits] == exact
    assert {h.word_score for h in hits} == {None}


def test_ranking_by_words_alone_is_the_exact_order_of_bm25(three: Library) -> None:
    exact = three.search_words("moss on walls", 3)
    hits = retrieve(three, "moss on walls", 5, ranking="words").hits
    assert [(h.chunk.chunk_id, h.word_score) for h in hits] == exact
    assert {h.vector_score for h in hits} == {None}
    assert len(hits) == 2


@pytest.mark.parametrize("ranking", ["vectors", "words"])
def test_one_ranking_alone_keeps_to_the_scope(three: Library, ranking: Ranking) -> None:
    scope = three.scope(Filter(paper_ids=("title:Near",)))
    hits = retrieve(three, "moss on walls", 5, scope=scope, ranking=ranking).hits
    assert [hit.chunk.paper_id for hit in hits] == ["title:Near"]


def test_before_any_vectors_papers_are_found_by_words(config: Config) -> None:
    with Library.open(config, HashEmbedder()) as library:
        library.write([work("Moss", "Mosses grow slowly."), work("Fern", "Ferns like shade.")])
        (hit,) = retrieve(library, "mosses growing", 5).hits
    assert hit.chunk.paper_id == "title:Moss"
    assert hit.vector_score is None


def test_retrieval_works_on_an_empty_library(config: Config) -> None:
    with Library.open(config, HashEmbedder()) as library:
        assert retrieve(library, "anything", 5).hits == ()
        assert search_papers(library, "anything", 5) == []


def test_papers_of_many_chunks_do_not_crowd_others_out(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.finding.retrieve.CANDIDATES", 2)
    long = " ".join(
        f"Moss number {n} grows on a wall of its own, as mosses do." for n in range(200)
    )
    with Library.open(config, HashEmbedder()) as library:
        library.write([work("Moss", long), work("Fern", "Ferns like shade."), work("Ivy", "Moss.")])
        library.fill()
        found = search_papers(library, "moss", 3)
    assert {paper.title for paper, _ in found} == {"Moss", "Fern", "Ivy"}
    assert [hit.score for _, hit in found] == sorted((h.score for _, h in found), reverse=True)
    assert all(hit.chunk.paper_id == paper.paper_id for paper, hit in found)
