"""How the scores of words and vectors become one: pure functions, every constant measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# What the best match in words is worth beside a cosine of 1. The cosines of one query's
# candidates lie within about 0.2 of each other, so this is a third of what decides. Chosen, like
# all here, on SciFact's train claims, where 0.08 to 0.12 did about as well (docs/ranking.md).
WORD_WEIGHT = 0.1
# The query is moved towards the mean of its best chunks by this much, and the best scored again.
FEEDBACK_CHUNKS = 2
FEEDBACK_WEIGHT = 0.2
RESCORED = 30  # 20 and 50 gave the same first ten


@dataclass(frozen=True, slots=True)
class Candidates:
    """The chunks that either index found for a query, in the order of their ids.

    `cosines` (n,) holds NaN for a chunk whose vector is still to be made, `words` (n,) its BM25,
    0 for a chunk that shares no word with the query; `vectors` (dimension,) are the chunks' own.
    `vectors_full` and `words_full` say that an index gave all it was asked for, and so may have
    more.
    """

    chunk_ids: tuple[str, ...]
    cosines: NDArray[np.float64]
    words: NDArray[np.float64]
    vectors: Mapping[str, NDArray[np.float32]]
    vectors_full: bool
    words_full: bool


def fuse(candidates: Candidates, word_weight: float = WORD_WEIGHT) -> NDArray[np.float64]:
    """Scores (n,): the cosine plus `word_weight` times BM25 as a share of the best BM25.

    A convex combination (Bruch, Gai and Ingber, 2023) in which cosines keep their scale. A chunk
    without a vector takes the middle one's cosine, so that its words decide.
    """
    cosines, words = candidates.cosines, candidates.words
    known = cosines[~np.isnan(cosines)]
    filled = np.where(np.isnan(cosines), np.median(known) if known.size else 0.0, cosines)
    return filled + word_weight * words / max(float(words.max(initial=0.0)), 1e-9)


def best_first(scores: NDArray[np.float64]) -> NDArray[np.int64]:
    """Places of the scores, best first; ties as they stand, so that order is stable."""
    return np.argsort(-scores, kind="stable")


def feedback(
    candidates: Candidates,
    scores: NDArray[np.float64],
    query: NDArray[np.float32],
) -> NDArray[np.float64]:
    """`scores` (n,) after the chunks with vectors have been scored for a query that is moved
    towards the best of them (Rocchio, 1971; for such vectors, Li et al., 2023).

    `query` (dimension,). What they gain is taken about its mean, so that the rest keep their
    place among them.
    """
    vectors = candidates.vectors
    best = best_first(scores)[:RESCORED]
    places = [i for i in best if candidates.chunk_ids[i] in vectors]
    if not places:
        return scores
    stored = np.stack([vectors[candidates.chunk_ids[i]] for i in places])
    moved = query + FEEDBACK_WEIGHT * stored[:FEEDBACK_CHUNKS].mean(axis=0)
    gained = stored @ (moved / np.linalg.norm(moved) - query)
    again = scores.copy()
    again[places] += gained - gained.mean()
    return again


def unit(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scores moved to [0, 1]: the best is 1, the last 0; all equal ones become 1."""
    if not scores.size:
        return scores
    span = float(scores.max() - scores.min())
    return (scores - scores.min()) / span if span > 0 else np.ones(len(scores))
