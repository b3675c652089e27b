"""Ways of ranking that were tried beside the shipped one: pure functions of what was gathered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rag.finding.fuse import RESCORED, WORD_WEIGHT, Candidates, best_first, feedback, fuse

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Scores = NDArray[np.float64]

BOTH, PREFIX, PLAIN = "both", "with prefix", "without prefix"
"""How the embedder reads a query: midway between (the shipped), or one of the two."""

TITLE_3, TITLE_1, TITLE_0, TITLE_ALONE = "title x3", "title x1", "no title", "title alone"
"""What the words are searched in: titles counted 3 times (the shipped), once, not, alone."""

NOWHERE = 1_000_000
"""The rank, from 0, of a chunk that a list does not hold."""


@dataclass(frozen=True, slots=True)
class Material:
    """All that any way of ranking needs for one query, over the chunks that any list holds.

    `cosines` and `ranks` hold an array (n,) for each reading of the query, `words` and
    `word_ranks` for each word index; `vectors` (n, dimension) are the chunks', `readings`
    (dimension,) the query's. Cosines are NaN and vectors 0 for chunks without a vector.
    """

    query: str
    chunk_ids: tuple[str, ...]
    vectors: NDArray[np.float32]
    readings: Mapping[str, NDArray[np.float32]]
    cosines: Mapping[str, Scores]
    ranks: Mapping[str, NDArray[np.int64]]
    words: Mapping[str, Scores]
    word_ranks: Mapping[str, NDArray[np.int64]]


Way = Callable[[Material], "Scores"]
"""Scores (n,), the higher the better; -inf for what this way does not find."""


def weighted(reading: str = BOTH, index: str = TITLE_3, weight: float = WORD_WEIGHT) -> Way:
    """The shipped sum without feedback: cosine plus a share of the best BM25."""

    def way(m: Material) -> Scores:
        """Cosine plus the share of the best BM25 among the listed, times `weight`."""
        words = m.words[index]
        raw = m.cosines[reading] + weight * words / max(
            _top(words, _listed(m, reading, index)), 1e-9
        )
        return _only(_listed(m, reading, index), raw)

    return way


def shipped(m: Material) -> Scores:
    """What search does, by its own code."""
    listed = np.flatnonzero(_listed(m, BOTH, TITLE_3))
    read = (m.ranks[BOTH] < RESCORED) | (m.word_ranks[TITLE_3] < NOWHERE)
    read &= ~np.isnan(m.cosines[BOTH])
    chosen = Candidates(
        tuple(m.chunk_ids[i] for i in listed),
        m.cosines[BOTH][listed],
        m.words[TITLE_3][listed],
        {m.chunk_ids[i]: m.vectors[i] for i in listed if read[i]},
        vectors_full=False,
        words_full=False,
    )
    scores = np.full(len(m.chunk_ids), -np.inf)
    scores[listed] = feedback(chosen, fuse(chosen), m.readings[BOTH])
    return scores


def vectors_alone(reading: str = BOTH) -> Way:
    """By cosine only."""
    return lambda m: _only(m.ranks[reading] < NOWHERE, m.cosines[reading])


def words_alone(index: str = TITLE_3) -> Way:
    """By BM25 only."""
    return lambda m: _only(m.word_ranks[index] < NOWHERE, m.words[index])


def own_field(boost: float, weight: float = WORD_WEIGHT, *, vectors: bool = True) -> Way:
    """Titles as a field of their own, BM25 of both fields added, as a query string does."""

    def way(m: Material) -> Scores:
        """Both fields' BM25, added to the cosine, or alone without `vectors`."""
        words = m.words[TITLE_0] + boost * m.words[TITLE_ALONE]
        listed = (m.word_ranks[TITLE_0] < NOWHERE) | (m.word_ranks[TITLE_ALONE] < NOWHERE)
        if not vectors:
            return _only(listed, words)
        listed |= m.ranks[BOTH] < NOWHERE
        return _only(listed, m.cosines[BOTH] + weight * words / max(_top(words, listed), 1e-9))

    return way


def reciprocal_ranks(k: int) -> Way:
    """Reciprocal rank fusion of both lists (Cormack, Clarke and Büttcher, 2009)."""
    return lambda m: _only(
        _listed(m, BOTH, TITLE_3), 1 / (k + 1 + m.ranks[BOTH]) + 1 / (k + 1 + m.word_ranks[TITLE_3])
    )


def min_max(word_share: float, *, lists_only: bool) -> Way:
    """Weighted sum of scores moved to [0, 1]. With `lists_only` a chunk that a list lacks gets 0
    from it, as if nothing were known; else both its scores are known.
    """

    def way(m: Material) -> Scores:
        """Both lists' scores in [0, 1], `word_share` of them the words'."""
        listed = _listed(m, BOTH, TITLE_3)
        in_vectors = m.ranks[BOTH] < NOWHERE if lists_only else listed
        in_words = m.word_ranks[TITLE_3] < NOWHERE if lists_only else listed
        vectors, words = _unit(m.cosines[BOTH], in_vectors), _unit(m.words[TITLE_3], in_words)
        return _only(listed, (1 - word_share) * vectors + word_share * words)

    return way


def z_scores(word_share: float) -> Way:
    """Weighted sum of scores in standard deviations from the candidates' mean."""

    def way(m: Material) -> Scores:
        """Both lists' scores in standard deviations, `word_share` of them the words'."""
        listed = _listed(m, BOTH, TITLE_3)

        def standard(scores: Scores) -> Scores:
            """By mean and deviation of the listed alone."""
            return (scores - np.mean(scores[listed])) / max(float(np.std(scores[listed])), 1e-9)

        vectors, words = standard(m.cosines[BOTH]), standard(m.words[TITLE_3])
        return _only(listed, (1 - word_share) * vectors + word_share * words)

    return way


def rocchio(chunks: int, weight: float) -> Way:
    """Feedback from other numbers of chunks or with other weights."""

    def way(m: Material) -> Scores:
        """The shipped sum with the question's vector moved towards the first `chunks`."""
        first = weighted()(m)
        best = best_first(first)[:chunks]
        moved = m.readings[BOTH] + weight * m.vectors[best].mean(axis=0)
        cosines = m.vectors @ (moved / np.linalg.norm(moved))
        words = m.words[TITLE_3]
        listed = np.isfinite(first)
        return _only(listed, cosines + WORD_WEIGHT * words / max(_top(words, listed), 1e-9))

    return way


FEATURES = ("cosine with prefix", "without", "BM25", "title", "prose", "1/rank", "1/word rank")


def features(m: Material) -> NDArray[np.float64]:
    """What a learned fusion sees of each chunk: (n, 7), in the order of `FEATURES`."""

    def share(index: str) -> Scores:
        """BM25 as a share of the best one's."""
        return m.words[index] / max(float(m.words[index].max()), 1e-9)

    columns = (
        np.nan_to_num(m.cosines[PREFIX]),
        np.nan_to_num(m.cosines[PLAIN]),
        share(TITLE_3),
        share(TITLE_ALONE),
        share(TITLE_0),
        1 / (10 + m.ranks[BOTH]),
        1 / (10 + m.word_ranks[TITLE_3]),
    )
    return np.stack(columns, axis=1)


def reordered(scores: Scores, top: NDArray[np.int64], better: Scores) -> Scores:
    """`scores` with the chunks `top` ordered by `better` (their own scores), all still on top."""
    result = scores.copy()
    spread = max(float(np.ptp(better)), 1e-9)
    result[top] = float(scores.max()) + 1 + (better - better.min()) / spread
    return result


def _listed(m: Material, reading: str, index: str) -> NDArray[np.bool_]:
    return (m.ranks[reading] < NOWHERE) | (m.word_ranks[index] < NOWHERE)


def _only(listed: NDArray[np.bool_], scores: Scores) -> Scores:
    return np.where(listed, np.nan_to_num(scores), -np.inf)


def _top(scores: Scores, listed: NDArray[np.bool_]) -> float:
    return float(scores[listed].max()) if listed.any() else 0.0


def _unit(scores: Scores, listed: NDArray[np.bool_]) -> Scores:
    """Scores moved to [0, 1] among the listed; 0 for all others."""
    if not listed.any():
        return np.zeros(len(scores))
    low, high = np.nanmin(scores[listed]), np.nanmax(scores[listed])
    return np.where(listed, (scores - low) / max(float(high - low), 1e-9), 0.0)
