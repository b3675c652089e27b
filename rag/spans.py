"""Where things stand in a text: sentences in an answer, quotes in a paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from rag.types import Answer


def answer_spans(answer: Answer) -> tuple[tuple[int, int], ...]:
    """Where each sentence stands in `answer.answer`, start and end.

    Empty if one of them does not stand there, after the one before it.
    """
    spans: list[tuple[int, int]] = []
    cursor = 0
    for sentence in answer.sentences:
        start = answer.answer.find(sentence.text, cursor)
        if start < 0:
            return ()
        cursor = start + len(sentence.text)
        spans.append((start, cursor))
    return tuple(spans)


def segments(
    text: str, spans: Sequence[tuple[int, int, int]]
) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Cut `text` where spans (start, end, key) begin and end; each piece with the keys of those
    that cover it.

    The pieces joined are `text`. Spans may overlap, nest, or be the same.
    """
    inside = {min(max(at, 0), len(text)) for start, end, _ in spans for at in (start, end)}
    for left, right in pairwise(sorted({0, len(text)} | inside)):
        covering = tuple(key for start, end, key in spans if start <= left and right <= end)
        yield text[left:right], covering
