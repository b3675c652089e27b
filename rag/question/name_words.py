"""The words by which a paper is called, and which of them its title, authors and text have."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from rag.finding.filters import fold
from rag.finding.terms import stem
from rag.question.followup import is_name
from rag.question.leaning import THING
from rag.types import Paper

CALLED_A_PAPER = re.compile(
    r"\b(?:(?:research |journal |conference |arxiv )?(?:papers?|article|preprint|manuscript"
    r"|publication|study|work|report|review|survey)"
    r"|(?:the )?ones?(?= (?:about|by|called|from|of|on|that|which|where|with)\b))\b",
    re.IGNORECASE,
)
"""What calls itself a paper, and is none of the words that name it."""

SMALL = frozenset(
    """a about also an and are as at be by called for from had has have how in introduced introduces
    introducing is it its of on or presented presents s than that the their them there they this
    titled to via was were what when where which who whose why with""".split()
)
"""Words inside a name that need no paper to account for them."""

_WORD = re.compile(r"[^\W_]+(?:[-‐–'’.][^\W_]+)*")
_PARTS = re.compile(r"[^\W_]+")
_OWNED = re.compile(r"['’]s?$|['’]s$")
_FEWEST = 5  # letters of a word that another form of it begins with, or of one mistyped
_ENDING = 4  # letters that the longer form has more
_ALIKE, _ALIKE_SHORT = 0.8, 0.86  # how like a word must be to one that the library has
_LONG = 6
_KEPT = 128  # papers whose words are kept: a question looks at the same ones for each of its names
_FEWEST_IN_TITLE = 3  # words of a title, or of what stands before its colon, found in a question


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A paper's words: stems, and words with hyphens also in one piece ("few-shot", "fewshot")."""

    paper: Paper
    title: frozenset[str]
    title_length: int
    authors: frozenset[str]
    first: frozenset[str]
    text: str
    counts: Counter[str]

    def is_title(self, words: Sequence[str]) -> bool:
        """Whether the words are the whole title."""
        return len(words) == self.title_length and all(map(self.in_title, words))

    def in_title(self, word: str) -> bool:
        """Whether the title has the word, in this form or another."""
        return _has(self.title, word)

    def by(self, word: str) -> bool:
        """Whether an author has such a name."""
        return fold(word) in self.authors

    def by_first(self, word: str) -> bool:
        """Whether it is the first author's family name."""
        return fold(word) in self.first

    def of_year(self, word: str) -> bool:
        """Whether it is the year of publication."""
        return word == self.paper.published[:4]

    def accounts_for(self, word: str) -> bool:
        """Whether title, authors or year have the word."""
        return self.in_title(word) or self.by(word) or self.of_year(word)

    def tells(self, word: str) -> bool:
        """Whether anything of the paper has the word."""
        return self.accounts_for(word) or _has(self.counts, word)

    def count(self, word: str) -> int:
        """How often title and text have it."""
        return sum(number for said, number in self.counts.items() if _has((said,), word))

    def same(self, word: str, other: str) -> bool:
        """Whether two words are forms of one."""
        return _has(_forms(other), word)


@lru_cache(maxsize=_KEPT)
def vocabulary(paper: Paper) -> Vocabulary:
    """The words of a paper, a function of nothing else."""
    text = f"{paper.title}. {paper.abstract} {paper.summary}"
    names = {fold(part) for name in paper.authors for part in _PARTS.findall(name)}
    whole = {fold(part) for name in paper.authors for part in name.split()}
    first = paper.authors[0].split()[-1:] if paper.authors else []
    counts = Counter(form for word in _WORD.findall(text) for form in set(_forms(word)))
    return Vocabulary(
        paper,
        frozenset(form for word in _WORD.findall(paper.title) for form in _forms(word)),
        len(words_of(paper.title)),
        frozenset(name for name in names | whole if len(name) > 1),
        frozenset(map(fold, first)),
        text,
        counts,
    )


def words_of(name: str) -> list[str]:
    """The words of a name that a paper has to account for, as they are written."""
    words = (_OWNED.sub("", word) for word in _WORD.findall(name))
    return [word for word in words if word and word.lower() not in SMALL]


def thing_in(text: str, name: str, *, surely: bool = False) -> str:
    """How `text` writes a thing's name ("InstructGPT" for "instructgpt"); empty if not as one.

    With `surely`, it is no word with a mere capital, as a title may have: PIGPI, not Data.
    """
    parts = re.findall(r"[^\W\d_]+|\d+", name)
    said = r"[-–\s]?".join(map(re.escape, parts))
    for match in re.finditer(rf"(?<![\w-]){said}(?![\w-])", text, re.IGNORECASE):
        odd = re.search(r"\d|\w[A-Z]", match[0])
        if parts and is_name(match[0]) and (odd or (not surely and match[0][:1].isupper())):
            return match[0]
    return ""


def corrected(words: Sequence[str], known: Sequence[Vocabulary]) -> tuple[str, ...]:
    """The words, those that no paper has put right by the one that is nearest in writing."""
    names: set[str] = set()
    for one in known:
        names |= {
            *words_of(one.paper.title),
            *(w for name in one.paper.authors for w in name.split()),
        }
        names |= {match[0] for match in THING.finditer(one.text)}
    by_fold = {fold(name): name for name in sorted(names)}
    return tuple(
        word if any(one.tells(word) for one in known) else _nearest(word, by_fold) for word in words
    )


def title_places(text: str, titles: Iterable[str]) -> list[tuple[int, int]]:
    """Where whole titles, or what stands in one before its colon, are in `text`, in order."""
    words = [(match.start(), match.end()) for match in _PARTS.finditer(text)]
    said = [fold(text[start:end]) for start, end in words]
    places: list[tuple[int, int]] = []
    for title in titles:
        for whole in (title, title.partition(":")[0]):
            parts = _PARTS.findall(fold(whole))
            if len(parts) < _FEWEST_IN_TITLE:
                continue
            ends = len(parts) - 1
            found = [
                (words[at][0], words[at + ends][1])
                for at in range(len(said) - ends)
                if said[at : at + len(parts)] == parts
            ]
            places += [one for one in found if not any(a <= one[0] < b for a, b in places)]
            if found:
                break
    return sorted(places)


def _nearest(word: str, by_fold: dict[str, str]) -> str:
    if len(word) < _FEWEST:
        return word
    cutoff = _ALIKE if len(word) >= _LONG else _ALIKE_SHORT
    near = get_close_matches(fold(word), by_fold, 1, cutoff)
    return by_fold[near[0]] if near else word


def _forms(word: str) -> tuple[str, ...]:
    """The stems of a word's parts, and the whole without its hyphens: "few", "shot", "fewshot"."""
    parts = [fold(part) for part in _PARTS.findall(_OWNED.sub("", word))]
    return (*map(stem, parts), "".join(parts))


def _has(forms: Collection[str], word: str) -> bool:
    """Whether a word is among `forms`: in one piece, or all of its parts."""
    parts = [fold(part) for part in _PARTS.findall(_OWNED.sub("", word))]
    return "".join(parts) in forms or all(_has_akin(forms, stem(part)) for part in parts)


def _has_akin(forms: Collection[str], own: str) -> bool:
    """Whether a stem is of one word with any of `forms`: the same, or "summari" and "summar"."""
    if own in forms or len(own) < _FEWEST:
        return own in forms
    return any(
        len(form) >= _FEWEST
        and abs(len(form) - len(own)) <= _ENDING
        and (form.startswith(own) or own.startswith(form))
        for form in forms
    )
