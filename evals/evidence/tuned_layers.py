"""The layers of the cross-encoder that are tuned, as JAX computes and differentiates them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np

from evals.evidence.tuning_batches import Batch
from rag.models.answering import WIDTH
from rag.models.graph import tensors
from rag.models.tuned import MATRICES, TUNED_LAYERS, weights_of

HEADS = 12
BEFORE = "/bert/embeddings/LayerNorm/Add_1_output_0"
"""The value in the graph from which these layers are computed: before the first."""

Arrays = dict[str, jax.Array]
Pairs = dict[str, tuple[jax.Array, jax.Array]]
"""Additions by the matrix, as `rag.models.tuned` has them."""

_NORMS = ("attention.output.LayerNorm", "output.LayerNorm")


def frozen_weights(model: bytes) -> Arrays:
    """All that the layers of the int8 `model` compute with; matrices in bfloat16, which a
    processor that has them in hardware multiplies several times faster. Raises ValueError where it
    is some other graph.
    """
    vectors = [
        f"bert.encoder.layer.{layer}.{name}"
        for layer in TUNED_LAYERS
        for name in (
            *(f"{place.replace('/', '.')}.bias" for place in MATRICES),
            *(f"{norm}.{part}" for norm in _NORMS for part in ("weight", "bias")),
        )
    ]
    matrices = {
        name: jnp.array(matrix).astype(jnp.bfloat16) for name, matrix in weights_of(model).items()
    }
    named = {
        name.removeprefix("bert.encoder.layer."): jnp.array(vector)
        for name, vector in tensors(model, vectors).items()
    }
    return matrices | named


def blank_additions(rank: int, seed: int) -> Pairs:
    """Additions that change nothing yet: the first of each pair is drawn, the second is zero."""
    drawn = np.random.default_rng(seed)
    sizes = {"intermediate/dense": (WIDTH, 4 * WIDTH), "output/dense": (4 * WIDTH, WIDTH)}
    pairs: Pairs = {}
    for layer in TUNED_LAYERS:
        for place in MATRICES:
            inputs, outputs = sizes.get(place, (WIDTH, WIDTH))
            down = drawn.normal(0, 1 / math.sqrt(inputs), (inputs, rank))
            pairs[f"{layer}/{place}"] = (
                jnp.array(down, jnp.float32),
                jnp.zeros((rank, outputs), jnp.float32),
            )
    return pairs


def probed_states(additions: Pairs, frozen: Arrays, batch: Batch) -> jax.Array:
    """What the probes read, (n, 2 * WIDTH): mean states of the question's tokens behind the last
    two layers.
    """
    layers = _Layers(additions, frozen)
    here = batch.asked[..., None]
    count = here.sum(1)
    states = batch.states.astype(jnp.float32)
    for layer in TUNED_LAYERS[:-1]:
        states = layers.computed(layer, states, states, batch.mask)
    few = jnp.take_along_axis(states, batch.places[..., None], 1)
    last = layers.computed(TUNED_LAYERS[-1], few, states, batch.mask)
    return jnp.concatenate([(few * here).sum(1) / count, (last * here).sum(1) / count], -1)


@dataclass(frozen=True, slots=True)
class _Layers:
    additions: Pairs
    frozen: Arrays

    def computed(self, layer: int, few: jax.Array, states: jax.Array, mask: jax.Array) -> jax.Array:
        """The states behind `layer` of the tokens `few`, which look at all `states`."""
        query, key, value = (
            self._heads(layer, place, of)
            for place, of in zip(MATRICES, (few, states, states), strict=False)
        )
        near = jnp.einsum("bhqd,bhkd->bhqk", query, key, preferred_element_type=jnp.float32)
        near = near / math.sqrt(WIDTH // HEADS) + (1 - mask[:, None, None, :]) * -1e9
        look = jax.nn.softmax(near, -1).astype(jnp.bfloat16)
        seen = jnp.einsum("bhqk,bhkd->bqhd", look, value, preferred_element_type=jnp.float32)
        seen = seen.reshape(few.shape)
        looked = self._norm(layer, _NORMS[0], self._times(layer, MATRICES[3], seen) + few)
        wide = jax.nn.gelu(self._times(layer, MATRICES[4], looked), approximate=False)
        return self._norm(layer, _NORMS[1], self._times(layer, MATRICES[5], wide) + looked)

    def _heads(self, layer: int, place: str, states: jax.Array) -> jax.Array:
        n, tokens, _ = states.shape
        found = self._times(layer, place, states).reshape(n, tokens, HEADS, WIDTH // HEADS)
        return found.transpose(0, 2, 1, 3).astype(jnp.bfloat16)

    def _times(self, layer: int, place: str, states: jax.Array) -> jax.Array:
        name = f"{layer}/{place}"
        bias = self.frozen[f"{layer}.{place.replace('/', '.')}.bias"]
        plain = _dot(states, self.frozen[name]) + bias
        if name not in self.additions:
            return plain
        down, up = self.additions[name]
        return plain + _dot(_dot(states, down), up)

    def _norm(self, layer: int, name: str, states: jax.Array) -> jax.Array:
        centred = states - states.mean(-1, keepdims=True)
        spread = jnp.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12)
        weight, bias = (self.frozen[f"{layer}.{name}.{part}"] for part in ("weight", "bias"))
        return centred / spread * weight + bias


def _dot(states: jax.Array, matrix: jax.Array) -> jax.Array:
    return jnp.dot(states.astype(jnp.bfloat16), matrix.astype(jnp.bfloat16)).astype(jnp.float32)
