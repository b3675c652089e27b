"""Pieces of HTML on an open page, of which only those are sent that the page lacks.

Gradio sends a value whole, and draws it whole, where anything in it has changed: with eight answers
on a page that was some 160 KB for each question, twice. scripts/pieces.js puts pieces in their
places: into the `.pieces` within the element of a place's id.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import gradio as gr

HEARD = """
watch("value", () => document.dispatchEvent(new CustomEvent("pieces", { detail: props.value })));
document.addEventListener("pieces-lacking", () => trigger("submit"));
"""


@dataclass(frozen=True, slots=True)
class Piece:
    """HTML of one element, made only where it is to be sent: the same `key`, the same HTML."""

    key: str
    html: Callable[[], str]


@dataclass(slots=True)
class Pieces:
    """What one page has been sent: keys by place."""

    there: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def change(self, **wanted: Sequence[Piece]) -> str:
        """JSON by which the page has in each place just the pieces `wanted` there, in order.

        It names what is in all other places, too: Gradio draws the last of values that come in one
        moment, and what the others held is then found lacking.
        """
        told = {where: [[key] for key in keys] for where, keys in self.there.items()}
        told |= {where: self._sent_to(where, pieces) for where, pieces in wanted.items()}
        return json.dumps(told)

    def _sent_to(self, where: str, pieces: Sequence[Piece]) -> list[list[str]]:
        """Each as its key, with its HTML where the page lacks it."""
        had = self.there.get(where, ())
        self.there[where] = tuple(one.key for one in pieces)
        return [[one.key] if one.key in had else [one.key, one.html()] for one in pieces]

    def forget(self) -> None:
        """Send everything next time: the page may lack what was sent, or it is out of date."""
        self.there.clear()


def place(*pieces: tuple[str, str]) -> str:
    """HTML of a place that has these pieces, (key, HTML), from the beginning on."""
    held = "".join(f'<div data-piece="{key}">{html}</div>' for key, html in pieces)
    return f'<div class="pieces">{held}</div>'


def pieces_carrier() -> gr.HTML:
    """The component whose value is what `Pieces.change` gives; its `submit` fires where the page
    lacks a piece that it was to keep.
    """
    import gradio as gr

    return gr.HTML(
        "",
        html_template="",  # the value is drawn by the script alone
        js_on_load=HEARD,
        apply_default_css=False,
        visible="hidden",
        elem_id="pieces",
    )
