"""Words of direction (more, improves, before) and whether two sentences point opposite ways."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rag.finding.terms import content_stems

_MORE = """increase increased increases increasing raise raises raised rise rises rising elevate
    elevates elevated elevating grow grows grew growing growth gain gains higher greater larger
    high upregulate upregulates upregulated upregulation upregulating"""
_LESS = """decrease decreased decreases decreasing reduce reduces reduced reducing reduction lower
    lowers lowered lowering decline declines declined declining drop drops dropped fall falls fell
    falling loss diminish diminishes diminished fewer smaller low downregulate downregulates
    downregulated downregulation downregulating shrink shrinks shrank"""
_FURTHER = """enhance enhances enhanced enhancing promote promotes promoted promoting activate
    activates activated activating activation stimulate stimulates stimulated induce induces
    induced strengthen strengthens accelerate accelerates accelerated allow allows allowed"""
_HINDER = """suppress suppresses suppressed suppressing suppression inhibit inhibits inhibited
    inhibiting inhibition impair impairs impaired impairing attenuate attenuates attenuated prevent
    prevents prevented block blocks blocked abolish abolishes abolished weaken weakens slow slows
    slowed"""
_OPPOSITES = (
    (_MORE, _LESS),
    (_FURTHER, _HINDER),
    ("more", "less fewer"),
    (
        "better improve improves improved improving",
        "worse worsen worsens worsened degrade degrades",
    ),
    ("faster quicker", "slower"),
    ("longer", "shorter"),
    ("easier easy", "harder hard difficult"),
    ("stronger strong", "weaker weak"),
    ("outperform outperforms outperformed beats beat", "underperform underperforms underperformed"),
    ("above exceeds exceed exceeded", "below"),
    ("before", "after"),
    ("positive positively", "negative negatively"),
    ("most", "least"),
    ("succeed succeeds succeeded success", "fail fails failed failure"),
    ("agree agrees agreed agreement", "disagree disagrees disagreed disagreement"),
    ("significant significantly", "insignificant insignificantly"),
    ("necessary", "unnecessary"),
    ("able", "unable"),
    ("always", "never"),
    ("safe", "unsafe harmful"),
    ("likely", "unlikely"),
    ("similar similarly same", "different differently differ differs"),
)


def _sides() -> Mapping[str, tuple[int, int]]:
    """Each directed word: which pair of opposites it is of, and on which side."""
    return {
        word: (pair, side)
        for pair, sides in enumerate(_OPPOSITES)
        for side, words in enumerate(sides)
        for word in words.split()
    }


_SIDE = _sides()
_TOKEN = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_NEAR = 3  # words on either side of a directed word that say what it is said of


def is_directed(word: str) -> bool:
    """Whether the word, in small letters, says a direction that has an opposite."""
    return word in _SIDE


def side_of(word: str) -> tuple[int, int] | None:
    """Which pair of opposites a word, in small letters, is of, and on which side; None if none."""
    return _SIDE.get(word)


def turned_round(claim: str, sentence: str) -> tuple[str, str] | None:
    """A word of `claim` and its opposite in `sentence`, said of the same thing; None if none is.

    Where the sentence points both ways, it is not told which one is meant.
    """
    there = _directed(sentence)
    sides = {(pair, side) for _, pair, side, _ in there}
    for word, pair, side, near in _directed(claim):
        if (pair, side) in sides:
            continue
        for other, other_pair, other_side, other_near in there:
            if (pair, 1 - side) == (other_pair, other_side) and near & other_near:
                return word, other
    return None


def _directed(text: str) -> list[tuple[str, int, int, frozenset[str]]]:
    """Words of direction, each with its pair, its side and the stems of the words around it."""
    words = _TOKEN.findall(text)
    found = []
    for place, word in enumerate(words):
        if (where := _SIDE.get(word.lower())) is None:
            continue
        around = words[max(0, place - _NEAR) : place] + words[place + 1 : place + 1 + _NEAR]
        said_of = " ".join(w for w in around if w.lower() not in _SIDE)
        found.append((word, *where, frozenset(content_stems(said_of))))
    return found
