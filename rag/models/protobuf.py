"""Reads and writes the fields of a protobuf message, in its wire format.

For the few fields of an ONNX graph that matter here: the `onnx` package would be 15 MB to install
and seconds to load.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a message: its number, its content where it has a length, all its bytes, and its
    value where it is a whole number.
    """

    number: int
    content: memoryview
    raw: memoryview
    value: int = 0


def fields(message: memoryview) -> Iterator[Field]:
    """The fields of `message`, in order. Raises ValueError where it is no protobuf message."""
    at = 0
    while at < len(message):
        start = at
        tag, at = _number(message, at)
        content, value = message[:0], 0
        match tag & 7:
            case 0:  # a number
                value, at = _number(message, at)
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
        yield Field(tag >> 3, content, message[start:at], value)


def texts(message: Iterable[Field], number: int) -> tuple[str, ...]:
    """The contents of all fields of that number, as text."""
    return tuple(str(field.content, "utf-8") for field in message if field.number == number)


def written(number: int, content: bytes | str) -> bytes:
    """A field that has a length: bytes, a text or a message."""
    content = content.encode() if isinstance(content, str) else content
    return _digits(number << 3 | 2) + _digits(len(content)) + content


def written_number(number: int, value: int) -> bytes:
    """A field that is a whole number, 0 or more."""
    return _digits(number << 3) + _digits(value)


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


def _digits(number: int) -> bytes:
    low, rest = number & 127, number >> 7
    return bytes([low | 128]) + _digits(rest) if rest else bytes([low])
