"""A text put together again from those of its sentences that are kept."""

from __future__ import annotations

from collections.abc import Sequence


def rejoined(text: str, originals: Sequence[str], kept: Sequence[str]) -> str:
    """The `kept` sentences, which stand for the `originals` of `text`, in their order: each on a
    line of its own where its original stood on one.
    """
    joined, position = "", 0
    for original, sentence in zip(originals, kept, strict=True):
        start = text.find(original, position)
        between = text[position:start] if start >= 0 else ""
        position = start + len(original) if start >= 0 else position
        joined += ("\n" if "\n" in between else " ") + sentence
    return joined.strip()
