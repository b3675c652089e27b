"""Tunes the cross-encoder's layers to questions: which sentences say what is asked, if any does.

Low-rank additions (LoRA; Hu et al., 2021) and both probes are fitted together, by the losses that
`probe_fit` fits the probes alone by; on states before the first of the layers, which never change
and so are computed once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp
import numpy as np

from evals.evidence.tuned_layers import Arrays, Pairs, blank_additions, probed_states
from evals.evidence.tuning_batches import (
    QUESTIONS,
    Batch,
    Labels,
    Lesson,
    batch_of,
    batches,
    labels_of,
    padded,
    shape_of,
)
from rag.models.answering import WIDTH, Probe, Probes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rag.models.tuned import Additions
    from rag.models.weights import Progress

RANK = 16
RATE = 5e-4
SENTENCE_SHARE = 0.1  # as in `probe_fit`
_WARM_STEPS = 30
_ROWS = 48  # read at once
_NOWHERE = -1e9  # the logit of a sentence that is not there


@dataclass(frozen=True, slots=True)
class _Weights:
    """What is fitted."""

    additions: Pairs
    head: Arrays


jax.tree_util.register_dataclass(_Weights, ["additions", "head"], [])


def tune(
    lessons: Sequence[Lesson],
    frozen: Arrays,
    start: tuple[Additions, Probes],
    epochs: int,
    seed: int = 0,
    progress: Progress | None = None,
) -> tuple[Additions, Probes]:
    """Additions to the `frozen` layers, and the probes fitted with them, beginning at `start`.

    The same for the same lessons and `seed` on one machine. By Adam (Kingma and Ba, 2015), its
    rate rising at first and falling as a cosine to the end.
    """
    drawn = np.random.default_rng(seed)
    lessons = [lesson for lesson in lessons if lesson.states]
    steps = epochs * math.ceil(len(lessons) / QUESTIONS)
    additions, probes = start
    weights = _Weights(_pairs(additions), _head(probes))
    speed = power = jax.tree.map(jnp.zeros_like, weights)
    done = 0
    for _ in range(epochs):
        for chosen in batches(lessons, drawn):
            part = [lessons[place] for place in chosen]
            loss, slope = _slope(weights, frozen, batch_of(part), labels_of(part))
            done += 1
            rate = RATE * min(1, done / _WARM_STEPS) * (1 + math.cos(math.pi * done / steps)) / 2
            weights, speed, power = _step(weights, slope, speed, power, done, rate)
            if progress:
                progress(f"tuning, loss {float(loss):.2f}", done, steps)
    return _kept(weights.additions), _probes(weights.head)


def no_additions() -> Additions:
    """Additions that change nothing."""
    return _kept(blank_additions(RANK, 0))


def _pairs(additions: Additions) -> Pairs:
    return {name: (jnp.array(down), jnp.array(up)) for name, (down, up) in additions.items()}


def _kept(pairs: Pairs) -> Additions:
    return {name: (np.asarray(down), np.asarray(up)) for name, (down, up) in pairs.items()}


def tuned_states(
    lessons: Sequence[Lesson], frozen: Arrays, additions: Additions
) -> list[NDArray[np.float32]]:
    """What the probes read of each lesson's sentences, (n, 2 * WIDTH)."""
    kept = _pairs(additions)
    found = [np.zeros((len(lesson.states), 2 * WIDTH), np.float32) for lesson in lessons]
    shapes: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for place, lesson in enumerate(lessons):
        for number, states in enumerate(lesson.states):
            shape = shape_of([states], [lesson.of_first])
            shapes.setdefault(shape, []).append((place, number))
    for (tokens, few), rows in shapes.items():
        for begin in range(0, len(rows), _ROWS):
            own = rows[begin : begin + _ROWS]
            full = own + own[-1:] * (_ROWS - len(own))
            batch = padded(
                [lessons[place].states[number] for place, number in full],
                [lessons[place].of_first for place, _ in full],
                tokens,
                few,
            )
            read = np.asarray(_read(kept, frozen, batch))
            for (place, number), values in zip(own, read, strict=False):
                found[place][number] = values
    return found


def _head(start: Probes) -> Arrays:
    says = np.zeros(2 * WIDTH, np.float32)
    says[: len(start.says.weights)] = start.says.weights
    return {
        "says": jnp.array(says),
        "bias": jnp.float32(start.says.bias),
        "ranks": jnp.array(start.ranks.weights),
        "hit": jnp.float32(start.hit),
        "offset": jnp.float32(0),  # of questions' logits: how many sentences were read moves them
    }


def _probes(head: Arrays) -> Probes:
    says = Probe(float(head["bias"]), np.asarray(head["says"]))
    return Probes(says, Probe(0.0, np.asarray(head["ranks"])), float(head["hit"]))


def _loss(weights: _Weights, frozen: Arrays, batch: Batch, labels: Labels) -> jax.Array:
    """A question is answerable if one of its sentences says it, as a noisy "or"; each sentence's
    own label counts a little; and those that say it come first, listwise (see `probe_fit`).
    """
    states = probed_states(weights.additions, frozen, batch)
    states = states.reshape(*labels.says.shape, 2 * WIDTH)
    head = weights.head
    says = jnp.where(labels.there, states @ head["says"] + head["bias"], _NOWHERE)
    ranks = jnp.where(labels.there, states @ head["ranks"] + head["hit"] * labels.hits, _NOWHERE)
    any_says = jax.nn.logsumexp(says, 1) + head["offset"]
    of_questions = jax.nn.softplus(any_says) - labels.answerable * any_says
    each = jnp.where(labels.there, jax.nn.softplus(says) - labels.says * says, 0).sum(1)
    drawn = jax.nn.log_softmax(ranks, 1)
    listed = -jax.nn.logsumexp(jnp.where(labels.says > 0, drawn, _NOWHERE), 1)
    in_order = jnp.where(labels.known, listed, 0)
    return jnp.asarray((of_questions + SENTENCE_SHARE * each + in_order).mean())


_slope = jax.jit(jax.value_and_grad(_loss))
_read = jax.jit(probed_states)


@jax.jit
def _step(
    weights: _Weights, slope: _Weights, speed: _Weights, power: _Weights, step: int, rate: float
) -> tuple[_Weights, _Weights, _Weights]:
    """One step of Adam; the probes, which begin near their end, take half of it."""
    speed = jax.tree.map(lambda old, new: 0.9 * old + 0.1 * new, speed, slope)
    power = jax.tree.map(lambda old, new: 0.999 * old + 0.001 * new**2, power, slope)

    def lower(own: jax.Array, fast: jax.Array, wide: jax.Array, share: float = 1.0) -> jax.Array:
        moved = fast / (1 - 0.9**step) / (jnp.sqrt(wide / (1 - 0.999**step)) + 1e-8)
        return own - share * rate * moved

    additions = jax.tree.map(lower, weights.additions, speed.additions, power.additions)
    head = jax.tree.map(partial(lower, share=0.5), weights.head, speed.head, power.head)
    return _Weights(additions, head), speed, power
