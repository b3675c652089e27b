"""The ways of ranking that are compared, and the learned one, on lists made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from evals.finding import fusions
from evals.finding.fusions import NOWHERE, Material
from evals.finding.learned import cross_validated, fit

READINGS = (fusions.BOTH, fusions.PREFIX, fusions.PLAIN)
INDEXES = (fusions.TITLE_3, fusions.TITLE_1, fusions.TITLE_0, fusions.TITLE_ALONE)


def material(cosines: list[float], words: list[float], listed: int = 2) -> Material:
    """Chunks a, b, c… whose lists hold the `listed` best of each score, words only above 0."""

    def ranks(scores: list[float]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        order = np.argsort(-np.array(scores), kind="stable")
        places = np.full(len(scores), NOWHERE, dtype=np.int64)
        for place, i in enumerate(order[:listed]):
            if scores[i] > 0:
                places[i] = place
        return places

    angles = np.arccos(cosines)
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    query = np.array([1.0, 0.0], dtype=np.float32)
    return Material(
        "query",
        tuple("abcdefgh"[: len(cosines)]),
        vectors,
        dict.fromkeys(READINGS, query),
        dict.fromkeys(READINGS, np.array(cosines)),
        dict.fromkeys(READINGS, ranks(cosines)),
        dict.fromkeys(INDEXES, np.array(words)),
        dict.fromkeys(INDEXES, ranks(words)),
    )


def order(scores: fusions.Scores) -> str:
    """The chunks that were found, best first."""
    ranked = np.argsort(-scores, kind="stable")
    return "".join("abcdefgh"[i] for i in ranked if np.isfinite(scores[i]))


LISTS = material([0.9, 0.8, 0.7, 0.1], [0.0, 2.0, 10.0, 0.0])


def test_each_list_alone_finds_only_what_it_holds() -> None:
    assert order(fusions.vectors_alone()(LISTS)) == "ab"
    assert order(fusions.words_alone()(LISTS)) == "cb"


def test_the_shipped_way_finds_what_either_list_holds() -> None:
    assert order(fusions.shipped(LISTS)) == order(fusions.weighted()(LISTS)) == "abc"


def test_a_large_word_weight_turns_the_order() -> None:
    assert order(fusions.weighted(weight=1.0)(LISTS)) == "cba"


def test_reciprocal_ranks_favour_what_both_lists_hold() -> None:
    assert order(fusions.reciprocal_ranks(60)(LISTS))[0] == "b"


def test_min_max_of_lists_gives_nothing_for_what_a_list_lacks() -> None:
    scores = fusions.min_max(0.4, lists_only=True)(LISTS)
    assert scores[:3] == pytest.approx([0.6, 0.0, 0.4])
    complete = fusions.min_max(0.4, lists_only=False)(LISTS)
    assert complete[:3] == pytest.approx([0.6, 0.3 + 0.08, 0.4])


def test_z_scores_weigh_both() -> None:
    assert order(fusions.z_scores(0.0)(LISTS)) == "abc"
    assert order(fusions.z_scores(1.0)(LISTS)) == "cba"


def test_titles_as_a_field_of_their_own_add_to_the_prose() -> None:
    assert fusions.own_field(1.5, vectors=False)(LISTS)[1:3] == pytest.approx([5.0, 25.0])


def test_feedback_moves_towards_what_was_best() -> None:
    m = material([0.9, 0.85, 0.5], [0.0, 0.0, 0.0], listed=3)
    assert fusions.rocchio(1, 0.0)(m) == pytest.approx(np.array([0.9, 0.85, 0.5]), abs=1e-5)
    assert fusions.rocchio(1, 5.0)(m)[0] > 0.99


def test_reordering_keeps_the_chosen_on_top() -> None:
    scores = np.array([0.9, 0.8, 0.7, 0.6])
    assert order(fusions.reordered(scores, np.array([0, 1]), np.array([-3.0, 4.0]))) == "bacd"


def test_a_query_that_finds_nothing_has_no_scores_in_any_way() -> None:
    empty = material([], [])
    for way in (fusions.shipped, fusions.weighted(), fusions.min_max(0.4, lists_only=True)):
        assert way(empty).shape == (0,)


def test_a_learned_fusion_finds_the_feature_that_tells() -> None:
    rng = np.random.default_rng(1)
    features = [rng.normal(size=(20, 3)) for _ in range(30)]
    relevant = [(x[:, 1] == x[:, 1].max()).astype(float) for x in features]
    weights = fit(list(zip(features, relevant, strict=True)))
    assert weights[1] > 3 * max(abs(weights[0]), abs(weights[2]))
    scores = cross_validated(features, relevant)
    right = [np.argmax(s) == np.argmax(r) for s, r in zip(scores, relevant, strict=True)]
    assert np.mean(right) > 0.9


def test_queries_without_a_relevant_candidate_are_scored_but_teach_nothing() -> None:
    features = [np.eye(3) for _ in range(10)]
    relevant = [np.zeros(3) for _ in range(9)] + [np.array([0.0, 1.0, 0.0])]
    scores = cross_validated(features, relevant)
    assert all(s.shape == (3,) and np.isfinite(s).all() for s in scores)
