"""Follow-up questions as they stand alone: what a question asks that leans on an earlier one.

Whether it leans on one its words tell (see `goes_on`). Then rules: the name that a pronoun stands
for is put in its place, and "and GPT-4?" takes the place of what it is set beside. Where no rule is
sure, the earlier question is said before it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.question.goes_on import goes_on
from rag.question.leaning import (
    ASKS_WHOLE,
    MOST_WORDS,
    OPENERS,
    PREPOSED,
    REFERS,
    THING,
    VERBS,
    leans,
    spoken_of,
    without_openers,
)
from rag.question.the_other import HOLDS, PRONOUN, acting, acts_in, with_the_other
from rag.question.years import SPAN
from rag.types import Exchange

if TYPE_CHECKING:
    from rag.question.goes_on import Leaning

_BESIDE = re.compile(
    rf"{OPENERS}(?:what about|how about)?\s*(?P<for>for\s+)?(?P<thing>[^?!.,;]+?)"
    r"\s*(?:then|too)?\s*[?!.]*",
    re.IGNORECASE,
)
_ONLY_YEARS = re.compile(rf"(?:the (?:ones?|papers?) )?(?:{SPAN.pattern})", re.IGNORECASE)
_OF_A_YEAR = re.compile(r"(?:in|from|of|during)\s", re.IGNORECASE)
_PAPERS = re.compile(r"\b(?:papers|studies|works|publications|articles|reports)\b", re.IGNORECASE)
_DEFINITE = re.compile(
    r"(?:(?:the|(?P<own>its|their)) )?(?P<noun>(?:[\w-]+ ){0,2}[\w-]+)", re.IGNORECASE
)
_BY = re.compile(r"\bby\s+[A-Z][\w.'’-]*(?:\s+[A-Z][\w.'’-]*)*(?<![.])")
_OF_A_THING = frozenset(
    """architecture authors baseline baselines benchmark benchmarks code conclusion conclusions cost
    data dataset datasets date drawbacks evaluation findings license limitation limitations method
    methods parameters performance purpose results risks size training weaknesses year""".split()
)
# "it" may then mean the paper, and no name of the question says which that is.
_A_PAPER = re.compile(r"\b(?:article|paper|report|review|study|survey|work)\b", re.IGNORECASE)
_SWAPS = (("first", "second"), ("smallest", "largest"), ("smaller", "larger"), ("small", "large"),
          ("best", "worst"), ("oldest", "newest"))  # fmt: skip
_ORDINAL_ONE = re.compile(r"the (?P<which>\w+)(?: one)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Standing:
    """A question as it stands alone.

    `asked` says all of it; `earlier` is the question it leans on, empty if on none; `sure` says
    that `asked` is a question of its own, not the two said one after the other. It is of the
    `same` where a pronoun of it stood for what was spoken of.
    """

    asked: str
    earlier: str = ""
    sure: bool = True
    same: bool = False


def stand_alone(question: str, history: Sequence[Exchange], leaning: Leaning = goes_on) -> Standing:
    """`question` after the exchanges of `history`, oldest first, as it stands alone, if it is one
    that is `leaning` on them.

    It leans on the last exchange, as that was understood; where that is not known it is worked
    out from those before it.
    """
    before: list[Exchange] = []
    for exchange in history:
        asked = exchange.asked
        if not asked:
            standing = _after(exchange.question, before, leaning)
            asked = standing.asked if standing.sure else before[-1].asked
        before.append(replace(exchange, asked=asked))
    return _after(question, before, leaning)


def _after(question: str, before: Sequence[Exchange], leaning: Leaning) -> Standing:
    """`question` after exchanges of which it is known what was asked."""
    if not before:
        return Standing(question)
    earlier = _lately(before)
    named, whole = with_the_other(question, before)
    if whole:
        return Standing(named, earlier)
    if named:
        beside = f"and {named}"
        standing = _by_rules(beside, earlier, leaning=leans(beside))
        if standing.sure:
            return Standing(without_openers(standing.asked), earlier)
    piece = leans(question) and bool(_set_beside(question))  # "and GPT-4?" leans in any words
    does = piece or leaning(question, [exchange.question for exchange in before])
    if not does and not _is_bare_name(question):
        return Standing(question)
    return _by_rules(question, earlier, leaning=does)


def _lately(before: Sequence[Exchange]) -> str:
    """What the last question asked; if it was said behind others, only behind the last that stood
    by itself: however long people go on, a question is read behind two others at most.
    """
    last = before[-1]
    own = [one for one in before if not one.asked.endswith(f" {one.question}")]
    if not own or own[-1] is last:
        return last.asked
    return f"{own[-1].asked} {last.question}"


def _by_rules(question: str, earlier: str, *, leaning: bool) -> Standing:
    if beside := _beside(question, earlier):
        return Standing(beside, earlier)
    if named := _named(question, earlier):
        return Standing(named, earlier, same=True)
    if not leaning:
        return Standing(question)
    return Standing(f"{earlier} {question}", earlier, sure=False)


def _set_beside(question: str) -> re.Match[str] | None:
    """A few words without a verb that a question is made of, behind "and" or "what about"."""
    match = _BESIDE.fullmatch(question.strip())
    if not match:
        return None
    thing = match["thing"].strip()
    return None if len(thing.split()) > MOST_WORDS or VERBS.search(thing) else match


def _beside(question: str, earlier: str) -> str:
    """The earlier question with "and GPT-4?" or "what about 2021?" in its place, or empty."""
    match = _set_beside(question)
    if not match:
        return ""
    thing = match["thing"].strip()
    if _ONLY_YEARS.fullmatch(thing):
        return _dated(thing, earlier)
    if _BY.fullmatch(thing):
        return _replaced(earlier, _BY, thing) or _appended(earlier, thing)
    if preposed := PREPOSED.match(thing):
        places = list(re.finditer(rf"\b{preposed['how']}\b", earlier, re.IGNORECASE))
        whole = f"{earlier[: places[-1].start()]}{thing}?" if places else ""
        return whole or _appended(earlier, thing)
    ordinal = _ORDINAL_ONE.fullmatch(thing)
    if ordinal and (swapped := _swapped(earlier, ordinal["which"].lower())):
        return swapped
    if is_name(thing):
        other = _parallel(thing, earlier, alike=_is_bare_name(question))
        return earlier[: other.start()] + thing + earlier[other.end() :] if other else ""
    return _appended(earlier, f"for {thing}") if match["for"] else _of_the_same(thing, earlier)


def _is_bare_name(question: str) -> bool:
    """Whether a question is nothing but a name: "GPT-4?"."""
    text = question.strip()
    return text.endswith("?") and without_openers(text) == text and is_name(text.rstrip(" ?"))


def _dated(thing: str, earlier: str) -> str:
    """The earlier question of other years: a bare year is that year, also after "since 2022"."""
    span, said = SPAN.search(thing), SPAN.search(earlier)
    assert span is not None  # the caller has matched it
    if not span[0][0].isdigit() or span["year"] is None:
        phrase = span[0]
    elif said is None:
        phrase = f"{'from' if _PAPERS.search(earlier) else 'in'} {span[0]}"
    elif how := _OF_A_YEAR.match(said[0]):
        phrase = f"{how[0]}{span[0]}"
    else:
        phrase = span[0] if said[0][0].isdigit() else f"from {span[0]}"
    return _replaced(earlier, SPAN, phrase) or _appended(earlier, phrase)


def _of_the_same(thing: str, earlier: str) -> str:
    """What "and the test set?" asks: the same of that as of the training set, or what it is of
    the one name in the earlier question; empty where there are several, or none.
    """
    definite = _DEFINITE.fullmatch(thing)
    if not definite or (definite["noun"] == thing and thing.lower() not in _OF_A_THING):
        return ""
    if REFERS.search(thing) and not definite["own"]:
        return ""
    noun = definite["noun"].split()[-1]
    parallel = re.search(rf"\bthe (?:[\w-]+ ){{0,2}}{re.escape(noun)}\b", earlier, re.IGNORECASE)
    if parallel and parallel[0].casefold() != thing.casefold():
        return earlier[: parallel.start()] + thing + earlier[parallel.end() :]
    names = {name[0] for name in THING.finditer(earlier)}
    if len(names) != 1 or _A_PAPER.search(earlier):
        return ""
    verb = "are" if noun.endswith("s") and not noun.endswith("ss") else "is"
    return f"What {verb} the {definite['noun']} of {names.pop()}?"


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
    return bool(THING.fullmatch(f"x {thing}", 2))  # no first word of a sentence


def _parallel(thing: str, earlier: str, *, alike: bool = False) -> re.Match[str] | None:
    """The name in the earlier question that `thing` is set beside: the likest, else who acts;
    if it must be `alike`, only one that begins as it does (GPT-3 for GPT-4).
    """
    names = [name for name in THING.finditer(earlier) if name[0].casefold() != thing.casefold()]
    stem = re.match(r"[A-Za-z]+", thing)
    like = [n for n in names if stem and n[0].casefold().startswith(stem[0].casefold())]
    return next(iter(like or ([] if alike else acting(names, earlier))), None)


def _named(question: str, earlier: str) -> str:
    """`question` with the name that its pronoun stands for, where there is just one, or empty."""
    text = without_openers(question)
    pronoun = PRONOUN.search(text)
    if (
        not pronoun
        or HOLDS.search(text)
        or spoken_of(text[: pronoun.start()])
        or not ASKS_WHOLE.match(text)
    ):
        return ""
    names = acting(list(THING.finditer(earlier)), earlier)
    acts = bool(names) and acts_in(names[0], earlier)
    if not names or _A_PAPER.search(earlier) or (len({n[0] for n in names}) > 1 and not acts):
        return ""
    said = f"{names[0][0]}’s" if pronoun["own"] else names[0][0]
    named = f"{text[: pronoun.start()]}{said}{text[pronoun.end() :]}"
    return "" if REFERS.search(named) else named
