"""What a question wants of papers: the newest, those with most authors, or who wrote most."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.question.catalogue.slots import COUNT, NUMBER, cut, number_of, number_told

PAPER = (
    r"(?:papers?|works?|publications?|articles?|stud(?:y|ies)|reports?|titles|records?|entr(?:y"
    r"|ies)"
    r"|preprints?|documents?|items?|additions?|things?|pieces?|research|literature|ones?)"
)
_HEADS = (
    ("", r"papers?|works?|publications?|articles?|studies|reports?|titles|records?|entr(?:y|ies)"
     r"|documents?"),
    ("authors", r"who|whom|authors?|co-?authors|collaborators?|people|persons?|researchers?|names"
     r"|contributors?|colleagues|scientists|writers"),
    ("published", r"years?"),
    ("months", r"months?"),
    ("venue", r"venues?|journals?|conferences?"),
    ("categories", r"categor(?:y|ies)|subjects?"),
    ("sources", r"sources?(?: files?)?|files"),
)  # fmt: skip
_HEAD = re.compile("|".join(rf"\b({words})\b" for _, words in _HEADS), re.IGNORECASE)
_ANYBODY = re.compile(r"\b(?:any|some|every|no) ?(?:body|one)\b(?! of)", re.IGNORECASE)
_PER = re.compile(
    r"\b(?:per|by|(?:for|in|from|of) (?:each|every)|each|every) (?P<head>(?:different |single )?"
    r"(?:author|year|month|venue|journal|conference|category|subject|source(?: file)?|file))s?\b",
    re.IGNORECASE,
)
_MOST = re.compile(
    rf"\b(?:the )?(?:top (?P<top>{NUMBER})|(?:(?P<some>{NUMBER}) )?(?:(?P<most>most|largest"
    rf" number of|highest number of"
    r"|greatest number of|biggest number of)|(?P<least>fewest|least|smallest number of))"
    rf" (?:of (?:the|these|your) |different )?(?:{PAPER}\b|often|frequent(?:ly)?|prolific"
    r"|productive|common(?:ly)?|active|represented|times|appearances))|\b(?P<busy>busiest)\b"
    r"|\b(?:wrote|written|writes|write|published|publishes|authored|has|on|in|up|appears?) the"
    r" most\b"
    r"(?= (?:here|in|of|by|on|for|so|over|from|since|before|after|with|alongside)"
    r"\b|\W*$)|\bmost(?=\W*$)",
    re.IGNORECASE,
)
_OFTEN = re.compile(
    rf"\b(?:(?:in|on|of|wrote|has|have|with|for) )?{COUNT} (?:of (?:the|these|your) |different )?"
    rf"(?:{PAPER}|times|of (?:them|these))\b|\b(?P<thrice>more than twice)\b"
    r"|\b(?P<twice>(?:more than once|repeatedly|(?:at least )?twice))\b"
    r"|\b(?P<once>(?:only|just|exactly) once)\b",
    re.IGNORECASE,
)
_SO_MANY = re.compile(
    rf"\b(?:any )?(?!one\b)(?P<number>{NUMBER})(?= (?:\w+ )?papers\b)", re.IGNORECASE
)
_OLD = "oldest|earliest|first|least recent"
_NEW = "newest|latest|most recent(?:ly)?|youngest|last|freshest"
_RANKS = {"second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "fifth": 4}
_RANK = rf"(?:(?P<rank>{'|'.join(_RANKS)})[- ])?"
_HOW_MANY = r"(?:number of|amount of|count of)"
_SUPERLATIVES = tuple(
    (key, re.compile(pattern, re.IGNORECASE))
    for key, pattern in (
        (
            "authors",
            rf"\b{_RANK}(?:(?:(?P<more>most|largest {_HOW_MANY}|highest {_HOW_MANY}|greatest"
            rf" {_HOW_MANY}|biggest {_HOW_MANY})|(?P<less>fewest|least|smallest {_HOW_MANY}|lowest"
            rf" {_HOW_MANY})) (?:co-?)?(?:authors|people|names|writers|contributors)"
            r"|(?:(?P<larger>longest|largest|biggest)|(?P<smaller>shortest|smallest))"
            r" (?:author(?:s|['’]s)? (?:list|team|group|count)s?|list of authors|teams?|author"
            r" count))\b",
        ),
        (
            "sources",
            rf"\b{_RANK}(?:(?P<more>most|largest {_HOW_MANY}|highest {_HOW_MANY}|greatest"
            rf" {_HOW_MANY})"
            rf"|(?P<less>fewest|least|smallest {_HOW_MANY})) (?:different )?(?:source files"
            rf"|sources|files)\b",
        ),
        ("title", rf"\b{_RANK}(?:(?P<more>longest)|(?P<less>shortest))[ -](?:title[sd]?|name)\b"),
        ("abstract", rf"\b{_RANK}(?:(?P<more>longest)|(?P<less>shortest)) abstracts?\b"),
        (
            "published",
            rf"\b(?:(?P<before>{NUMBER})\s+)?{_RANK}(?:(?P<less>{_OLD})|(?P<more>{_NEW}))"
            rf"(?:\s+(?P<after>{NUMBER}))?(?=\s+{PAPER}\b|\s*$)"
            rf"|\b(?:(?P<before2>{NUMBER})\s+)?{_RANK.replace('rank', 'rank2')}"
            rf"(?:(?P<less2>oldest|earliest)|(?P<more2>newest|latest|most"
            rf" recent(?:ly)?))(?:\s+(?P<after2>{NUMBER}))?\b",
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Superlative:
    """The newest three, the second oldest, the one with the most authors: by `key`."""

    key: str
    least: bool
    count: int = 1
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Head:
    """The field whose values are asked for, empty for the papers themselves: all of them, those
    that most papers have (or fewest; so many of them), or those that so many papers have.
    """

    field: str = ""
    most: tuple[bool, int] | None = None
    often: tuple[int, int | None, str] | None = None


def superlative_of(text: str) -> tuple[Superlative | None, str]:
    """The superlative that `text` holds, if any, and the text without it."""
    for key, pattern in _SUPERLATIVES:
        if match := pattern.search(text):
            said = {name.rstrip("2"): word for name, word in match.groupdict().items() if word}
            number = said.get("before") or said.get("after")
            return Superlative(
                key,
                least="less" in said or "smaller" in said,
                count=number_of(number) if number else 1,
                rank=_RANKS[said["rank"].lower()] if "rank" in said else 0,
            ), cut(text, match)
    return None, text


def head_of(text: str) -> tuple[Head, str]:
    """What is asked for, and the text without the words that say how many papers must have it."""
    if per := _PER.search(text):
        return Head(_head_called(per["head"].split()[-1])), cut(text, per)
    most = _MOST.search(text)
    first = _HEAD.search(cut(text, most))
    field = _HEADS[(first.lastindex or 1) - 1][0] if first else ""
    if not field and not (_ANYBODY.search(text) and _compares(_OFTEN.search(text))):
        return Head(), text
    field = field or "authors"
    if most:
        top = most["top"] or most["some"]
        number = number_of(top) if top else 1
        return Head(field, most=(not most["least"], number)), cut(text, most)
    if not (often := _OFTEN.search(text)):
        return Head(field), text
    said: tuple[int, int | None, str] = (
        (3, None, "more than 2")
        if often["thrice"]
        else (2, None, "more than 1")
        if often["twice"]
        else ((1, 1, "exactly 1") if often["once"] else number_told(often))
    )
    return Head(field, often=said), cut(text, often) + " papers"


def _compares(often: re.Match[str] | None) -> bool:
    """Whether it says more than that one paper is so: "more than 10", "twice"."""
    said = ("least", "most", "over", "under", "plus", "up", "down", "thrice", "twice")
    return often is not None and any(often[name] for name in said)


def _head_called(word: str) -> str:
    return next(head for head, words in _HEADS if re.fullmatch(words, word, re.IGNORECASE))


def so_many(text: str) -> tuple[Superlative | None, str]:
    """The newest two, where “two papers” are asked for; “more than two” is told by all of them."""
    often = _OFTEN.search(text)
    if often and any(often[name] for name in ("least", "most", "over", "under")):
        return None, cut(text, often) + " papers"
    if match := _SO_MANY.search(text):
        return Superlative("published", least=False, count=number_of(match["number"])), cut(
            text, match
        )
    return None, text
