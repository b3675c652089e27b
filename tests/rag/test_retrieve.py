"""Fusing words and vectors, and ranking papers by their best chunk."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rag.config import Config
from rag.library import Library
from rag.retrieve import fuse, rank_papers, retrieve
from rag.types import Chunk, Hit
from tests.fakes import HashEmbedder
from tests.rag.test_library import work

scores = st.dictionaries(st.sampled_from("abcdef"), st.floats(-1, 30), max_size=6)


@given(scores, scores)
def test_every_candidate_is_ranked_once_between_0_and_1(
    by_vector: dict[str, float], by_word: dict[str, float]
) -> None:
    fused = fuse(by_vector, by_word)
    assert {chunk_id for chunk_id, _ in fused} == {*by_vector, *by_word}
    assert len(fused) == len({*by_vector, *by_word})
    assert all(0.0 <= score <= 1.0 + 1e-9 for _, score in fused)
    assert [score for _, score in fused] == sorted((s for _, s in fused), reverse=True)


def test_what_both_ways_rank_first_scores_1() -> None:
    assert fuse({"a": 0.9, "b": 0.1}, {"a": 12.0, "c": 2.0})[0] == ("a", 1.0)


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


def test_retrieval_works_on_an_empty_library(config: Config) -> None:
    with Library.open(config, HashEmbedder()) as library:
        assert retrieve(library, "anything", 5).hits == ()
