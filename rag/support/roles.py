"""Who did what: the sides of a comparison, the ends of a change, and which number is whose.

Texts of the same words can say opposite things: "A outperforms B" and "B outperforms A", "to 80%"
and "from 80%", "28.8% against 11.4%" the other way round. Only plain cases are told; what is not
plain is left to a judge.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.finding.terms import content_stems
from rag.support.directions import side_of
from rag.support.names import names_in
from rag.support.negation import negated_stems
from rag.support.quantities import Quantity, agrees, quantities

_COMPARES = re.compile(
    r"\b(?:(?:is|are|was|were|been|be) (?P<passive>outperformed|beaten|exceeded|surpassed) by"
    r"|(?P<verb>outperform|underperform|beat|exceed|surpass)(?:s|es|ed|ing)?"
    r"|(?P<prefer>prefer)(?:s|red)?\b(?P<what>[^.;,]{0,40}?)\b(?:to|over)"
    r"|(?P<than>\w+er|better|worse|(?:more|less|fewer)(?: [\w-]+){1,2}?) than)\b",
    re.IGNORECASE,
)
_NEAR = 8  # words on either side of a comparison that say what is compared
_ONES = frozenset({"one"})  # "sparse ones": stands for what the other side names
_STOP = re.compile(r"[,;.:()]|\b(?:although|and|but|despite|that|when|where|which|while)\b")
_FROM = re.compile(r"\bfrom\s+(?:about |around |nearly |almost )?$", re.IGNORECASE)
_TO = re.compile(r"\b(?:to|reach(?:es|ed)?)\s+(?:about |around |nearly |almost )?$", re.IGNORECASE)
_BETWEEN = re.compile(r"[^.;,]{0,25}?\bto\s+(?:about |around |nearly |almost )?", re.IGNORECASE)
_PART = re.compile(
    r"[;,]\s|\s(?:and|while|whereas|but|compared (?:to|with)|versus|vs\.?|against|than)\s",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Comparison:
    """What stands on its left and on its right, as stems that the other side has not; `word` is
    the comparing one, `pair` its pair of opposites with the side it is on.
    """

    word: str
    pair: tuple[int, int] | None
    left: frozenset[str]
    right: frozenset[str]


def sides_agree(claim: str, sentence: str) -> bool | None:
    """Whether both compare the same two things the same way: False if they are the wrong way
    round, None if that is not plain.
    """
    said, given = _comparison(claim), _comparison(sentence)
    if not said or not given or negated_stems(claim) or negated_stems(sentence):
        return None
    same = said.word == given.word or (said.pair is not None and said.pair == given.pair)
    opposite = said.pair and given.pair and said.pair == (given.pair[0], 1 - given.pair[1])
    if not same and not opposite:
        return None
    straight = bool(said.left & given.left), bool(said.right & given.right)
    crossed = bool(said.left & given.right), bool(said.right & given.left)
    if all(straight) and not all(crossed):
        return same
    return not same if all(crossed) and not all(straight) else None


def is_mirrored(claim: str, sentence: str) -> bool:
    """Whether one says "A is better than B" and the other that B is worse than A."""
    said, given = _comparison(claim), _comparison(sentence)
    opposite = said and given and said.pair != given.pair
    return bool(opposite) and sides_agree(claim, sentence) is True


def _comparison(text: str) -> _Comparison | None:
    found = list(_COMPARES.finditer(text))
    if len(found) != 1:
        return None
    match = found[0]
    what = match["what"] or ""  # of "they prefer A over B"; but "A is preferred by them over B"
    chosen = content_stems(what) and not what.lstrip().startswith("by ")
    before = what.split() if chosen else _STOP.split(text[: match.start()])[-1].split()[-_NEAR:]
    after = _STOP.split(text[match.end() :])[0].split()[:_NEAR]
    left, right = (frozenset(content_stems(" ".join(words))) for words in (before, after))
    left, right = left - right - _ONES, right - left - _ONES
    word = next(filter(None, map(match.group, ("passive", "verb", "prefer", "than")))).lower()
    if match["passive"]:
        word, left, right = _ACTIVE[word], right, left
    return _Comparison(word, side_of(word.split()[0]), left, right) if left and right else None


_ACTIVE = {
    "outperformed": "outperform",
    "beaten": "beat",
    "exceeded": "exceed",
    "surpassed": "surpass",
}


def wrong_end(claim: str, sentences: Sequence[str]) -> tuple[str, str] | None:
    """A number that the claim gives as the end of a change and a sentence as its beginning, or the
    other way round, as both say it; None if there is none.
    """
    given = [(text, q) for text in sentences for q in quantities(text)]
    spans = [span for text in sentences for span in _changes(text)]
    for quantity in quantities(claim):
        before = claim[: quantity.start]
        as_end, as_start = bool(_TO.search(before)), bool(_FROM.search(before))
        if not (as_end or as_start) or sum(agrees(quantity, q) for _, q in given) != 1:
            continue
        for start, end in spans:
            wrong, right = (start, end) if as_end else (end, start)
            if agrees(quantity, wrong) and not agrees(quantity, right):
                how, otherwise = ("to", "from") if as_end else ("from", "to")
                return f"{how} {quantity.text}", f"{otherwise} {wrong.text}"
    return None


def _changes(text: str) -> list[tuple[Quantity, Quantity]]:
    """The two ends of each "from 80% to 90%"."""
    found = quantities(text)
    return [
        (first, second)
        for first, second in pairwise(found)
        if first.kind == second.kind
        and _FROM.search(text[: first.start])
        and _BETWEEN.fullmatch(text[first.end : second.start])
    ]


@dataclass(frozen=True, slots=True)
class _Told:
    """A number with what it may be of: the names around it, and the stems that follow it."""

    quantity: Quantity
    names: frozenset[str]
    tail: frozenset[str]
    every: frozenset[str]


def of_another(claim: str, sentences: Sequence[str]) -> tuple[str, str] | None:
    """A number of the claim, and the one that a sentence gives for what the claim gives it to;
    None if no number is plainly another thing's.
    """
    for sentence in sentences:
        given = _told(sentence)
        for one in _told(claim):
            own = [item for item in given if agrees(one.quantity, item.quantity)]
            if len(own) != 1 or not (one.names or one.tail):
                continue
            for other in given:
                if other is own[0] or other.quantity.kind != one.quantity.kind:
                    continue
                theirs = (one.names & (other.names - own[0].every)) | (
                    one.tail & (other.tail - own[0].every)
                )
                ours = one.every & (own[0].names | own[0].tail) - other.every
                if theirs and not ours and not agrees(one.quantity, other.quantity):
                    return one.quantity.text, other.quantity.text
    return None


def _told(sentence: str) -> list[_Told]:
    """The numbers of a sentence that stand alone in their part of it."""
    told = []
    for part in _PART.split(sentence):
        found = [q for q in quantities(part) if not q.spelled]
        if len(found) == 1:
            rest = part[found[0].end :]
            named = {stem for name in names_in(f"x {part}") for stem in content_stems(name)}
            tail, every = frozenset(content_stems(rest)), frozenset(content_stems(part))
            told.append(_Told(found[0], frozenset(named), tail, every))
    return told
