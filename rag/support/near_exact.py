"""Whether a sentence is a quote but for its dress: shortened, "we" become "they", a title's name.

Every word that carries meaning must stand in one sentence of the quote, in the same order; what
the quote says with a reservation ("not", "only if", "may") is not said without it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.evidence.sentences import sentence_spans
from rag.finding.terms import content_stems
from rag.support.clauses import clauses
from rag.support.directions import is_directed

MIN_WORDS = 3  # of fewer words that carry meaning, a quote may hold all by chance
_TOKEN = re.compile(r"[^\W_]+(?:['’][a-z]+)?(?:[.,]\d+)*%?")
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}


def _in_seconds(match: re.Match[str]) -> str:
    count = float(match["count"]) if match["count"][0].isdigit() else 1.0
    return f"{count * _SECONDS[match['unit'].lower()]:g}seconds"


# One way to write what is measured, as 28.8 points are no 28.8% and 60 minutes are an hour.
_SAME_MEASURE: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"\\%"), "%"),
    (re.compile(r"(?<=\d)\s?(?:percentage[\s-]points?|%[\s-]?points?|pp)\b", re.IGNORECASE),
     " points"),
    (re.compile(r"(?<=\d)\s?(?:per\s?cent)\b", re.IGNORECASE), "%"),
    (re.compile(r"(?<=\d)(\s?(?:-|–|—|to|and)\s?)(?=\d[\d.]*%)"), r"%\1"),
    (re.compile(
        rf"\b(?P<count>\d+(?:\.\d+)?|an?|one)[\s-](?P<unit>{'|'.join(_SECONDS)})s?\b",
        re.IGNORECASE,
    ), _in_seconds),
)  # fmt: skip
# By these a quote speaks of its own paper's work; a claim may say the name that its title has.
_OWN = frozenset("it its our ours ourselves their these they this us we".split())
# Words without which a sentence says something else; they must be matched as content must.
_WEIGHTY = frozenset(
    """all always any both each every few half least less more most neither never no none nor not
    only several some than under over within without""".split()
)
# Words of a quote that make less of what it says: a claim must not drop them.
_RESERVATIONS = frozenset(
    """aim aimed ask asked assume assumed barely believe believed can't cannot claimed
    contrary could denied deny disprove disproved doubt doubted except expect expected
    fail failed fails false falsely few hardly hypotheses hypothesis hypothesise
    hypothesised hypothesize hypothesized if incorrect incorrectly instead investigate
    investigated lack lacks may might misconception myth neither never no none nor not
    only partially partly perhaps possible possibly rarely rather refute refuted refutes
    reject rejected rejects seldom should some sometimes supposedly test tested unable
    unclear unknown unless unlikely until untrue whether without would wrongly""".split()
)


@dataclass(frozen=True, slots=True)
class _Word:
    """A word at `place` among the tokens of its text, with the `keys` it is known again by."""

    text: str
    keys: frozenset[str]
    place: int

    @property
    def is_number(self) -> bool:
        return any(sign.isdigit() for sign in self.text)


def nearly_says(claim: str, quotes: Sequence[str], title: str = "") -> bool:
    """Whether each clause of `claim` stands in one sentence of `quotes`, its words in their order.

    What `title` names may stand in a clause, in front, where the quote says "we" or "it". A number
    of the quote may be left out at its ends only: between, the claim's words are not said of it.
    """
    named = set(content_stems(title))
    sentences = [quote[a:b] for quote in quotes for a, b in sentence_spans(quote)]

    def stands(text: str) -> bool:
        said = _weighty(text)
        return any(_says(said, named, sentence) for sentence in sentences)

    return stands(claim) or all(map(stands, clauses(claim)))


def _says(said: Sequence[_Word], named: set[str], sentence: str) -> bool:
    tokens, words = _tokens(sentence), _weighty(sentence)
    kept = {word.text for word in said}
    if any(token in _RESERVATIONS and token not in kept for token in tokens):
        return False
    known = {key for word in words for key in word.keys}
    front = next((n for n, word in enumerate(said) if word.keys & known), len(said))
    left = said[front:]
    if len(left) < MIN_WORDS or not all(word.keys <= named for word in said[:front]):
        return False
    return any(
        _runs(left, words[start:])
        and (not front or not _OWN.isdisjoint(tokens[: words[start].place]))
        for start in range(len(words))
    )


def _runs(said: Sequence[_Word], words: Sequence[_Word]) -> bool:
    """Whether all of `said` stand in `words` in their order, from the first one on, and no number
    that is not said stands between them.
    """
    met = 0
    for there in words:
        if there.keys & said[met].keys:
            met += 1
            if met == len(said):
                return True
        elif not met or there.is_number:
            return False
    return False


def _weighty(text: str) -> list[_Word]:
    """The words that carry meaning, by which one is known again."""
    words = []
    for place, token in enumerate(_tokens(text)):
        # Stems of 60.8 are 60 and 8, so that it would pass for 70.8.
        number = any(sign.isdigit() for sign in token)
        keys = frozenset([token] if number else content_stems(token))
        if token in _WEIGHTY or token.isupper() or is_directed(token):
            keys = keys | {token}
        if keys:
            words.append(_Word(token, keys, place))
    return words


def _tokens(text: str) -> list[str]:
    """The words in small letters, but for one capital alone, which is a name: "vitamin D"."""
    plain = text.replace("’", "'").replace("n't", " not").replace("N'T", " NOT")
    for pattern, one in _SAME_MEASURE:
        plain = pattern.sub(one, plain)
    found = _TOKEN.findall(plain)
    return [
        token if len(token) == 1 and token.isupper() and place else token.lower()
        for place, token in enumerate(found)
    ]
