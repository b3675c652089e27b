"""What was done to make an answer better, as HTML: folded away under the answer.

Questions, paper texts and what chat models write are untrusted: every piece of them passes
through `html.escape` here.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from rag.types import Answer
from ui.improved import criticised, looked_again


def improved_html(answer: Answer) -> str:
    """How it looked again and what was criticised; empty where neither was done."""
    again = _folded("How it looked again", looked_again(answer))
    return again + _folded("What was criticised", criticised(answer))


def _folded(told: str, lines: Sequence[str]) -> str:
    if not lines:
        return ""
    items = "".join(f"<li>{escape(line[:1].upper() + line[1:])}</li>" for line in lines)
    return f'<details class="improved"><summary>{told}</summary><ul>{items}</ul></details>'
