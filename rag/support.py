"""Does what a sentence cites say what the sentence says? The cheap, certain part of the test.

A sentence copied from its quotes is supported; one that cites nothing, or states a number that
stands in none of its quotes, is not. What lies between needs a judge and stays `unchecked`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.types import Support

_NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?")
_NUMBER_WORDS = {
    word: str(number)
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve".split()
    )
} | {"half": "50", "twice": "2", "double": "2", "thousand": "1000"}
_NOT_WORDS = re.compile(r"[\W_]+", re.UNICODE)


def check_sentence(sentence: str, quotes: Sequence[str]) -> Support:
    """Verdict on `sentence` (without markers) against the quotes it cites."""
    if not quotes:
        return "unsupported"
    claim = _plain(sentence)
    if claim and any(claim in _plain(quote) for quote in quotes):
        return "supported"
    stated = set().union(*(_numbers(quote, spelled=True) for quote in quotes))
    if not _numbers(sentence) <= stated:
        return "unsupported"
    return "unchecked"


def _plain(text: str) -> str:
    return f" {_NOT_WORDS.sub(' ', text.lower()).strip()} "


def _numbers(text: str, *, spelled: bool = False) -> set[str]:
    found = {match.replace(",", "").rstrip(".") for match in _NUMBER.findall(text)}
    if spelled:
        words = _plain(text).split()
        found |= {_NUMBER_WORDS[word] for word in words if word in _NUMBER_WORDS}
    return found
