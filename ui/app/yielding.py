"""Handlers that yield what changes on the page, and change nothing more at their end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any


def ending(
    do: Callable[..., Iterator[dict[Any, Any]]], on: Any
) -> Callable[..., Iterator[dict[Any, Any]]]:
    """`do`, ended by a yield that leaves `on`, one of its outputs, as it is.

    When a handler ends, Gradio 6.31 sends what it yielded last once again, and whole: an answer was
    drawn over the next question where that was asked before the handler of the first had ended.
    """

    def doing(*given: Any) -> Iterator[dict[Any, Any]]:
        import gradio as gr

        yield from do(*given)
        yield {on: gr.skip()}

    return doing
