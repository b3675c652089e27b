"""Follow-up questions: which ones lean on an earlier one, and what is then asked."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.terms import content_stems

_OPENS = re.compile(
    r"\W*(?:and|but|or|so|then|also|what about|how about|why so|why not|how so|in what way)\b",
    re.IGNORECASE,
)
_NOUNS = "approach|case|corpus|dataset|method|model|one|paper|result|study|system|task|work"
_EXPLETIVE = "true|matters?|possible|known|clear|hard|harder|easy|easier|worth|better to|enough"
_BEFORE_THAT = "about|after|by|can|could|did|does|for|from|is|like|of|on|than|was|with|would|wrote"
_REFERS = re.compile(
    rf"\b(?:it(?! (?:{_EXPLETIVE})\b)|its(?! own)|they|them|their(?! own)|theirs|he|him|his"
    rf"|she|her|hers|this|these|those|that (?:{_NOUNS})|(?:{_BEFORE_THAT}) that"
    r"|the (?:same|others?|former|latter)|the (?:\w+ )?ones?|which ones?)\b",
    re.IGNORECASE,
)
# What a pronoun further on may stand for: a name, so written, but for the question's first word;
# or whatever an earlier clause speaks of.
_NAME = re.compile(r"(?<!^)\b(?:[A-Z]\w*|\w*[a-z][A-Z]\w*|\w+-?\d\w*)\b|^\w*[a-z]\w*[A-Z\d]\w*\b")
_CLAUSE = re.compile(
    r"[,;:–—]| - |\b(?:after|and|because|before|but|if|or|that|when|while)\b", re.IGNORECASE
)
_ASKS = re.compile(r"\b(?:how|what|when|where|which|who|whom|whose|why)\b", re.IGNORECASE)
_FEWEST_STEMS = 2  # "Why?", "By how much?", "Which datasets?" say too little to be searched for


def leans_on(question: str, history: Sequence[str]) -> str:
    """The one of the questions of `history`, oldest first, that `question` leans on; else empty.

    That is the last one that stands by itself: what leans on it too adds little to it.
    """
    if not history or not leans(question):
        return ""
    standing = [earlier for earlier in history if not leans(earlier)]
    return (standing or history)[-1]


def leans(question: str) -> bool:
    """Whether `question` is understood only after another: it opens with "and" or "what about",
    refers back ("it", "these", "the same") to nothing of its own, or says next to nothing.
    """
    text = question.strip()
    if _OPENS.match(text):
        return True
    if len(set(content_stems(text))) < _FEWEST_STEMS and not _NAME.search(text):
        return bool(_ASKS.search(text))  # a greeting leans on nothing
    referring = _REFERS.search(text)
    return referring is not None and not _spoken_of(text[: referring.start()])


def _spoken_of(before: str) -> bool:
    """Whether the text before a pronoun holds something that it may stand for."""
    return bool(_NAME.search(before) or (_CLAUSE.search(before) and content_stems(before)))
