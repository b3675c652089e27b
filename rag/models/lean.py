"""The cross-encoder's graph, made to compute no more than the probes read (a fifth less time).

Texts are read one at a time, so none of them is padded and attention needs no mask: the fourteen
nodes of it in each layer become one of onnxruntime's own. And only the question's tokens are
probed (see `rag.models.answering`): the last layer is computed for them alone, while they still
look at all the others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.models.answering import LAYERS
from rag.models.graph import Node, attribute, cut, rewritten

FIRST_TOKENS = "first_tokens"
"""The graph's further input: how many tokens, from the first, the states are wanted of."""

_HEADS = 12
_ATTENTION = re.compile(r"(.+/attention/self/)Reshape_3_output_0")
_BEFORE, _LAST = LAYERS
_ATTENDING = _LAST.replace("output/LayerNorm/Add_1_output_0", "attention/")
_FEW = f"{_BEFORE}_first"
_PARTS = ("_quantized", "_scale", "_zero_point")  # what a value is quantized into
_NONE, _SECOND = "no_tokens", "second_axis"
# The nodes of the last layer that make queries of the layer before and add it to what they found.
_OF_FEW = tuple(
    _ATTENDING + name
    for name in (
        "self/query/MatMul_output_0_output_quantized",
        "self/query/MatMul_quant_scales_mul:0",
        "output/Add_output_0",
    )
)
_RENAMED = {_BEFORE: _FEW} | {f"{_BEFORE}{part}": f"{_FEW}{part}" for part in _PARTS}


def lean(model: bytes) -> bytes:
    """The cross-encoder `model`, int8, with the states behind LAYERS of its first FIRST_TOKENS
    tokens as its outputs, each (1, tokens, width).

    Raises ValueError where the bytes are no protobuf message or some other graph.
    """
    constants = {_NONE: 0, _SECOND: 1}
    return cut(rewritten(model, _leaner, constants, (FIRST_TOKENS,), "com.microsoft"), _FEW, _LAST)


def _leaner(node: Node) -> Sequence[Node]:
    made = node.outputs[0]
    if match := _ATTENTION.fullmatch(made):
        attended = tuple(f"{match[1]}{name}/Add_output_0" for name in ("query", "key", "value"))
        heads = (attribute("num_heads", _HEADS),)
        return [Node("MultiHeadAttention", attended, (made,), "com.microsoft", heads)]
    if made == _BEFORE:
        few = Node("Slice", (made, _NONE, FIRST_TOKENS, _SECOND), (_FEW,))
        parts = tuple(f"{_FEW}{part}" for part in _PARTS)
        return [node, few, Node("DynamicQuantizeLinear", (_FEW,), parts)]
    if made in _OF_FEW:
        return [replace(node, inputs=tuple(_RENAMED.get(name, name) for name in node.inputs))]
    return [node]
