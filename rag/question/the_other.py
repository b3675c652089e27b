"""What "the other one" of a follow-up is, where two papers were just spoken of; and what "it" is.

Both are told by the names that the earlier questions called them by, so that each can be searched
for. Where a name is missing, or the papers are not just two, nothing is put in their place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.question.leaning import (
    ACTS,
    ASKS_WHOLE,
    EXPLETIVE,
    NOUNS,
    OPENERS,
    REFERS,
    THING,
    spoken_of,
    without_openers,
)
from rag.types import Exchange

PRONOUN = re.compile(
    rf"\b(?:(?P<own>its)(?! own)\b|it(?! (?:{EXPLETIVE})\b)\b|(?:this|that) (?:{NOUNS})\b)",
    re.IGNORECASE,
)
# "Does it hold for GPT-3?" asks of what was said, not of the thing it was said of.
HOLDS = re.compile(r"\bit (?:also )?(?:appl(?:y|ies)|generali[sz]es?|holds?)\b", re.IGNORECASE)
_AGENT = re.compile(rf"\b{ACTS}\s+(?:the\s+)?$", re.IGNORECASE)
# What stands behind these is where something was done or measured: "on ELI5", "at OpenAI".
_PLACED = re.compile(r"\b(?:at|for|in|on|over)\s+(?:the )?$", re.IGNORECASE)
# "How does the other work?" and "the other models" are of something else.
_THE_OTHER = re.compile(
    r"\bthe other(?: (?:one|paper|article)\b|(?=['’]s\b|\s*(?:[?!.,;]|$)"
    rf"|\s+(?:{ACTS}|about|at|by|for|in|on|regarding|then|too|when|with)\b))(?P<own>['’]s\b)?",
    re.IGNORECASE,
)
_OF_TWO = re.compile(r"\b(?:both|each|either|(?<!this )(?<!that )one|two)\b", re.IGNORECASE)
_AND = re.compile(r"\b(?:and|or)\s+$", re.IGNORECASE)
_ALONE = re.compile(
    rf"{OPENERS}(?:what about |how about )?(?:(?:about|at|by|for|from|in|of|on|with) )?"
    r"(?P<other>the other.*)",
    re.IGNORECASE,
)
_BESIDE = re.compile(r"\b(?:against|and|beat|from|over|than|to|with)\s+$", re.IGNORECASE)
_TELLS = re.compile(r"(?:please )?(?:compare|contrast|describe|explain|tell)\b", re.IGNORECASE)
# What stands between two names that are set side by side: "Codex and GPT-3", "Codex better than".
_JOINS = re.compile(
    r"\W*(?:(?:and|or|to|versus|vs\.?|with)\W+)?(?:the )?"
    r"|(?: [\w-]+){0,4} (?:against|than|versus|compared (?:to|with)|compare (?:to|with)"
    r"|(?:differ|different) from) (?:the )?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _About:
    """What a question is about, by name: the one thing that it names, all that it sets side by
    side, or what does something in it (the `agent`) at a place that it names too; nothing if that
    is not plain.
    """

    names: tuple[str, ...]
    agent: str


def acting(names: Sequence[re.Match[str]], text: str) -> list[re.Match[str]]:
    """The names that do something in `text` first, in its order."""
    acts = [name for name in names if acts_in(name, text)]
    return acts + [name for name in names if name not in acts]


def acts_in(name: re.Match[str], text: str) -> bool:
    """Whether a name in `text` is that of whoever does something: "does Codex"."""
    return bool(_AGENT.search(text[: name.start()]))


def with_the_other(question: str, history: Sequence[Exchange]) -> tuple[str, bool]:
    """`question` with names for "the other one" and for "it", and whether it stands by itself so;
    empty if there are no two papers of which that is sure.

    `history` has of each question what was asked.
    """
    text = without_openers(question)
    other = _THE_OTHER.search(text)
    two = _two_in_play(history) if other else None
    if other is None or two is None or HOLDS.search(text):
        return "", False
    said = [name for name in two if name in {thing[0] for thing in THING.finditer(text)}]
    it, rest = two[::-1] if said == [two[1]] else two
    before = _AND.sub("", text[: other.start()].replace(it, ""))
    if len(said) > 1 or spoken_of(before) or _OF_TWO.search(before):
        return "", False
    pronoun = None if said else PRONOUN.search(text)
    # Behind "the other one" it may mean that: "does the other one say that it is better?"
    if pronoun and pronoun.start() > other.start() and not _BESIDE.search(text[: pronoun.start()]):
        return "", False
    named = _put(text, [(other, rest), *([(pronoun, it)] if pronoun else [])])
    if REFERS.search(named):
        return "", False
    if pronoun or said:
        return (named, True) if ASKS_WHOLE.match(named) or _TELLS.match(named) else ("", False)
    alone = _ALONE.fullmatch(text)
    return (rest if alone and alone["other"].strip(" ?!.") == other[0] else named), False


def _put(text: str, places: Sequence[tuple[re.Match[str], str]]) -> str:
    """`text` with names in these places."""
    for place, name in sorted(places, key=lambda one: -one[0].start()):  # the last one first
        said = f"{name}’s" if place["own"] else name
        text = f"{text[: place.start()]}{said}{text[place.end() :]}"
    return text


def _two_in_play(history: Sequence[Exchange]) -> tuple[str, str] | None:
    """The names of the two papers that were just spoken of, the one that "it" means first: those
    of the last answer, or of the last two together; None if they are not two, or not named.
    """
    lately = history[-2:]
    papers = _papers(lately[-1]) if lately else set[str]()
    alone = len(papers) == 1
    if alone:
        papers = papers.union(*map(_papers, lately))
    if len(papers) != 2:
        return None
    about = [_about(one.asked) for one in lately if _papers(one) and _papers(one) <= papers]
    names = {name.casefold(): name for one in about for name in one.names}
    last = about[-1]
    # Of two names side by side the last was last spoken of; which one a single paper has is open.
    it = last.agent or (last.names[-1] if last.names and not (alone and last.names[1:]) else "")
    # Two papers of two answers are named only if both are, not by two names of one answer.
    if len(names) != 2 or not it or (alone and not all(one.names for one in about)):
        return None
    return it, next(name for low, name in names.items() if low != it.casefold())


def _papers(exchange: Exchange) -> set[str]:
    return {paper_id for paper_id, _ in exchange.cited}


def _about(text: str) -> _About:
    found = {name[0].casefold(): name for name in reversed(list(THING.finditer(text)))}
    names = sorted(found.values(), key=lambda name: name.start())
    agent = next((name[0] for name in names if acts_in(name, text)), "")
    between = (text[one.end() : other.start()] for one, other in pairwise(names))
    if all(map(_JOINS.fullmatch, between)):
        return _About(tuple(name[0] for name in names), agent)
    others = [name for name in names if name[0] != agent]
    # In "how did OpenAI train Codex?" the agent is a lab, an author or a method, and not the paper.
    if agent and all(_PLACED.search(text[: name.start()]) for name in others):
        return _About((agent,), agent)
    return _About((), "")
