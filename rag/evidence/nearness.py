"""The first pass over sentences: how near each comes to a question, before anything reads both.

Reading a sentence together with the question costs milliseconds, so only a few are read. What
chooses them are signs that cost nothing once vectors are there, weighed as labelled questions say:
the cosine, the words in common, how well the chunk was found, the highest cosine in that chunk
(of an abstract that is meant, each sentence is likelier than another's best), and the place in it.

People who have not read an abstract ask in other words than it, and then the vectors of question
and sentence, made to be alike where they say the same, are not: a question and what answers it.
Two small projections, of the one and of the other, bring such pairs together (supervised semantic
indexing; Bai et al., 2009). They were fitted to one model's vectors; those of another are compared
by the signs alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.finding.terms import content_stems
from rag.types import Hit, Quote

if TYPE_CHECKING:
    from numpy.typing import NDArray

WEIGHTS = Path(__file__).with_name("nearness.npz")
"""Written by `askpapers eval confidence --write`; `askpapers eval quotes` shows what it buys."""

FITTED_ON = "bge-small-en-v1.5-int8"
SIGNS = 5


@dataclass(frozen=True, slots=True)
class Candidates:
    """Every sentence that could be quoted for a question, each with the hit it stands in: the
    vector of the question (dimension,), those of the sentences (n, dimension), their signs
    (n, SIGNS). `asked` is the question in the hits' spelling.
    """

    question: NDArray[np.float32]
    sentences: tuple[tuple[Quote, Hit], ...]
    vectors: NDArray[np.float32]
    signs: NDArray[np.float32]
    asked: str


@dataclass(frozen=True, slots=True)
class Nearness:
    """What each sign is worth, in log-odds, and the projections (dimension, rank) of questions and
    of sentences, whose product counts beside them; empty ones do not.
    """

    worth: NDArray[np.float32]
    question: NDArray[np.float32]
    sentence: NDArray[np.float32]

    def log_odds(self, found: Candidates) -> NDArray[np.float32]:
        """Of each sentence (n,), to say what is asked rather than another; only their differences
        mean something.
        """
        by_signs = found.signs @ self.worth
        if not self.question.size:
            return np.asarray(by_signs)
        return np.asarray(
            by_signs + found.vectors @ (self.sentence @ (found.question @ self.question))
        )


@dataclass(frozen=True, slots=True)
class FittedNearness:
    """As fitted: for vectors of FITTED_ON, and for those of any other model, by the signs alone."""

    own: Nearness
    other: NDArray[np.float32]

    def for_vectors(self, embedder: str) -> Nearness:
        """What to weigh by where the model of this name made the vectors."""
        return self.own if embedder == FITTED_ON else by_signs(self.other)


def by_signs(worth: NDArray[np.float32]) -> Nearness:
    """Without projections."""
    nothing = np.zeros((0, 0), dtype=np.float32)
    return Nearness(worth, nothing, nothing)


def signs_of(
    query: str, sentences: Sequence[tuple[Quote, Hit]], cosines: NDArray[np.float32]
) -> NDArray[np.float32]:
    """The signs (n, SIGNS) of sentences; those of one chunk stand one after the other."""
    stems = content_stems(query)
    chunks: dict[str, list[int]] = {}
    for row, (_, hit) in enumerate(sentences):
        chunks.setdefault(hit.chunk.chunk_id, []).append(row)
    signs = np.zeros((len(sentences), SIGNS), dtype=np.float32)
    signs[:, 0] = cosines
    for row, (quote, hit) in enumerate(sentences):
        signs[row, 1:3] = overlap(stems, hit.chunk.title, quote.text), hit.score
    for rows in chunks.values():
        signs[rows, 3] = cosines[rows].max()
        signs[rows, 4] = np.arange(len(rows)) / max(1, len(rows) - 1)
    return signs


def overlap(question: Sequence[str], title: str, sentence: str) -> float:
    """Share of the question's stems that the sentence holds; a stem only in the title counts half.

    1.0 when all are there, 0.0 when none is, or the question has none.
    """
    stems = dict.fromkeys(question)
    if not stems:
        return 0.0
    in_sentence, in_title = set(content_stems(sentence)), set(content_stems(title))
    points = sum(1.0 if s in in_sentence else 0.5 if s in in_title else 0.0 for s in stems)
    return points / len(stems)


@cache
def fitted_nearness() -> FittedNearness:
    """The weights as fitted."""
    with np.load(WEIGHTS) as kept:
        parts = {name: kept[name].astype(np.float32) for name in kept.files}
    return FittedNearness(
        Nearness(parts["worth"], parts["question"], parts["sentence"]), parts["other"]
    )


def write_nearness(fitted: FittedNearness, path: Path = WEIGHTS) -> None:
    """Keep `fitted` for `fitted_nearness`, in half precision: 50 KB, and no other choice."""
    np.savez_compressed(
        path,
        worth=fitted.own.worth.astype(np.float16),
        question=fitted.own.question.astype(np.float16),
        sentence=fitted.own.sentence.astype(np.float16),
        other=fitted.other.astype(np.float16),
    )
