"""Follow-up questions: which ones lean on an earlier one, and what they ask, standing alone.

Rules only: the name that a pronoun stands for is put in its place, and "and GPT-4?" takes the
place of what it is set beside. Where no rule is sure, the earlier question is said before it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.finding.terms import content_stems
from rag.types import Exchange

_LEAD = r"\W*(?:(?:ok(?:ay)?|and|but|or|so|then|also|well|thanks|hm+)\b[\s,]*)*"
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

# --- standing alone ---------------------------------------------------------------------------

# A thing with a name: GPT-3, InstructGPT, WebGPT, gpt-4, BLOOM, "Codex"; no bare year or number.
_THING = re.compile(
    r"\b(?:[A-Za-z]+-?\d[\w.]*\b|\w*[a-z]\w*[A-Z]\w*|[A-Z]{2,}[\w-]*|(?<!^)(?<![.?!] )[A-Z][\w-]+)"
    r"(?:\s+(?:[A-Z][\w-]+|\d{1,3}\b))*"
)
_ACTS = r"(?:are|can|could|did|do|does|had|has|have|is|was|were|will|would)"
_AGENT = re.compile(rf"\b{_ACTS}\s+(?:the\s+)?$", re.IGNORECASE)
_BESIDE = re.compile(
    rf"{_LEAD}(?:what about|how about|and|or|for)?\s*(?:for\s+)?(?P<thing>[^?!.,;]+?)"
    r"\s*(?:then|too)?\s*[?!.]*",
    re.IGNORECASE,
)
_PREPOSED = re.compile(
    r"(?P<how>about|after|against|among|at|before|between|by|during|for|from|in|on|over|since|than"
    r"|to|under|until|with|without)\b",
    re.IGNORECASE,
)
_VERBS = re.compile(
    rf"\b(?:{_ACTS}|how|what|when|where|which|who|whom|whose|why|if|it|they|that|this)\b",
    re.IGNORECASE,
)
_YEARS = re.compile(
    r"\b(?:(?:in|from|since|after|before|until|of)\s+)?(?:19|20)\d\d"
    r"(?:\s*(?:-|–|to|and|until)\s*(?:19|20)\d\d)?\b",
    re.IGNORECASE,
)
_ONLY_YEARS = re.compile(rf"(?:the (?:ones?|papers?) )?(?:{_YEARS.pattern})", re.IGNORECASE)
_BY = re.compile(r"\bby\s+[A-Z][\w.'’-]*(?:\s+[A-Z][\w.'’-]*)*(?<![.])")
_PRONOUN = re.compile(
    rf"\b(?:(?P<own>its)(?! own)\b|it(?! (?:{_EXPLETIVE})\b)\b|(?:this|that) (?:{_NOUNS})\b)",
    re.IGNORECASE,
)
# "it" may then mean the paper, and no name of the question says which that is.
_A_PAPER = re.compile(r"\b(?:article|paper|report|review|study|survey|work)\b", re.IGNORECASE)
# A question of its own, and no part of one ("if it gets more tries?").
_ASKS_WHOLE = re.compile(rf"(?:(?:\w+ )?{_ASKS.pattern}|{_ACTS}\b)", re.IGNORECASE)
_SWAPS = (("first", "second"), ("smallest", "largest"), ("smaller", "larger"), ("small", "large"),
          ("best", "worst"), ("oldest", "newest"))  # fmt: skip
_ORDINAL_ONE = re.compile(r"the (?P<which>\w+)(?: one)?", re.IGNORECASE)
_MOST_WORDS = 6  # of what is set beside something; more is a question of its own


@dataclass(frozen=True, slots=True)
class Standing:
    """A question as it stands alone.

    `asked` says all of it; `earlier` is the question it leans on, empty if on none; `sure` says
    that `asked` is a question of its own, not the two said one after the other.
    """

    asked: str
    earlier: str = ""
    sure: bool = True


def stand_alone(question: str, history: Sequence[Exchange]) -> Standing:
    """`question` after the exchanges of `history`, oldest first, as it stands alone.

    It leans on the last exchange, as that was understood; where that is not known it is worked
    out from those before it.
    """
    earlier = ""
    for exchange in history:
        asked = exchange.asked
        if not asked:
            standing = _after(exchange.question, earlier)
            asked = standing.asked if standing.sure else earlier
        earlier = asked
    return _after(question, earlier)


def _after(question: str, earlier: str) -> Standing:
    if not earlier or not leans(question):
        return Standing(question)
    rewritten = _beside(question, earlier) or _named(question, earlier)
    if rewritten:
        return Standing(rewritten, earlier)
    return Standing(f"{earlier} {question}", earlier, sure=False)


def _beside(question: str, earlier: str) -> str:
    """The earlier question with "and GPT-4?" or "what about 2021?" in its place, or empty."""
    match = _BESIDE.fullmatch(question.strip())
    if not match or not _OPENS.match(question.strip()):
        return ""
    thing = match["thing"].strip()
    if len(thing.split()) > _MOST_WORDS or _VERBS.search(thing):
        return ""
    if _ONLY_YEARS.fullmatch(thing):
        return _replaced(earlier, _YEARS, _dated(thing, earlier)) or _appended(earlier, thing)
    if _BY.fullmatch(thing):
        return _replaced(earlier, _BY, thing) or _appended(earlier, thing)
    if preposed := _PREPOSED.match(thing):
        places = list(re.finditer(rf"\b{preposed['how']}\b", earlier, re.IGNORECASE))
        return f"{earlier[: places[-1].start()]}{thing}?" if places else ""
    if ordinal := _ORDINAL_ONE.fullmatch(thing):
        return _swapped(earlier, ordinal["which"].lower())
    if is_name(thing) and (other := _parallel(thing, earlier)):
        return earlier[: other.start()] + thing + earlier[other.end() :]
    return ""


def _dated(thing: str, earlier: str) -> str:
    """A year phrase: a bare year takes over how the earlier one was said ("in", "since")."""
    said = _YEARS.search(earlier)
    words = said[0].split() if said else []
    year = re.search(_YEARS, thing)
    assert year is not None  # the caller has matched it
    bare = year[0][0].isdigit()
    return f"{words[0]} {year[0]}" if bare and words and not words[0][0].isdigit() else year[0]


def _replaced(text: str, pattern: re.Pattern[str], by: str) -> str:
    match = pattern.search(text)
    return text[: match.start()] + by + text[match.end() :] if match else ""


def _appended(earlier: str, phrase: str) -> str:
    return f"{earlier.rstrip(' ?!.')} {phrase}?"


def _swapped(earlier: str, which: str) -> str:
    """The earlier question with "first" for "second" and so on, as "the second one" asks."""
    for pair in _SWAPS:
        for said, wanted in (pair, pair[::-1]):
            if which == wanted:
                return _replaced(earlier, re.compile(rf"\b{said}\b", re.IGNORECASE), wanted)
    return ""


def is_name(thing: str) -> bool:
    """Whether a few words are the name of a thing (GPT-3, WebGPT, Bard), and no phrase."""
    return bool(_THING.fullmatch(f"x {thing}", 2))  # no first word of a sentence


def _parallel(thing: str, earlier: str) -> re.Match[str] | None:
    """The name in the earlier question that `thing` is set beside: the likest, else who acts."""
    names = [name for name in _THING.finditer(earlier) if name[0].casefold() != thing.casefold()]
    stem = re.match(r"[A-Za-z]+", thing)
    alike = [n for n in names if stem and n[0].casefold().startswith(stem[0].casefold())]
    return next(iter(alike or _acting(names, earlier)), None)


def _acting(names: Sequence[re.Match[str]], text: str) -> list[re.Match[str]]:
    """The names that do something in `text` first, in its order."""
    acts = [name for name in names if _AGENT.search(text[: name.start()])]
    return acts + [name for name in names if name not in acts]


def _named(question: str, earlier: str) -> str:
    """`question` with the name that its pronoun stands for, where there is just one, or empty."""
    text = re.sub(rf"^{_LEAD}", "", question, flags=re.IGNORECASE)
    pronoun = _PRONOUN.search(text)
    if not pronoun or _spoken_of(text[: pronoun.start()]) or not _ASKS_WHOLE.match(text):
        return ""
    names = _acting(list(_THING.finditer(earlier)), earlier)
    acts = bool(names) and bool(_AGENT.search(earlier[: names[0].start()]))
    if not names or _A_PAPER.search(earlier) or (len({n[0] for n in names}) > 1 and not acts):
        return ""
    said = f"{names[0][0]}’s" if pronoun["own"] else names[0][0]
    named = f"{text[: pronoun.start()]}{said}{text[pronoun.end() :]}"
    return "" if _REFERS.search(named) else named


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
