"""Fusing the scores of words and vectors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from rag.finding.fuse import Candidates, best_first, feedback, fuse, unit

cosines = st.floats(-1, 1) | st.just(float("nan"))
pairs = st.lists(st.tuples(cosines, st.floats(0, 30)), max_size=6)


def candidates(
    scores: list[tuple[float, float]], vectors: Mapping[str, NDArray[np.float32]] | None = None
) -> Candidates:
    names = tuple("abcdef"[: len(scores)])
    by_vector, by_word = (np.array([pair[i] for pair in scores], dtype=float) for i in (0, 1))
    return Candidates(
        names, by_vector, by_word, vectors or {}, vectors_full=False, words_full=False
    )


@given(pairs)
def test_scores_lie_between_0_and_1_and_the_best_is_1(scores: list[tuple[float, float]]) -> None:
    fused = unit(fuse(candidates(scores)))
    assert len(fused) == len(scores)
    assert all(0.0 <= score <= 1.0 for score in fused)
    assert not scores or fused.max() == 1.0


@given(pairs, st.integers(0, 5))
def test_more_words_in_common_never_rank_lower(
    scores: list[tuple[float, float]], place: int
) -> None:
    if place >= len(scores) or not max(words for _, words in scores) > 1:
        return
    best = max(words for _, words in scores)
    richer = [(cosine, best if i == place else words) for i, (cosine, words) in enumerate(scores)]
    before, after = fuse(candidates(scores)), fuse(candidates(richer))
    assert (after < after[place] + 1e-9).sum() >= (before < before[place] - 1e-9).sum()


def test_words_and_vectors_both_count() -> None:
    fused = fuse(candidates([(0.80, 10.0), (0.80, 5.0), (0.70, 10.0), (0.84, 0.0)]))
    assert list(np.argsort(-fused)) == [0, 1, 3, 2]


def test_a_chunk_without_a_vector_is_ranked_by_its_words_among_the_others() -> None:
    fused = fuse(candidates([(float("nan"), 10.0), (0.9, 0.0), (0.7, 0.0), (0.5, 10.0)]))
    assert list(np.argsort(-fused)) == [1, 0, 2, 3]


def test_without_any_vectors_words_alone_rank() -> None:
    nan = float("nan")
    assert list(fuse(candidates([(nan, 5.0), (nan, 10.0), (nan, 0.0)]))) == [0.05, 0.1, 0.0]


def turned(*degrees: float) -> dict[str, np.ndarray[tuple[int], np.dtype[np.float32]]]:
    """Unit vectors in the plane, named a, b, c…"""
    return {
        name: np.array([np.cos(angle), np.sin(angle)], dtype=np.float32)
        for name, angle in zip("abcdef", np.radians(degrees), strict=False)
    }


def test_feedback_favours_what_is_like_the_best() -> None:
    vectors = turned(20, 21, 30, -29)
    query = np.array([1.0, 0.0], dtype=np.float32)
    found = candidates([(float(v @ query), 0.0) for v in vectors.values()], vectors)
    before = fuse(found)
    assert list(best_first(before)) == [0, 1, 3, 2]
    assert list(best_first(feedback(found, before, query))) == [0, 1, 2, 3]


def test_feedback_leaves_chunks_without_vectors_where_they_are() -> None:
    vectors = turned(10, 20)
    query = np.array([1.0, 0.0], dtype=np.float32)
    found = candidates([(0.98, 0.0), (0.94, 0.0), (float("nan"), 3.0), (0.5, 1.0)], vectors)
    before = fuse(found)
    after = feedback(found, before, query)
    assert list(after[2:]) == list(before[2:])
    assert list(feedback(replace(found, vectors={}), before, query)) == list(before)


def test_nothing_found_has_no_scores() -> None:
    assert unit(fuse(candidates([]))).shape == (0,)
