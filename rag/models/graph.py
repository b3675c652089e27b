"""Cuts an ONNX graph down to what some of its values need.

A probe that reads a middle layer (see `rag.models.answering`) needs none of what comes after it,
but onnxruntime computes a whole graph whichever output is asked for. The `onnx` package could cut
it too; it would be 15 MB to install and seconds to load, for what is a filter over a list of nodes.
So the few fields that matter are read as protobuf's wire format here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

# Field numbers of onnx.proto: of a model, of its graph, of a node, of an initializer.
_GRAPH = 7
_NODE, _INITIALIZER, _OUTPUT = 1, 5, 12
_INPUTS, _OUTPUTS = 1, 2
_TENSOR_NAME = 8
_VALUE_NAME = 1


@dataclass(frozen=True, slots=True)
class _Field:
    """A field of a message: its number, its content where it has a length, and all its bytes."""

    number: int
    content: memoryview
    raw: memoryview


def cut(model: bytes, *values: str) -> bytes:
    """`model` with `values` as its only outputs, without the nodes and weights they do not need.

    What is left computes them exactly as before. Raises ValueError where nothing in the graph
    computes one of them, or the bytes are no protobuf message.
    """
    return b"".join(
        _written(_GRAPH, _cut_graph(field.content, values)) if field.number == _GRAPH else field.raw
        for field in _fields(memoryview(model))
    )


def _cut_graph(graph: memoryview, values: Sequence[str]) -> bytes:
    fields = list(_fields(graph))
    nodes = [field for field in fields if field.number == _NODE]
    wanted = {value.encode() for value in values}
    kept: set[int] = set()
    computed: set[bytes] = set()
    for node in reversed(nodes):  # a graph lists a node after those whose outputs it reads
        names = list(_fields(node.content))
        outputs = _contents(names, _OUTPUTS)
        computed.update(outputs)
        if wanted.intersection(outputs):
            wanted.update(_contents(names, _INPUTS))
            kept.add(id(node))
    if absent := [value for value in values if value.encode() not in computed]:
        raise ValueError(f"no node of the graph computes {absent[0]!r}")

    def stays(field: _Field) -> bool:
        if field.number == _NODE:
            return id(field) in kept
        if field.number == _INITIALIZER:
            return bool(wanted.intersection(_contents(_fields(field.content), _TENSOR_NAME)))
        return field.number != _OUTPUT

    # Outputs of which only the names are told: onnxruntime finds their types.
    outputs = [_written(_OUTPUT, _written(_VALUE_NAME, value.encode())) for value in values]
    return b"".join([*(field.raw for field in fields if stays(field)), *outputs])


def _contents(fields: Iterable[_Field], number: int) -> list[bytes]:
    return [bytes(field.content) for field in fields if field.number == number]


def _fields(message: memoryview) -> Iterator[_Field]:
    at = 0
    while at < len(message):
        start = at
        tag, at = _number(message, at)
        content = message[:0]
        match tag & 7:
            case 0:  # a number
                _, at = _number(message, at)
            case 1:  # eight bytes
                at += 8
            case 2:  # a length and so many bytes
                length, at = _number(message, at)
                content = message[at : at + length]
                at += length
            case 5:  # four bytes
                at += 4
            case kind:
                raise ValueError(f"no protobuf message: field type {kind} at byte {start}")
        if at > len(message):
            raise ValueError(f"no protobuf message: it ends within the field at byte {start}")
        yield _Field(tag >> 3, content, message[start:at])


def _number(message: memoryview, at: int) -> tuple[int, int]:
    """The number written at `at` in seven bits a byte, the lowest first, and where it ends."""
    number = shift = 0
    while True:
        if at >= len(message):
            raise ValueError("no protobuf message: it ends within a number")
        byte = message[at]
        number |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return number, at


def _written(number: int, content: bytes) -> bytes:
    """A field that has a length."""
    return _digits(number << 3 | 2) + _digits(len(content)) + content


def _digits(number: int) -> bytes:
    low, rest = number & 127, number >> 7
    return bytes([low | 128]) + _digits(rest) if rest else bytes([low])
