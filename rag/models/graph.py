"""Rewrites an ONNX graph, and cuts it down to what some of its values need.

A probe that reads a middle layer (see `rag.models.answering`) needs none of what comes after it,
but onnxruntime computes a whole graph whichever output is asked for.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rag.models.protobuf import Field, fields, texts, written, written_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Field numbers of onnx.proto: of a model, of its graph, of a node, of an attribute, a tensor, a
# value, its type and shape.
_GRAPH, _OPERATORS = 7, 8
_NODE, _INITIALIZER, _INPUT, _OUTPUT, _VALUE_INFO = 1, 5, 11, 12, 13
_INPUTS, _OUTPUTS, _OPERATOR, _ATTRIBUTE, _DOMAIN = 1, 2, 4, 5, 7
_ATTRIBUTE_NAME, _ATTRIBUTE_NUMBER, _ATTRIBUTE_TYPE, _IS_NUMBER = 1, 3, 20, 2
_TENSOR_SIZE, _TENSOR_TYPE, _TENSOR_FLOATS, _TENSOR_NUMBERS, _TENSOR_NAME, _TENSOR_BYTES, _INT64 = (
    1,
    2,
    4,
    5,
    8,
    9,
    7,
)
_VALUE_NAME, _VALUE_TYPE, _TENSOR, _ELEMENT, _SHAPE, _SIZE, _LENGTH = 1, 2, 1, 1, 2, 1, 1

_TYPES = {np.dtype(np.float32): 1, np.dtype(np.int8): 3}


@dataclass(frozen=True, slots=True)
class Node:
    """An operation of a graph; `attributes` as they are written."""

    operator: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    domain: str = ""
    attributes: tuple[bytes, ...] = ()


def rewritten(
    model: bytes,
    change: Callable[[Node], Sequence[Node]],
    constants: Mapping[str, int],
    inputs: Sequence[str] = (),
    domain: str = "",
) -> bytes:
    """`model` with each node replaced by what `change` makes of it.

    The new nodes may read the `constants` and the further `inputs`, each one whole number, and be
    of the first version of `domain`. What the graph says of the shapes of its values is left out,
    for they may not hold any more. Raises ValueError where the bytes are no protobuf message.
    """
    domain_too = written(_OPERATORS, written(1, domain) + written_number(2, 1)) if domain else b""
    more = [
        *(written(_INITIALIZER, _constant(*item)) for item in constants.items()),
        *(written(_INPUT, _whole_number(name)) for name in inputs),
    ]

    def graph(content: memoryview) -> bytes:
        kept: list[bytes | memoryview] = []
        for field in fields(content):
            if field.number == _NODE:
                kept += [written(_NODE, _written_node(node)) for node in change(_node(field))]
            elif field.number != _VALUE_INFO:
                kept.append(field.raw)
        return b"".join([*kept, *more])

    return _with_graph(model, graph) + domain_too


def cut(model: bytes, *values: str) -> bytes:
    """`model` with `values` as its only outputs, without the nodes and weights they do not need.

    What is left computes them exactly as before. Raises ValueError where nothing in the graph
    computes one of them, or the bytes are no protobuf message.
    """
    return _with_graph(model, lambda content: _cut_graph(content, values))


def nodes(model: bytes) -> Iterator[Node]:
    """The operations of `model`, in their order. Raises ValueError where it is no such message."""
    for part in _graph_fields(model):
        if part.number == _NODE:
            yield _node(part)


def tensors(model: bytes, names: Collection[str]) -> dict[str, NDArray[np.float32 | np.int8]]:
    """The constant tensors of `model` among `names`: of floats, or of whole numbers of 8 bits.

    Raises ValueError where one is not there, or of another type.
    """
    found = {
        name: _array(part.content)
        for part in _graph_fields(model)
        if part.number == _INITIALIZER
        for name in texts(fields(part.content), _TENSOR_NAME)
        if name in names
    }
    if absent := sorted(set(names) - set(found)):
        raise ValueError(f"the graph has no constant {absent[0]!r}")
    return found


def with_tensors(model: bytes, new: Mapping[str, NDArray[np.float32 | np.int8]]) -> bytes:
    """`model` with the constants named in `new` replaced, whatever their shape was.

    Raises ValueError where one is not there, or the new one is not of a type that `tensors` reads.
    """
    tensors(model, new)

    def graph(content: memoryview) -> bytes:
        kept: list[bytes | memoryview] = []
        for part in fields(content):
            named = texts(fields(part.content), _TENSOR_NAME) if part.number == _INITIALIZER else ()
            if named and named[0] in new:
                kept.append(written(_INITIALIZER, _written_array(named[0], new[named[0]])))
            else:
                kept.append(part.raw)
        return b"".join(kept)

    return _with_graph(model, graph)


def attribute(name: str, value: int) -> bytes:
    """An attribute of a node that is a whole number."""
    number = written_number(_ATTRIBUTE_NUMBER, value)
    return written(_ATTRIBUTE_NAME, name) + number + written_number(_ATTRIBUTE_TYPE, _IS_NUMBER)


def _with_graph(model: bytes, change: Callable[[memoryview], bytes]) -> bytes:
    return b"".join(
        written(_GRAPH, change(field.content)) if field.number == _GRAPH else field.raw
        for field in fields(memoryview(model))
    )


def _graph_fields(model: bytes) -> Iterator[Field]:
    for part in fields(memoryview(model)):
        if part.number == _GRAPH:
            yield from fields(part.content)


def _array(tensor: memoryview) -> NDArray[np.float32 | np.int8]:
    """A tensor: its numbers are written as bytes, or one by one where there are few."""
    parts = list(fields(tensor))
    shape = [part.value for part in parts if part.number == _TENSOR_SIZE]
    kinds = [part.value for part in parts if part.number == _TENSOR_TYPE]
    content = {part.number: part.content for part in parts}
    match kinds:
        case [1] if written_as := content.get(_TENSOR_BYTES) or content.get(_TENSOR_FLOATS):
            return np.frombuffer(written_as, "<f4").reshape(shape)
        case [3] if written_as := content.get(_TENSOR_BYTES) or content.get(_TENSOR_NUMBERS):
            return np.frombuffer(written_as, np.int8).reshape(shape)
    raise ValueError(f"a constant of the graph is of type {kinds}, not of floats or bytes")


def _written_array(name: str, array: NDArray[np.float32 | np.int8]) -> bytes:
    shape = b"".join(written_number(_TENSOR_SIZE, size) for size in array.shape)
    if array.dtype not in _TYPES:
        raise ValueError(f"the constant {name!r} would be of {array.dtype}, not of floats or bytes")
    kind = written_number(_TENSOR_TYPE, _TYPES[array.dtype])
    return shape + kind + written(_TENSOR_NAME, name) + written(_TENSOR_BYTES, array.tobytes())


def _cut_graph(graph: memoryview, values: Sequence[str]) -> bytes:
    parts = list(fields(graph))
    wanted = set(values)
    kept: set[int] = set()
    computed: set[str] = set()
    for part in reversed(parts):  # a graph lists a node after those whose outputs it reads
        if part.number != _NODE:
            continue
        node = _node(part)
        computed.update(node.outputs)
        if wanted.intersection(node.outputs):
            wanted.update(node.inputs)
            kept.add(id(part))
    if absent := [value for value in values if value not in computed]:
        raise ValueError(f"no node of the graph computes {absent[0]!r}")

    def stays(part: Field) -> bool:
        if part.number == _NODE:
            return id(part) in kept
        if part.number == _INITIALIZER:
            return bool(wanted.intersection(texts(fields(part.content), _TENSOR_NAME)))
        return part.number != _OUTPUT

    # Outputs of which only the names are told: onnxruntime finds their types.
    outputs = [written(_OUTPUT, written(_VALUE_NAME, value)) for value in values]
    return b"".join([*(part.raw for part in parts if stays(part)), *outputs])


def _node(field: Field) -> Node:
    parts = list(fields(field.content))
    return Node(
        operator="".join(texts(parts, _OPERATOR)),
        inputs=texts(parts, _INPUTS),
        outputs=texts(parts, _OUTPUTS),
        domain="".join(texts(parts, _DOMAIN)),
        attributes=tuple(bytes(part.content) for part in parts if part.number == _ATTRIBUTE),
    )


def _written_node(node: Node) -> bytes:
    return b"".join(
        (
            _each(_INPUTS, node.inputs),
            _each(_OUTPUTS, node.outputs),
            written(_OPERATOR, node.operator),
            written(_DOMAIN, node.domain) if node.domain else b"",
            _each(_ATTRIBUTE, node.attributes),
        )
    )


def _each(number: int, contents: Iterable[bytes | str]) -> bytes:
    return b"".join(written(number, content) for content in contents)


def _constant(name: str, value: int) -> bytes:
    size = written_number(_TENSOR_SIZE, 1) + written_number(_TENSOR_TYPE, _INT64)
    return size + written(_TENSOR_NAME, name) + written(_TENSOR_BYTES, struct.pack("<q", value))


def _whole_number(name: str) -> bytes:
    """The input called `name`: one whole number."""
    shape = written(_SHAPE, written(_SIZE, written_number(_LENGTH, 1)))
    kind = written(_TENSOR, written_number(_ELEMENT, _INT64) + shape)
    return written(_VALUE_NAME, name) + written(_VALUE_TYPE, kind)
