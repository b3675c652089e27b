"""What chat models put around an answer, taken off as it arrives: reasoning, tokens, labels, marks.

What a quote holds is the paper's text and stays, whatever it looks like.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_LABELS = ("answer:", "final answer:", "response:", "assistant:")
_LABEL = re.compile(r"\A\s*\**(?:(?:final )?answer|response|assistant)\**\s*:\**\s*", re.IGNORECASE)
_DRESS = re.compile(
    r"<think(?:ing)?>.*?</think(?:ing)?>\s*"  # the reasoning that some models write first
    r"|<\|[\w ]{1,40}\|>|</?s>|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>"
    r"|^[ \t]*(?:[-*•>]|#{1,6})[ \t]+"
    r"|```\w*|\*\*",
    re.DOTALL | re.MULTILINE,
)
_THINKING = re.compile(r"<think(?:ing)?>(?!.*</think(?:ing)?>)", re.DOTALL)
_HALF = re.compile(
    r"(?:<[^<>\n]{0,45}|</think(?:ing)?>\s*|\[/?[INST]{0,4}|\*+|`+\w*"
    r"|^[ \t]*(?:[-*•>]|#{1,6})?[ \t]*)\Z",
    re.MULTILINE,
)
_THOUGHT = re.compile(r"\A.*</think(?:ing)?>\s*", re.DOTALL)


def undressed(draft: str, quotes: Sequence[str]) -> str:
    """A whole draft without its dress; reasoning that never ended leaves nothing."""
    if begun := _THINKING.search(draft):
        draft = draft[: begun.start()]
    return _LABEL.sub("", _bare(_without_thought(draft), quotes))


def undressed_so_far(draft: str, quotes: Sequence[str]) -> str:
    """Of a draft that still grows, what can be told already; it only ever gets longer."""
    if half := _HALF.search(draft):
        draft = draft[: half.start()]
    if begun := _THINKING.search(draft):  # also where its end has just been cut off as a half
        draft = draft[: begun.start()]
    bare = _bare(draft, quotes)
    head = bare.replace("*", "").strip().lower()  # "*Answer:" begins with a mark too
    if not head or any(label.startswith(head) for label in _LABELS):
        return ""
    return _LABEL.sub("", bare)


def _without_thought(draft: str) -> str:
    """Some models end a reasoning that they were made to begin."""
    ended = _THOUGHT.match(draft)
    return draft[ended.end() :] if ended and "<think" not in ended.group() else draft


def _bare(draft: str, quotes: Sequence[str]) -> str:
    def kept(match: re.Match[str]) -> str:
        found = match.group()
        return found if any(found in quote for quote in quotes) else ""

    return _DRESS.sub(kept, draft)
