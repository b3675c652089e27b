"""Whether a sentence is a quote but for its dress: shortened, "we" become "they", a title's name.

Every word that carries meaning must stand in one sentence of the quote, in the same order; what
the quote says with a reservation ("not", "only if", "may") is not said without it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.clauses import clauses
from rag.directions import is_directed
from rag.sentences import sentence_spans
from rag.terms import content_stems

MIN_WORDS = 3  # of fewer words that carry meaning, a quote may hold all by chance
_TOKEN = re.compile(r"[^\W_]+(?:['’][a-z]+)?(?:[.,]\d+)*%?")
# Words without which a sentence says something else; they must be matched as content must.
_WEIGHTY = frozenset(
    """all always any both each every few half least less more most neither never no none nor not
    only several some than under over within without""".split()
)
# Words of a quote that make less of what it says: a claim must not drop them.
_RESERVATIONS = frozenset(
    """aim aimed ask asked assume assumed barely believe believed can't cannot could except expect
    expected fail failed fails few hardly hypothesis hypothesise hypothesize hypothesized if
    instead investigate investigated lack lacks may might neither never no none nor not only
    partially partly perhaps possible possibly rarely rather seldom should some sometimes test
    tested unable unclear unknown unless unlikely until whether without would""".split()
)


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    keys: frozenset[str]


def nearly_says(claim: str, quotes: Sequence[str], title: str = "") -> bool:
    """Whether each clause of `claim` stands in one sentence of `quotes`, its words in their order.

    What `title` names may stand in a clause, in front, where the quote says "we" or "it".
    """
    named = set(content_stems(title))
    sentences = [quote[a:b] for quote in quotes for a, b in sentence_spans(quote)]

    def stands(text: str) -> bool:
        said = _weighty(text)
        return any(_says(said, named, sentence) for sentence in sentences)

    return stands(claim) or all(map(stands, clauses(claim)))


def _says(said: Sequence[_Word], named: set[str], sentence: str) -> bool:
    words = _weighty(sentence)
    place, matched = 0, 0
    for word in said:
        after = next((i for i in range(place, len(words)) if words[i].keys & word.keys), None)
        if after is not None:
            place, matched = after + 1, matched + 1
        elif matched or not word.keys <= named:
            return False
    if matched < MIN_WORDS:
        return False
    kept = {word.text for word in said}
    return not any(w in _RESERVATIONS and w not in kept for w in _tokens(sentence))


def _weighty(text: str) -> list[_Word]:
    """The words that carry meaning, by which one is known again."""
    words = []
    for token in _tokens(text):
        # Stems of 60.8 are 60 and 8, so that it would pass for 70.8.
        number = any(sign.isdigit() for sign in token)
        keys = frozenset([token] if number else content_stems(token))
        if token in _WEIGHTY or is_directed(token):
            keys = keys | {token}
        if keys:
            words.append(_Word(token, keys))
    return words


def _tokens(text: str) -> list[str]:
    plain = text.lower().replace("’", "'").replace("n't", " not")
    return [token.strip("%") for token in _TOKEN.findall(plain)]
