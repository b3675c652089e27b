"""A button that saves text as a file from the page itself: no file lies on the server for it."""

from __future__ import annotations

import re
from html import escape

_UNSAFE = re.compile(r"[^\w.-]+")


def save_button(name: str, text: str, label: str) -> str:
    """The button; scripts/save.js hears of it. `label` is our own."""
    return (
        f'<button type="button" class="plain" data-save="{escape(file_name(name))}"'
        f' data-text="{escape(text)}">{escape(label)}</button>'
    )


def file_name(text: str) -> str:
    """`text` as the name of a file, short and of plain characters."""
    stem, dot, form = text.rpartition(".")
    plain = _UNSAFE.sub("-", stem).strip("-.").lower()[:60] or "askpapers"
    return f"{plain}{dot}{_UNSAFE.sub('', form)}"
