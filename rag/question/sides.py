"""Questions with more than one thing to look for: what is compared, and questions joined by "and".

A search for all of it at once finds the paper that is nearest to the whole, mostly one side's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.question.followup import stand_alone
from rag.types import Exchange


@dataclass(frozen=True, slots=True)
class Side:
    """One thing to look for: what it is called in the question, and the question about it alone.

    `search` finds the papers and `read` the sentences in them. `apart` says that it is worth
    answering without the other; of "is it A or B?" it is not.
    """

    name: str
    search: str
    read: str
    apart: bool = True


_PAPER = re.compile(r" (?:papers?|work|report|study)$", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:the|a|an|both|either|between)\s+", re.IGNORECASE)
_ON = (
    r"(?P<rest>,? (?:on|in terms of|regarding|concerning|with respect to|with regard to|when it"
    r" comes to|as to|for|in how|in their|in the way) .+)?"
)
_COMPARED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:.*\b)?(?:compare|contrast|comparing) (?P<a>.+?) (?:and|to|with|against|versus|vs\.?)"
        rf" (?P<b>.+?){_ON}",
        rf".*\b(?:differences?|distinction|similarit(?:y|ies)|trade-?offs?|comparison) between"
        rf" (?P<a>.+?) and (?P<b>.+?){_ON}",
        rf"(?P<lead>how) (?:is|are|do|does|did) (?P<a>.+?) (?:differ|different) from"
        rf" (?P<b>.+?){_ON}",
        rf"(?P<lead>how) (?:do|does|did) (?P<a>.+?) (?:fare |do |perform |hold up )?"
        rf"(?:compare|compared|stack up)(?:d)? (?:to|with|against) (?P<b>.+?){_ON}",
        r"(?P<a>.+?),? (?:versus|vs\.?) (?P<b>[^:,]+)[:,] (?P<rest>.+)",
        rf"(?P<a>.+?),? (?:versus|vs\.?) (?P<b>.+?){_ON}",
        r"what do (?P<a>.+?) and (?P<b>.+?) have in common(?P<rest>.*)",
    )
)
_CHOICE = re.compile(
    r"(?P<lead>(?:which|what|who|whose)\b[^,:]*?)(?:,|:| -) ?(?P<a>[^,]+?),? or (?P<b>[^,]+)",
    re.IGNORECASE,
)
_NAME = r"(?:the [\w-]+ )?(?:[\w-]*[A-Z][\w.-]*|[\w-]*\d[\w-]*)(?: [A-Z\d][\w-]*)*"
_TOGETHER = re.compile(
    rf"(?P<before>.*\b(?:are|can|could|did|do|does|for|had|has|have|in|is|of|was|were|will)) "
    rf"(?:both )?(?P<a>{_NAME}) and (?P<b>{_NAME}|the .+?(?= (?:both|each)\b))(?P<after>\b.*)"
)
_BOTH = re.compile(r"\s*\b(?:both|each)\b", re.IGNORECASE)
_WH = r"(?:(?:on|in|for|at|by|to|with|from|of) )?(?:how|what|when|where|which|who|whom|whose|why)"
_TWO = re.compile(
    rf"(?P<a>.*\b(?:{_WH}|are|can|did|do|does|has|have|is|was|were)\b.{{8,}}?)"
    r"(?:,? and |; (?:and )?|\? (?:and )?)"
    rf"(?P<b>(?:{_WH}|(?:are|can|did|do|does|is|was|were) (?:it|they))\b.{{8,}})",
    re.IGNORECASE,
)
_CLAUSE_VERBS = re.compile(
    r"\b(?:is|are|was|were|do|does|did|has|have|that|which)\b", re.IGNORECASE
)
_MOST_WORDS = 10  # of one side; more is no name of a thing


def sides_of(question: str) -> tuple[Side, ...]:
    """The things that `question` asks about side by side, two of them, or none."""
    text = " ".join(question.split()).strip(" ?!.")
    return _compared(text) or _two_questions(text) or _together(text)


def _compared(text: str) -> tuple[Side, ...]:
    for pattern in _COMPARED:
        if match := pattern.fullmatch(text):
            rest = (match.groupdict().get("rest") or "").strip(" ,")
            return _sides(match["a"], match["b"], "What about" if rest else "What is", rest)
    match = _CHOICE.fullmatch(text)
    if not match:
        return ()
    return _sides(match["a"], match["b"], f"{match['lead'].strip()}:", "", apart=False)


def _together(text: str) -> tuple[Side, ...]:
    """ "What do A and B …": asked of the one, and of the other."""
    match = _TOGETHER.fullmatch(text)
    if not match:
        return ()
    after = _BOTH.sub("", match["after"], count=1).strip()
    return _sides(match["a"], match["b"], match["before"], after)


def _two_questions(text: str) -> tuple[Side, ...]:
    match = _TWO.fullmatch(text)
    if not match:
        return ()
    first, second = (match[half].strip(" ,") for half in ("a", "b"))
    standing = stand_alone(f"{second}?", (Exchange(f"{first}?"),))
    read = standing.asked if standing.sure else f"{second}?"
    return Side(first, f"{first}?", f"{first}?"), Side(second, f"{standing.earlier} {read}", read)


def _sides(a: str, b: str, before: str, after: str, *, apart: bool = True) -> tuple[Side, ...]:
    names = [_ARTICLE.sub("", name.strip(" ,")) for name in (a, b)]
    if any(not name or len(name.split()) > _MOST_WORDS for name in names):
        return ()
    if any(_CLAUSE_VERBS.search(name) for name in names) or names[0] == names[1]:
        return ()
    asked = [" ".join(f"{before} {_PAPER.sub('', name)} {after}".split()) + "?" for name in names]
    return tuple(Side(name, read, read, apart) for name, read in zip(names, asked, strict=True))
