"""Which questions are understood only after another one: follow-ups, and pieces of questions."""

from __future__ import annotations

import re

from rag.finding.terms import content_stems
from rag.question.years import SPAN

OPENERS = r"\W*(?:(?:ok(?:ay)?|and|but|or|so|then|also|well|thanks|hm+)\b[\s,]*)*"
_JOINS = re.compile(r"\W*(?:and|but|or|so|then|also)\b", re.IGNORECASE)
_OPENS = re.compile(
    rf"{OPENERS}(?:what about|how about|why so|why not|how so|in what way)\b", re.IGNORECASE
)
NOUNS = "approach|case|corpus|dataset|method|model|one|paper|result|study|system|task|work"
EXPLETIVE = "true|matters?|possible|known|clear|hard|harder|easy|easier|worth|better to|enough"
_BEFORE_THAT = "about|after|by|can|could|did|does|for|from|is|like|of|on|than|was|with|would|wrote"
REFERS = re.compile(
    rf"\b(?:it(?! (?:{EXPLETIVE})\b)|its(?! own)|they|them|their(?! own)|theirs|he|him|his"
    rf"|she|her|hers|this|these|those|that (?:{NOUNS})|(?:{_BEFORE_THAT}) that"
    r"|the (?:same|others?|former|latter)|the (?:\w+ )?ones?|which ones?)\b",
    re.IGNORECASE,
)
# What a pronoun further on may stand for: a name, so written, but for the question's first word;
# or whatever an earlier clause speaks of.
_NAME = re.compile(r"(?<!^)\b(?:[A-Z]\w*|\w*[a-z][A-Z]\w*|\w+-?\d\w*)\b|^\w*[a-z]\w*[A-Z\d]\w*\b")
_CLAUSE = re.compile(
    r"[,;:–—]| - |\b(?:after|and|because|before|but|if|or|that|when|while)\b", re.IGNORECASE
)
# "What did they find in “A paper's title”?" speaks of its authors, whatever was asked before; and
# what stands in a title refers to nothing outside it.
_TITLE = re.compile(r"“[^”]{12,}”|\"[^\"]{12,}\"")
_PEOPLE = re.compile(r"\b(?:they|them|their|theirs)\b", re.IGNORECASE)
_ASKS = re.compile(r"\b(?:how|what|when|where|which|who|whom|whose|why)\b", re.IGNORECASE)
_FEWEST_STEMS = 2  # "Why?", "By how much?", "Which datasets?" say too little to be searched for

# A thing with a name: GPT-3, InstructGPT, WebGPT, gpt-4, BLOOM, "Codex"; no bare year or number.
THING = re.compile(
    r"\b(?:[A-Za-z]+-?\d[\w.]*\b|\w*[a-z]\w*[A-Z]\w*|[A-Z]{2,}[\w-]*|(?<!^)(?<![.?!] )[A-Z][\w-]+)"
    r"(?:\s+(?:[A-Z][\w-]+|\d{1,3}\b))*"
)

# --- questions of their own behind "so", "and", "then" ----------------------------------------

ACTS = r"(?:are|can|could|did|do|does|had|has|have|is|was|were|will|would)"
# A question of its own, and no part of one ("if it gets more tries?").
ASKS_WHOLE = re.compile(rf"(?:(?:\w+ )?{_ASKS.pattern}|{ACTS}\b)", re.IGNORECASE)
_TELL = re.compile(
    r"(?:please )?(?:compare|define|describe|explain|list|show|summari[sz]e|tell)\b", re.IGNORECASE
)
_DEFINES = re.compile(
    r"(?:what|who)(?:'s|’s| is| are| was| were) (?!the\b|there\b|that\b)(?P<what>.+)", re.IGNORECASE
)
# Beside something said before: "is GPT-3 better?" (than what?), "does it hold for GPT-3 too?".
_BESIDE_ANOTHER = re.compile(
    r"\b(?:better|bigger|cheaper|faster|higher|larger|lower|slower|smaller|stronger|weaker|worse)\b"
    r"(?!.*\bthan\b)|\b(?:too|either|as well|instead)\W*$",
    re.IGNORECASE,
)
# "How well does GPT-3 do?" (at what?) says nothing but of whom it is asked.
_HOW_WELL = frozenset("do compare fare far good much many perform well".split())
_SAYS_WHAT = re.compile(r"(?:what|who|whom|when|where|why)\b", re.IGNORECASE)

# --- pieces of questions ------------------------------------------------------------------------

PREPOSED = re.compile(
    r"(?P<how>about|after|against|among|at|before|between|by|during|for|from|in|on|over|since|than"
    r"|to|under|until|with|without)\b",
    re.IGNORECASE,
)
VERBS = re.compile(
    rf"\b(?:{ACTS}|how|what|when|where|which|who|whom|whose|why|if|it|they|that|this)\b",
    re.IGNORECASE,
)
_DEFINITE = re.compile(r"(?:the|its|their|his|her)\s", re.IGNORECASE)
_TO_NOBODY = frozenset(
    "anyone hello help hey hi huh no ok okay please really right seriously sure test thanks yes"
    " you".split()
)
MOST_WORDS = 6
"""Words of what is set beside something at most; more is a question of its own."""
_MOST_BARE = 3  # words of "the dataset?", "limitations?"


def leans(question: str) -> bool:
    """Whether `question` is understood only after another: it opens with "what about", refers back
    ("it", "these", "the same") to nothing of its own, is a piece ("in 2021?", "the dataset?"), or
    says next to nothing. One behind "so" or "and" does, unless it names what it is about.
    """
    text = question.strip()
    if _OPENS.match(text):
        return True
    if _JOINS.match(text):
        return not _of_its_own(without_openers(text))
    if is_piece(text):
        return True
    if len(set(content_stems(text))) < _FEWEST_STEMS and not _NAME.search(text):
        return bool(_ASKS.search(text))  # a greeting leans on nothing
    return _refers_back(text)


def said_to_nobody(text: str) -> float:
    """The share of words that greet, thank or agree, and ask nothing: all of "ok, thanks!"."""
    words = re.findall(r"[\w'’]+", text.lower())
    return sum(word in _TO_NOBODY for word in words) / max(1, len(words))


def without_openers(text: str) -> str:
    """`text` without "ok, and then" in front."""
    return re.sub(rf"^{OPENERS}", "", text, flags=re.IGNORECASE)


def is_piece(text: str) -> bool:
    """Whether it is a piece of a question: "in 2021?", "by OpenAI?", "the dataset?"."""
    words = text.strip(" ?!.").split()
    if SPAN.fullmatch(text.strip(" ?!.")):
        return True
    if not words or len(words) > MOST_WORDS or VERBS.search(text) or not content_stems(text):
        return False
    if PREPOSED.match(text):
        return not text.endswith((".", "!"))
    bare = len(words) <= _MOST_BARE and text.endswith("?")
    plain = bare and text.replace(" ", "").rstrip("?").isalpha() and text.islower()
    return bare and (
        bool(_DEFINITE.match(text)) or (plain and not _TO_NOBODY.intersection(map(_low, words)))
    )


def spoken_of(before: str) -> bool:
    """Whether the text before a pronoun holds something that it may stand for."""
    return bool(_NAME.search(before) or (_CLAUSE.search(before) and content_stems(before)))


def _refers_back(text: str) -> bool:
    asked = _TITLE.sub("“”", text)
    referring = REFERS.search(asked)
    if referring is None or spoken_of(asked[: referring.start()]):
        return False
    return asked == text or not _PEOPLE.fullmatch(referring[0])


def _of_its_own(text: str) -> bool:
    """Whether a question without its opener says by itself what it is about."""
    if not (ASKS_WHOLE.match(text) or _TELL.match(text)):
        return False
    if _refers_back(text) or _BESIDE_ANOTHER.search(text):
        return False
    if (defines := _DEFINES.match(text)) and content_stems(defines["what"]):
        return True
    named = {stem for name in THING.finditer(text) for stem in content_stems(name[0])}
    if not named:
        return False
    says = set(content_stems(text)) - named - {s for w in _HOW_WELL for s in content_stems(w)}
    return bool(says) or bool(_SAYS_WHAT.match(text) or _TELL.match(text))


def _low(word: str) -> str:
    return word.lower()
