"""What the readers of text pages share: numbered lines, rejected pieces, sentence ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.text import is_prose, one_line
from rag.types import Record, Reject

Piece = Record | Reject
"""What a reader makes of a part of its source; nothing of a source is in neither."""

_REJECT_CHARS = 200
_LABEL = re.compile(r"\s*abstract\s*[:.—–-]\s*", re.IGNORECASE)
_ENDS = re.compile(r"""[.!?]['"’”)\]}$]*$""")


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank, without surrounding white space; `number` counts from 1.

    `after_blank` tells whether a blank line (or nothing) stands before it.
    """

    number: int
    text: str
    after_blank: bool


def lines_of(text: str) -> list[Line]:
    """The lines of a page that are not blank."""
    lines: list[Line] = []
    blank = True
    for number, raw in enumerate(text.split("\n"), start=1):
        stripped = raw.strip()
        if stripped:
            lines.append(Line(number, stripped, blank))
        blank = not stripped
    return lines


def reject(source: str, line: Line, reason: str, text: str | None = None) -> Reject:
    """A line, or the part `text` of it, that becomes no record; its position is the line number."""
    piece = line.text if text is None else text
    return Reject(source, line.number, _storable(reason), _storable(piece[:_REJECT_CHARS]))


def _storable(text: str) -> str:
    """`text` without what no file of text can hold: NUL and half characters."""
    return text.encode(errors="replace").decode().replace("\0", "\ufffd")


def without_label(text: str) -> str:
    """`text` without a leading "Abstract:"."""
    return _LABEL.sub("", text, count=1) if _LABEL.match(text) else text


def has_label(text: str) -> bool:
    """Whether `text` begins with "Abstract:"."""
    return _LABEL.match(text) is not None


def ends_sentence(text: str) -> bool:
    """Whether `text` closes with a full stop or the like."""
    return _ENDS.search(text) is not None


def split_abstract(lines: list[Line]) -> tuple[str, list[Line]]:
    """The abstract with which `lines` begin, as one line, and the lines that are no part of it.

    The abstract goes on as long as a line is prose or the sentence before it is still open.
    """
    taken: list[str] = []
    rest: list[Line] = []
    for line in lines:
        text = without_label(line.text) if not taken else line.text
        open_sentence = bool(taken) and not ends_sentence(taken[-1])
        if not rest and (not taken or is_prose(text) or (open_sentence and _goes_on(text))):
            taken.append(text)
        else:
            rest.append(line)
    return one_line(" ".join(taken)), rest


_REMARK = re.compile(
    r"\d[\d+\s]*(?:pages?|figures?|tables?|pp)\b|https?://|\b(?:accepted|submitted|published|"
    r"presented|to appear|available|in proceedings)\b",
    re.IGNORECASE,
)


def _goes_on(text: str) -> bool:
    """Whether a short line can be the rest of an open sentence, not a remark about the paper."""
    return not _REMARK.search(text) or ends_sentence(text)


def groups(lines: list[Line], starts: list[int]) -> Iterator[list[Line]]:
    """The stretches of `lines` that begin at the positions `starts`."""
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield lines[start:end]
