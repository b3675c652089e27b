"""Questions with what was read for them, laid out in batches of few shapes.

A shape is compiled once, and takes as long as its longest text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from rag.models.answering import WIDTH

SENTENCES = 6
"""Of a question in a batch; what is missing is filled up, and not counted."""

QUESTIONS = 8
"""Of a batch."""

_LENGTHS, _FEW = (48, 64, 80, 96, 192), (16, 32, 64, 192)  # tokens of a pair, and of its question


@dataclass(frozen=True, slots=True)
class Lesson:
    """One question with the sentences read for it: `states`, of each (tokens, WIDTH) before the
    first of the tuned layers; `of_first`, how many of the tokens are the question's; `says` (n,),
    whether a sentence says what is asked, the `hits` (n,) it was found by, and whether any does.
    """

    states: tuple[NDArray[np.float16], ...]
    of_first: int
    says: NDArray[np.bool_]
    hits: NDArray[np.float64]
    answerable: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """Pairs of texts as the tuned layers get them: `states` (n, tokens, WIDTH), of which `mask`
    (n, tokens) are there, and `places` (n, few) those of the question's tokens, without the very
    first, of which `asked` (n, few) are there.
    """

    states: jax.Array
    mask: jax.Array
    places: jax.Array
    asked: jax.Array


@dataclass(frozen=True, slots=True)
class Labels:
    """Of a batch's sentences, each (questions, SENTENCES): which are `there`, which of them say
    what is asked, and their hits; of its questions, whether they are `answerable`, and whether it
    is `known` of some of their sentences that they say it, and of others that they do not.
    """

    there: jax.Array
    says: jax.Array
    hits: jax.Array
    answerable: jax.Array
    known: jax.Array


for _kind in (Batch, Labels):
    jax.tree_util.register_dataclass(_kind, [field.name for field in fields(_kind)], [])


def batches(lessons: Sequence[Lesson], drawn: np.random.Generator) -> list[list[int]]:
    """Places of lessons, of like length together, in an order that is drawn."""
    lengths = [(*shape_of(lesson.states, [lesson.of_first]), drawn.uniform()) for lesson in lessons]
    order = sorted(range(len(lessons)), key=lengths.__getitem__)
    batches = [order[at : at + QUESTIONS] for at in range(0, len(order), QUESTIONS)]
    return [batches[at] for at in drawn.permutation(len(batches)).tolist()]


def batch_of(lessons: Sequence[Lesson]) -> Batch:
    """Every lesson with SENTENCES sentences; what is repeated to fill up is not `there`."""
    states = [state for lesson in lessons for state in _filled(lesson.states)]
    first = [lesson.of_first for lesson in lessons for _ in range(SENTENCES)]
    rows = QUESTIONS * SENTENCES  # the last batch is filled up, too
    states += states[:1] * (rows - len(states))
    first += first[:1] * (rows - len(first))
    return padded(states, first, *shape_of(states, first))


def labels_of(lessons: Sequence[Lesson]) -> Labels:
    """The labels of a batch of them."""
    shape = (QUESTIONS, SENTENCES)
    there, says, hits = np.zeros(shape, bool), np.zeros(shape), np.zeros(shape)
    answerable = np.zeros(QUESTIONS)
    for row, lesson in enumerate(lessons):
        count = min(SENTENCES, len(lesson.states))
        there[row, :count] = True
        says[row, :count], hits[row, :count] = lesson.says[:count], lesson.hits[:count]
        answerable[row] = lesson.answerable
    known = (says > 0).any(1) & ((says == 0) & there).any(1)
    said, found, told = (array.astype(np.float32) for array in (says, hits, answerable))
    return Labels(*map(jnp.asarray, (there, said, found, told, known)))


def _filled(states: Sequence[NDArray[np.float16]]) -> list[NDArray[np.float16]]:
    kept = list(states[:SENTENCES])
    return kept + kept[:1] * (SENTENCES - len(kept))


def padded(
    states: Sequence[NDArray[np.float16]], first: Sequence[int], tokens: int, few: int
) -> Batch:
    """Pairs of `states` (tokens, WIDTH), of which the `first` are the question's, filled up."""
    shape = (len(states), tokens)
    filled, mask = np.zeros((*shape, WIDTH), np.float16), np.zeros(shape, np.float32)
    places, asked = np.zeros((len(states), few), np.int32), np.zeros((len(states), few), np.float32)
    for row, (state, count) in enumerate(zip(states, first, strict=True)):
        filled[row, : len(state)], mask[row, : len(state)] = state, 1
        own = np.arange(1, count)[:few]
        places[row, : len(own)], asked[row, : len(own)] = own, 1
    return Batch(*map(jnp.asarray, (filled, mask, places, asked)))


def shape_of(states: Sequence[NDArray[np.float16]], first: Sequence[int]) -> tuple[int, int]:
    """The smallest shape, tokens of a pair and of its question, that takes all of them."""
    longest, most = max(len(state) for state in states), max(first)
    return (
        next(length for length in _LENGTHS if length >= longest),
        next(few for few in _FEW if few >= most),
    )
