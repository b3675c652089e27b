"""Which sentences claim something that a source can bear out: the check-worthy ones.

The word is of Hassan, Li and Tremayne (2015), who tell factual claims from what claims nothing.
Here rules tell them: a question, a heading, a courtesy or the remark that the papers are silent
claims nothing about the world, and a word or two ("Yes.") cannot be judged by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evals.scorers.cited import cited_by, is_prose
from evals.scorers.markers import without_markers
from rag.types import Answer, Citation

_LEAST_WORDS = 3
_BULLET = re.compile(r"^(?:[-*•]|\d{1,2}[.)])\s+")
_HEADING = re.compile(r"#{1,6}\s|\*\*[^*]*[^*.!]\*\*$")
_EVIDENCE = (
    r"(?:papers?|quotes?|sources?|abstracts?|excerpts?|passages?|context|library|documents?"
    r"|summar(?:y|ies)|articles?|text|information|search results)"
)
_TELL = (
    r"(?:say|state|mention|answer|specify|provide|report|contain|discuss|address|include|give|tell"
    r"|indicate|describe|cover|disclose|reveal)(?:e?s|e?d|ing)?"
)
_NOT = r"(?:do|does|did|is|are|was)(?:\s+not|n['’]t)"
_SILENCE = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # the quotes do not say; the abstract, however, does not directly mention
        rf"\b{_EVIDENCE}\b.{{0,60}}?\b{_NOT}\s+(?:\w+ly\s+)?{_TELL}\b",
        # none of the papers says; no source mentions
        rf"\b(?:none of|no)\s+(?:the\s+)?(?:\w+\s+)?{_EVIDENCE}\b.{{0,60}}?\b{_TELL}\b",
        # it is not stated in the abstract
        rf"\b{_NOT}\s+(?:\w+ly\s+)?{_TELL}\s+(?:in|by)\b.{{0,40}}?\b{_EVIDENCE}\b",
        r"\b(?:no|not enough|insufficient)\s+(?:\w+\s+)?(?:information|mention|details)\b",
        r"\b(?:I|we)\s+(?:can\s?not|can['’]t|could\s?n['’]t|could not|am unable|are unable)\b",
        r"\b(?:I|we)\s+(?:do not|don['’]t)\s+know\b|\b(?:I|we)\s+(?:did not|didn['’]t)\s+find\b",
    )
)
_COURTESY = re.compile(
    r"(?:sure|certainly|of course|thanks?|thank you|sorry|great question|I hope|let me know"
    r"|feel free|here (?:is|are))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A check-worthy sentence without its markers, and what it cites of papers' text."""

    text: str
    citations: tuple[Citation, ...]


def claims(answer: Answer) -> Iterator[Claim]:
    """The check-worthy sentences of an answer, in order.

    One that cites only fields of the catalogue is left out: a count or a list of papers follows
    from no text, and is judged by the facts and the papers that the case asks for.
    """
    for sentence in answer.sentences:
        text = without_markers(sentence.text).strip()
        cited = cited_by(sentence, answer).citations
        prose = tuple(citation for citation in cited if is_prose(citation))
        if is_checkworthy(text) and (prose or not cited):
            yield Claim(text, prose)


def is_checkworthy(sentence: str) -> bool:
    """Whether a sentence, without markers, claims something that a source can bear out."""
    text = _BULLET.sub("", sentence.strip())
    if _HEADING.match(text):
        return False
    text = text.strip("*_ ")
    if text.endswith(("?", ":")) or _COURTESY.match(text) or says_silence(text):
        return False
    words = re.findall(r"\w+", text)
    return len(words) >= _LEAST_WORDS or any(word[0].isdigit() for word in words)


def says_silence(sentence: str) -> bool:
    """Whether a sentence says that the papers, or who wrote it, cannot tell."""
    return any(pattern.search(sentence) for pattern in _SILENCE)


def declines(sentences: Sequence[str]) -> bool:
    """Whether a text, sentence by sentence, only says that there is no answer: an abstention, of a
    system that does not mark it as one.
    """
    return any(map(says_silence, sentences)) and not any(map(is_checkworthy, sentences))
