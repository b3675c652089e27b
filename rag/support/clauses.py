"""The parts of a sentence that each claim something: a sentence holds if all of them do."""

from __future__ import annotations

import re

from rag.finding.terms import content_stems

_JOINT = re.compile(r"\s*;\s+|,?\s+(?:and|but|while|whereas|although|though|which)\s+|,\s+")
_LEAST_STEMS = 3  # what has fewer is no claim of its own: "large and fast"


def clauses(sentence: str) -> list[str]:
    """The clauses of `sentence` in order; the whole if it cannot be parted."""
    joined: list[str] = []
    for part in filter(None, _JOINT.split(sentence)):
        if joined and min(_size(joined[-1]), _size(part)) < _LEAST_STEMS:
            joined[-1] = f"{joined[-1]} {part}"
        else:
            joined.append(part)
    return joined or [sentence]


def _size(text: str) -> int:
    return len(content_stems(text))
