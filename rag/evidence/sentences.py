"""Where sentences begin and end: the spans that quotes are made of."""

from __future__ import annotations

import re

# A stop, closing quotes or brackets, then white space; or a line's end, which always closes.
_BOUNDARY = re.compile(r"""[.!?]+["'”’)\]}]*(?=\s)|\n""")
# What may stand first in a sentence: a capital, a digit, an opening quote or bracket, LaTeX.
_OPENING = re.compile(r"""["'“‘(\[{$\\]*[A-Z0-9À-ÞΑ-Ω]|["“‘(\[{$\\]""")
_ABBREVIATION = re.compile(
    r"""(?:^|[\s(\["“‘])(?:e\.g|i\.e|et\ al|etc|cf|vs|resp|approx|ca|viz|al|
        Figs?|Eqs?|Refs?|Secs?|Tab|No|Nos|Vol|Dr|Prof|Mr|Mrs|Ms|St|Inc|Ltd|Co|Jr|[A-Z])\.$""",
    re.VERBOSE,
)


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Spans `(start, end)` of the sentences of `text`, in order, without surrounding white space.

    Spans never overlap and together hold every character that is not white space. A line break
    always ends a sentence; abbreviations and initials ("e.g.", "et al.", "J.") do not.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _BOUNDARY.finditer(text):
        if match.group() != "\n" and not _ends_sentence(text, start, match):
            continue
        _append_trimmed(spans, text, start, match.end())
        start = match.end()
    _append_trimmed(spans, text, start, len(text))
    return spans


def _ends_sentence(text: str, start: int, match: re.Match[str]) -> bool:
    rest = text[match.end() : match.end() + 12].lstrip(" \t\r")
    if rest and not rest.startswith("\n") and not _OPENING.match(rest):
        return False
    head = text[max(start, match.end() - 12) : match.end()]
    return not _ABBREVIATION.search(head)


def _append_trimmed(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    trimmed = piece.strip()
    if trimmed:
        left = start + len(piece) - len(piece.lstrip())
        spans.append((left, left + len(trimmed)))
