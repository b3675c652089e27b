"""What the cross-encoder learned about questions: small additions to the weights of its layers.

It was trained to put passages on a topic high. Fitted on questions with and without an answer in
what was found for them, its layers see better whether the words of a question find what they ask
for. To each matrix a product of two thin ones is added (LoRA; Hu et al., 2021),
which is small to keep; the sums are quantized again as the model is loaded, so that nothing more
is computed for a question.

A question that is put to several papers, one by one, is read by a second model with additions of
its own: what tells a part of an answer the first has learned to be none.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.models.graph import nodes, tensors, with_tensors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

WEIGHTS = Path(__file__).with_name("tuned.npz")
"""Written by `askpapers eval tune --write`; the figures it prints say what that changes. What ships
was learned by the same losses in six rounds (docs/trust.md)."""
PART_WEIGHTS = Path(__file__).with_name("tuned_parts.npz")
"""Written by `askpapers eval several --data DIR --write`, likewise, onward from the others."""

TUNED_LAYERS = tuple(range(9))
"""Counted from 0, of 12: up to the last that the probes read."""

MATRICES = (
    "attention/self/query",
    "attention/self/key",
    "attention/self/value",
    "attention/output/dense",
    "intermediate/dense",
    "output/dense",
)
"""Of each layer; a matrix is called by its layer and this, as in `6/output/dense`."""

Additions = Mapping[str, tuple["Floats", "Floats"]]
"""By the matrix: (inputs, rank) and (rank, outputs), whose product is added to it."""


def tuned(model: bytes, weights: Path = WEIGHTS) -> bytes:
    """The cross-encoder `model`, int8, with what it learned, whole answers or, with PART_WEIGHTS,
    parts.

    Raises ValueError where the bytes are no protobuf message or some other graph.
    """
    return with_additions(model, learned_additions(weights))


def learned_additions(weights: Path = WEIGHTS) -> Additions:
    """The additions as learned."""
    with np.load(weights) as arrays:
        kept = {name: arrays[name].astype(np.float32) for name in arrays.files}
    named = {name.rpartition("/")[0] for name in kept}
    return {name: (kept[f"{name}/down"], kept[f"{name}/up"]) for name in sorted(named)}


def write_additions(additions: Additions, path: Path = WEIGHTS) -> None:
    """Keep them for `learned_additions`, in half precision."""
    arrays = {
        f"{name}/{part}": matrix.astype(np.float16)
        for name, pair in sorted(additions.items())
        for part, matrix in zip(("down", "up"), pair, strict=True)
    }
    np.savez_compressed(path, allow_pickle=False, **arrays)


def weights_of(model: bytes) -> dict[str, Floats]:
    """The matrices of TUNED_LAYERS, (inputs, outputs) each, as the int8 `model` has them.

    Raises ValueError where it is some other graph.
    """
    bases = _bases(model)
    kept = tensors(model, [f"{base}{part}" for base in bases.values() for part in _SUFFIXES])
    if shifted := [base for base in bases.values() if kept[f"{base}_zero_point"].any()]:
        raise ValueError(f"the weights {shifted[0]!r} are not quantized around zero")
    return {
        name: kept[f"{base}_quantized"].astype(np.float32) * kept[f"{base}_scale"]
        for name, base in bases.items()
    }


def with_additions(model: bytes, additions: Additions) -> bytes:
    """`model` with `additions` to its weights, those matrices quantized again, by columns.

    Raises ValueError where it is some other graph, or an addition is to none of its matrices.
    """
    bases, weights = _bases(model), weights_of(model)
    new: dict[str, NDArray[np.float32 | np.int8]] = {}
    if unknown := sorted(set(additions) - set(weights)):
        raise ValueError(f"no matrix of the tuned layers is called {unknown[0]!r}")
    for name, (down, up) in additions.items():
        matrix = weights[name] + down @ up
        scale = (np.maximum(np.abs(matrix).max(axis=0), _LEAST) / 127).astype(np.float32)
        new[f"{bases[name]}_quantized"] = np.rint(matrix / scale).astype(np.int8)
        new[f"{bases[name]}_scale"] = scale
    return with_tensors(model, new)


_SUFFIXES = ("_quantized", "_scale", "_zero_point")
_LEAST = 1e-9  # of a column's largest number: a column of zeros has a scale, too


def _bases(model: bytes) -> dict[str, str]:
    """What the graph calls each matrix: its numbers, their scale and their zero begin with that."""
    multiplied = {
        f"/bert/encoder/layer.{layer}/{place}/MatMul_output_0_output_quantized": f"{layer}/{place}"
        for layer in TUNED_LAYERS
        for place in MATRICES
    }
    found = {
        multiplied[node.outputs[0]]: node.inputs[1].removesuffix("_quantized")
        for node in nodes(model)
        if node.operator == "MatMulInteger" and node.outputs[0] in multiplied
    }
    if absent := sorted(set(multiplied.values()) - set(found)):
        raise ValueError(f"no node of the graph multiplies by {absent[0]!r}")
    return found
