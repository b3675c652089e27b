"""Words that ask for the library as a whole, or say how what is listed is to be set out."""

from __future__ import annotations

import re

SORTED = re.compile(
    r",? \bfrom (?:the )?(?:oldest|earliest|newest|latest) to (?:the )?(?:newest|latest|most recent"
    r"|oldest|earliest)\b"
    r"|,? \b(?:(?:sorted|ordered|sort|ranked|listed|in order) )?(?:(?:by|of) (?:date|year|time|age)"
    r"(?: of publication)?)?,? ?\b(?:newest|oldest|latest|earliest|most recent) (?:ones? )?"
    r"(?:first|at the top|on top)\b|,? (?:sorted|ordered|in order|sort|ranked?) (?:by|of)"
    r" (?:(?:the )?(?:number of )?)?(?:date|year|time|age|size|length|title|name|authors?"
    r"|sources)\b"
    r"|,? in (?:chronological|alphabetical|date) order\b",
    re.IGNORECASE,
)
EVERYTHING = re.compile(
    r"(?:\W|\b(?:list|show|give|me|name|all|them|everything|of|it|please|i|want|need|the|whole|lot"
    r"|which|what|what['’]s|has|is|here|in|you|do|have|stored|contents|library)\b)*",
    re.IGNORECASE,
)
NOT_JUST = re.compile(
    r",? (?:but )?not (?:just|only|merely) (?:somewhere|anywhere|one of|a|any)\b[^,]*",
    re.IGNORECASE,
)
SIZE = re.compile(
    r"\b(?:how (?:big|large) is|(?:what is |what['’]s )?the size of)"
    r" (?:the|this|your|my) (?:library|collection|catalogue|catalog|corpus)\b"
    r"|\b(?:library|collection|catalogue?|corpus) size\b",
    re.IGNORECASE,
)
ALL_OF_IT = re.compile(
    r"(?:(?:show me )?what(?:['’]s| is| all is| you have| do (?:you|we) (?:have|hold)| have you"
    r" got)(?: (?:all|stored|held|contained))* (?:in here|here|in (?:the|this|your|my) (?:library"
    r"|collection|catalogue?))|(?:list |show )?(?:the )?contents of (?:the|this|your|my)"
    r" (?:library|collection))",
    re.IGNORECASE,
)
VALUES = re.compile(
    r"\b(?:which|what|list|show|name|all)\b.*\b(?:conferences|journals|venues|years|months|sources"
    r"|files|categories|subjects)\b",
    re.IGNORECASE,
)
EACH = re.compile(r"\b(?:all|each|every|everything|(?:the|of) papers|these|those)\b", re.IGNORECASE)


def asks_for_all(text: str) -> bool:
    """Whether `text` (no mark at its end) asks how large the library is, or what it holds."""
    if "corpus" in text.lower():
        return False  # papers have one, too
    return SIZE.fullmatch(text) is not None or ALL_OF_IT.fullmatch(text) is not None
