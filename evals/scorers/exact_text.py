"""What exact text and numbers alone say of a sentence: the evals' own ruler, which stays as it is.

The product's check (`rag.support.layers`) goes further and changes; what measures it must not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.types import Support

# Digits that belong to a name (GPT-3, InstructGPT2) state no number.
_NUMBER = re.compile(r"(?<![\w.])(?<![A-Za-z]-)\d[\d,]*(?:\.\d+)?")
_NUMBER_WORDS = {
    word: str(number)
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve".split()
    )
} | {"half": "50", "twice": "2", "double": "2", "thousand": "1000"}
_WORD = re.compile(r"[a-z]+")
_PLAIN_MARKS = str.maketrans("“”‘’", "\"\"''")


def check_sentence(sentence: str, quotes: Sequence[str]) -> Support:
    """Verdict on `sentence` (without markers) against the quotes it cites."""
    if not quotes:
        return "unsupported"
    # A part of a quote is not enough: "moss helps" stands in "it is not true that moss helps".
    if any(_as_printed(sentence) == _as_printed(quote) for quote in quotes):
        return "supported"
    stated = set().union(*(_numbers(quote, spelled=True) for quote in quotes))
    if not _numbers(sentence) <= stated:
        return "unsupported"
    return "unchecked"


def _as_printed(text: str) -> str:
    """The text but for white space, the kind of quotation marks, and the last full stop."""
    return " ".join(text.translate(_PLAIN_MARKS).split()).rstrip(".")


def _numbers(text: str, *, spelled: bool = False) -> set[str]:
    found = {match.replace(",", "").rstrip(".") for match in _NUMBER.findall(text)}
    if spelled:
        words = _WORD.findall(text.lower())
        found |= {_NUMBER_WORDS[word] for word in words if word in _NUMBER_WORDS}
    return found
