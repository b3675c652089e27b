"""A paper's prose cut into chunks of whole sentences, each with its exact offsets."""

from __future__ import annotations

from rag.evidence.sentences import sentence_spans
from rag.types import Chunk, Paper, TextField

# About 400 word pieces: with the title it stays below the embedder's 512, so nothing is cut off
# but the end of a single sentence that is longer.
MAX_CHARS = 1800


def chunk_paper(paper: Paper, max_chars: int = MAX_CHARS) -> tuple[Chunk, ...]:
    """Chunks of `paper`, abstract first; a paper without prose gets one empty chunk for its title.

    A chunk holds whole sentences and at most `max_chars` characters, unless one sentence alone
    is longer. Ids are `paper_id/field/number`, so the same paper always gives the same ids.
    """
    fields: tuple[TextField, ...] = ("abstract", "summary")
    chunks = [
        Chunk(
            chunk_id=f"{paper.paper_id}/{field}/{number}",
            paper_id=paper.paper_id,
            title=paper.title,
            field=field,
            start=start,
            end=end,
            text=paper.text(field)[start:end],
        )
        for field in fields
        for number, (start, end) in enumerate(_windows(paper.text(field), max_chars))
    ]
    if not chunks:
        empty_id = f"{paper.paper_id}/abstract/0"
        chunks = [Chunk(empty_id, paper.paper_id, paper.title, "abstract", 0, 0, "")]
    return tuple(chunks)


def _windows(text: str, max_chars: int) -> list[tuple[int, int]]:
    """Spans of consecutive sentences, of about equal length so that none is a mere remainder."""
    whole = text.strip()
    if len(whole) <= max_chars:  # mostly so, and sentences need not be told then
        start = len(text) - len(text.lstrip())
        return [(start, start + len(whole))] if whole else []
    spans = sentence_spans(text)
    total = spans[-1][1] - spans[0][0]
    target = total / -(-total // max_chars)
    windows: list[tuple[int, int]] = []
    start, end = spans[0]
    for left, right in spans[1:]:
        full = end - start >= target
        if full or right - start > max_chars:
            windows.append((start, end))
            start = left
        end = right
    windows.append((start, end))
    return windows
