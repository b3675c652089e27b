"""An answer of which every field, and every field of what it holds, has a value of its own."""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from rag.types import Answer

LEFT_AS_IT_IS = {"confidence": 0.7, "sentences.citations": (0,)}
"""What must fit together with the rest, and so has no value of chance."""


def whole_answer() -> Answer:
    """The answer; a field that is added to any of the dataclasses is filled without a change."""
    made: Answer = _filled(Answer, "")
    return made


def _filled(kind: type, path: str) -> Any:
    hints = get_type_hints(kind)
    values = {f.name: _value(hints[f.name], f"{path}{f.name}") for f in fields(kind)}
    for field in fields(kind):
        defaulted = field.default is not MISSING
        assert not defaulted or values[field.name] != field.default, f"{path}{field.name}"
    return kind(**values)


def _value(hint: Any, path: str) -> Any:
    if path in LEFT_AS_IT_IS:
        return LEFT_AS_IT_IS[path]
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _value(inner[0], path)
    if origin is Literal:
        return inner[-1]
    if origin is tuple and inner[-1] is Ellipsis:
        return (_value(inner[0], path),)
    if origin is tuple:
        return tuple(_value(one, f"{path}.{place}") for place, one in enumerate(inner))
    if origin is dict:
        return {path: _value(inner[1], path)}
    if is_dataclass(hint):
        return _filled(hint, f"{path}.")  # type: ignore[arg-type]  # a class, as a hint is
    return {str: f"{path} “é\u2028”", int: len(path), float: len(path) / 3, bool: True}[hint]
