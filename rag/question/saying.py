"""“Which papers use ImageNet?”: questions for the papers that say something, and what that is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.finding.terms import content_stems, content_words
from rag.question.leaning import REFERS, THING, without_openers
from rag.question.parts import asks, parts_of


@dataclass(frozen=True, slots=True)
class Saying:
    """What papers are to say: the `words` that carry it, as they are written in the question."""

    words: tuple[str, ...]


_PAPERS = r"(?:papers?|works?|stud(?:y|ies)|articles?|abstracts?|reports?|publications?)"
_OF_THESE = r"(?:of (?:the|these|those|them|your|all|our)\b ?)*"
_HERE = (
    r"(?: (?:here|there|in here|you have|(?:in|of) (?:the|this|your|our|my)"
    r" (?:library|collection|catalogue|corpus|list)))?"
)
_THAT = r"(?:that|taht|which|where|whose (?:abstracts?|authors|texts?))"
_SAYS = r"(?:do |does |did |also |all |ever |even |actually |really )*(?P<said>.+)"
# What people do that papers tell of, said of the present: "who works with images?".
_DOES = (
    r"(?:appl(?:y|ies|ied)|collect|compare|deal[st]?|evaluate|examine|experiment|fine-?tune|handle|look"
    r"|measure|mention|rel(?:y|ies|ied)|release|report|start|stud(?:y|ies|ied)|talk|test|train|use"
    r"|work)(?:s|d|ed)?"
)
_ENDS = r"(?:\W+(?:which|what|who)(?: (?:ones?|papers?|are they|is it))?)?"
_FORMS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:which|what) (?:other )?{_OF_THESE}{_PAPERS}{_HERE} (?:{_THAT} )?{_SAYS}",
        rf"(?:which|what) of (?:these|those|them|the papers){_HERE} {_SAYS}",
        rf"who(?: (?:here|else|all))? (?P<said>{_DOES} .+)",
        r"what (?:is|are|was|were|has been|have been) (?:known|reported|said|told|written)"
        rf"{_HERE} (?:about|of|on|regarding) (?P<said>.+)",
        rf"(?:(?:list|show|find|give|name|tell)(?: me)?(?: all| any| some| the)*(?: of)?"
        rf"(?: the| your)? |(?:are|is) there (?:an?y? |some )?|any |all |the )?{_PAPERS}{_HERE}"
        rf" {_THAT} {_SAYS}?{_ENDS}",
        rf"(?:do|does|did) any (?:of (?:the|these|those|your) )?(?:{_PAPERS}|authors){_HERE}"
        rf" {_SAYS}",
        rf"(?:do|does|did) any of (?:these|those|them){_HERE} {_SAYS}",
        rf"in (?:which|what) {_PAPERS}{_HERE} (?:is|are|was|were|do|does|did) (?P<said>.+)",
        r"(?P<said>.+?) (?:is|are|was|were) (?:\w+ed|shown|found) in (?:which|what|waht)"
        rf" {_PAPERS}",
        rf"any (?P<said>.+?) in (?:these|the|your|those) {_PAPERS}\b.*",
        rf"what (?:do|does|did) (?:the |these )?(?:\w+ )?{_PAPERS} {_THAT} (?P<said>.+?)"
        r" (?:conclude|report|say|tell|think)s?(?: us)?(?: about| of| on)? (?:it|that|this|them)",
    )
)
# What a catalogue knows, or who somebody is: no sentence says it.
_NO_SAYING = re.compile(
    r"(?:are|is|was|were|have|has|had|came|come|appear(?:ed)?|cite[sd]?|got|get|belong|share)\b"
    r"|(?:\w+ )?(?:authors?|written|wrote|published)\b",
    re.IGNORECASE,
)
_CHOICE = re.compile(r"\b(?:more|most|fewer|less|better|best)\b.*[,:].*\bor\b", re.IGNORECASE)
# "…, and what do they say of it?": asked of what those papers say.
_AND = re.compile(
    r"(?:,| -)? (?:and|also|&) (?:(?:by|for|in|on|to|with) )?(?:how|what|which|where|why)\b.*",
    re.IGNORECASE,
)
# A part that is no question without the one before: "and in what role", "why".
_ELLIPTIC = re.compile(
    r"(?:(?:and|also|&) )?(?:how|where|why"
    r"|(?:(?:as|by|for|from|in|of|on|to|with) )?(?:what|which|whose)(?: \w+)?)",
    re.IGNORECASE,
)
_MOST_WORDS = 12  # more is a statement that no paper says in these words


def saying_of(question: str) -> Saying | None:
    """What papers are to say for `question`, if it asks for the papers that say something."""
    text = without_openers(" ".join(question.split()))
    parted = parts_of(text)
    others: Sequence[str] = ()
    if parted:
        if parted.lead:
            return None
        text, *others = parted.parts
    text, *more = re.split(r"\? ", text, maxsplit=1)
    text = re.sub(r"\s*\([^()]*\)(?=\W*$)", "", text).strip(" ?!.")
    rest: list[str] = []
    for part in (text, *others, *more):
        tail = _AND.search(part)
        rest += (part[: tail.start()], tail[0].lstrip(" ,-")) if tail else (part,)
    text, *rest = rest
    if not all(_goes_on(part, text) for part in rest):
        return None
    for form in _FORMS:
        if match := form.fullmatch(text):
            said = match["said"] or ""
            if _NO_SAYING.match(said) or _CHOICE.search(said):
                return None
            words = tuple(dict.fromkeys(w for w in content_words(said) if _tells(w)))
            return Saying(words) if 0 < len(words) <= _MOST_WORDS else None
    return None


def _goes_on(part: str, first: str) -> bool:
    """Whether a part only asks more of what the `first` one asks for: it names nothing else, and
    refers back or says nothing else, or asks nothing: "chess and such".
    """
    said = set(content_stems(first))
    if any(set(content_stems(name[0])) - said for name in THING.finditer(part)):
        return False
    if not asks(part) or not set(content_stems(part)) - _of_any() - said:
        return True
    return bool(REFERS.search(part) or _ELLIPTIC.fullmatch(part.strip(" ?!.")))


def _tells(word: str) -> bool:
    return bool(set(content_stems(word)) - _of_any())


@lru_cache(maxsize=1)
def _of_any() -> frozenset[str]:
    """Stems of what any paper does with what it speaks of."""
    return frozenset(
        content_stems(
            "address analyse analyze appear apply cite concern consider contain cover deal describe"
            " discuss employ evaluate examine experiment explore handle have include investigate"
            " involve library look measure mention name rely report speak study suggest talk tell"
            " test think topic touch treat use used using work collection material kind come comes"
            " thing something"
        )
    )
