"""Who is meant by a name: “J. Schulman”, “ouyang”, “Daniel Ziegler” without his M, “Zeigler”."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rag.finding.filters import fold
from rag.library import Library
from rag.types import Paper

NAME_WORDS = 5  # of an author at most; more that nobody knows are no name
_PART = re.compile(r"[^\W_]+")
_NICKNAME = 3  # letters that two forms of a first name begin with: Jeff and Jeffrey
_MISSPELT = 5  # letters of a word in which one may be wrong
_NO_PERSON = frozenset("collaboration consortium group team".split())  # no part of it is a name
_NEARLY, _NOBODY = 5, 9


def authors_called(library: Library, words: Sequence[str], *, nearly: bool = True) -> list[str]:
    """The authors whom `words` may name, as the catalogue spells them, sorted; empty if nobody.

    The whole name counts for more than the family name, that for more than a name without its
    middle part, one with initials or a short first name, or a first name; and if `nearly`, with a
    letter wrong. Who is met best is meant, if several are as well, each of them.
    """
    parts = [part for word in words for part in _PART.findall(fold(_without_s(word)))]
    if not parts or len(parts) > NAME_WORDS or max(map(len, parts)) == 1:
        return []
    whole = [part for part in parts if len(part) > 1]
    for sought in (whole, whole[-1:], whole[:1]):
        best = _best(parts, library.papers_by_author(" ".join(sought)))
        if best:
            return best
    longest = max(parts, key=len)
    if not nearly or len(longest) < _MISSPELT:
        return []
    return _best(parts, library.papers_by_author(longest, nearly=True))


def _best(parts: Sequence[str], papers: Iterable[Paper]) -> list[str]:
    """Those of the papers' authors whom the parts of a name meet best."""
    names = {name for paper in papers for name in paper.authors}
    ranked = {name: _distance(parts, _PART.findall(fold(name))) for name in names}
    best = min(ranked.values(), default=_NOBODY)
    return sorted(name for name in names if ranked[name] == best < _NOBODY)


def _distance(said: Sequence[str], own: Sequence[str]) -> int:
    """How far what is said is from somebody's own name, in steps; _NOBODY if it is another's."""
    if sorted(said) == sorted(own):
        return 0
    if not own or len(said) > len(own):
        return _NOBODY
    if len(said) == 1:
        if said[0] == own[-1]:
            return 1
        if said[0] in own and own[-1] not in _NO_PERSON:
            return 4
    elif own[-1] in said:
        given = [part for part in said if part != own[-1]]
        if set(given) <= set(own):
            return 2
        if all(any(_short(one, two) for two in own[:-1]) for one in given):
            return 3
    near = all(any(one == two or _one_letter_off(one, two) for two in own) for one in said)
    return _NEARLY if near and (len(said) > 1 or _one_letter_off(said[0], own[-1])) else _NOBODY


def _short(one: str, two: str) -> bool:
    """Whether one is an initial or a short form of the other."""
    shorter, longer = sorted((one, two), key=len)
    return len(shorter) in {1, *range(_NICKNAME, len(longer) + 1)} and longer.startswith(shorter)


def _one_letter_off(one: str, two: str) -> bool:
    """Whether one letter is wrong, missing or too many, or two next to each other are swapped."""
    if min(len(one), len(two)) < _NICKNAME or abs(len(one) - len(two)) > 1:
        return False
    same = next(
        (n for n, (a, b) in enumerate(zip(one, two, strict=False)) if a != b),
        min(len(one), len(two)),
    )
    a, b = one[same:], two[same:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])


def _without_s(word: str) -> str:
    return re.sub(r"['’]s?$", "", word)
