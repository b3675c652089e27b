"""Markers as answers print them, ours or another system's: which numbers stand in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator

_LARGEST_RANGE = 50  # [3-200] would be no list of papers
_NUMBERS = r"\d{1,3}(?:\s*(?:[,;&–—-]|and)\s*\^?\d{1,3})*"
# [1], [1, 2], [1-3], [^1], and OpenAI's 【2】, 【2†source】, 【2:0†source】; a year has 4 digits.
_MARKER = re.compile(
    rf"\[\s*\^?(?P<plain>{_NUMBERS})\s*\]|【\s*(?P<lens>{_NUMBERS})(?:[:†][^】\n]{{0,80}})?\s*】"
)
_ITEM = re.compile(r"(?P<first>\d{1,3})(?:\s*[–—-]\s*\^?(?P<last>\d{1,3}))?")


def without_markers(text: str) -> str:
    """`text` without its markers and the blanks before them."""
    kept, end = [], 0
    for match in _MARKER.finditer(text):
        if any(_numbers_of(match)):
            kept.append(text[end : match.start()].rstrip(" \t"))
            end = match.end()
    return "".join([*kept, text[end:]])


def marker_texts(text: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Every marker of `text` as printed, with its numbers; `[1-3]` stands for three.

    Brackets with a 0 or a range that runs backwards are no markers: `[0, 1]` is an interval.
    """
    for match in _MARKER.finditer(text):
        if numbers := tuple(_numbers_of(match)):
            yield match.group(), numbers


def _numbers_of(match: re.Match[str]) -> list[int]:
    numbers: list[int] = []
    for item in _ITEM.finditer(match["plain"] or match["lens"]):
        first = int(item["first"])
        last = int(item["last"] or first)
        if first < 1 or not first <= last <= first + _LARGEST_RANGE:
            return []
        numbers.extend(range(first, last + 1))
    return numbers
