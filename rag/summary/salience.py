"""Which sentences say most: central ones that stand by themselves, no two alike.

Central is what lies near the middle of all (the centroid method of Radev and others, 2000) and
near the title; picked one by one, so that none repeats another (maximal marginal relevance,
Carbonell and Goldstein, 1998).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Chosen by reading the summaries of the sample library; cosines are scaled to [0, 1] within a node.
_CENTRE, _FOCUS = 0.5, 0.5  # near the other sentences, near the title or topic
_SAYS_WHAT, _SAYS_FOUND, _SAYS_WHY = 0.6, 0.5, 0.3
_LEANS, _GOES_ON, _ASIDE = 0.9, 0.25, 2.0
_LONG, _TOO_LONG = 40, 0.02  # words, and what each further one costs
_ALIKE = 0.8  # how much likeness to what is chosen already counts against a sentence

_WHAT = re.compile(
    r"\b(?:we|this (?:paper|report|review|work|study|article))(?: \w+ly| also| first)?"
    r" (?:propos|introduc|present|develop|fine-?tun|appl[yi]|investigat|stud[yi]|report|discuss"
    r"|describ|identif|train)"
    r"|\bin this (?:paper|work|report|article),? we\b",
    re.IGNORECASE,
)
_FOUND = re.compile(
    r"\b(?:we|results?|experiments?|findings?|analys[ei]s)(?: \w+){0,3}? (?:find|found|show|suggest"
    r"|demonstrat|indicat|reveal|establish|achiev|conclud)"
    r"|\boutperform|\bpreferred\b|\d ?\\?%|\bsignificant",
    re.IGNORECASE,
)
_WHY = re.compile(
    r"\b(?:challeng|difficult|problem|however|lack|limit|fail|unclear|unknown|hard(?:er)? to"
    r"|bottleneck|rely|costly|expensive|concern|does not|aims? to|require)",
    re.IGNORECASE,
)
# A sentence that leans on the one before it, and one that only goes on from it.
_LEANING = re.compile(
    r"(?:(?:this|these|such|those)\b(?! (?:paper|report|review|work|study|article)\b)"
    r"|(?:it|they)\b|using th|with th(?:is|ese)\b|to address this|by contrast"
    r"|in (?:other words|contrast|particular)"
    r"|namely|we (?:then|call)\b|we test this|that is\b|as an initial|\S+ discusses\b)",
    re.IGNORECASE,
)
_GOING_ON = re.compile(
    r"(?:however|moreover|furthermore|additionally|in addition|finally|also|next|then|thus"
    r"|therefore"
    r"|hence|alongside|for (?:example|instance)|at the same time)\b",
    re.IGNORECASE,
)
# What a paper says of itself and not of its subject.
_SAID_ASIDE = re.compile(
    r"\bwe (?:release|hope|intend|thank|conclude with a list)"
    r"|\bwe discuss (?:the )?(?:broader|potential)"
    r"|\b(?:code|data(?:sets?)?|samples?) (?:is|are) available|\bdo not necessarily reflect"
    r"|\brepresents a synthesis|\bseveral (?:computational |application )?examples",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Budget:
    """At most so many sentences and words; the first sentence may alone be longer."""

    sentences: int
    words: int


def salience(
    texts: Sequence[str], vectors: NDArray[np.float32], focus: NDArray[np.float32]
) -> NDArray[np.float64]:
    """How much each sentence says of the whole, (n,); its `vectors` are (n, dimension).

    `focus` (m, dimension) are what the sentences should be near to: a title, a topic.
    """
    import numpy as np

    middle = vectors.mean(axis=0)
    scores = _CENTRE * _scaled(vectors @ middle)
    if len(focus):
        scores += _FOCUS * _scaled((vectors @ focus.T).mean(axis=1))
    worth: NDArray[np.float64] = scores + np.array([_words_say(text) for text in texts])
    return worth


def says_what(text: str) -> bool:
    """Whether a sentence says what the paper does, whatever else it says."""
    return bool(_WHAT.search(text))


def _scaled(values: NDArray[np.float32]) -> NDArray[np.float64]:
    import numpy as np

    low, spread = float(values.min()), float(np.ptp(values))
    return (values.astype(np.float64) - low) / spread if spread > 0 else np.zeros(len(values))


def _words_say(text: str) -> float:
    score = 0.0
    for pattern, weight in ((_WHAT, _SAYS_WHAT), (_FOUND, _SAYS_FOUND), (_WHY, _SAYS_WHY)):
        score += weight * bool(pattern.search(text))
    score -= _LEANS * bool(_LEANING.match(text))
    score -= _GOES_ON * bool(_GOING_ON.match(text))
    score -= _TOO_LONG * max(len(text.split()) - _LONG, 0)
    return score - _ASIDE * bool(_SAID_ASIDE.search(text))


def pick(
    texts: Sequence[str],
    vectors: NDArray[np.float32],
    scores: NDArray[np.float64],
    budget: Budget,
    kinds: Sequence[tuple[object, ...]] = (),
) -> list[int]:
    """Positions of the sentences to keep, in their order: the best first, then the best unlike it.

    With `kinds`, some for each sentence, one whose first kind was taken less often goes first, of
    those one whose second kind was. What scores below zero says nothing; it is taken only where
    nothing else is there.
    """
    import numpy as np

    likeness = vectors @ vectors.T
    chosen: list[int] = []
    left = [i for i in range(len(texts)) if scores[i] >= 0] or list(range(len(texts)))
    words = 0
    while left and len(chosen) < budget.sentences:
        taken = [_times(kinds[i], [kinds[j] for j in chosen]) if kinds else () for i in left]
        fair = [i for i, times in zip(left, taken, strict=True) if times == min(taken)]
        alike = likeness[np.ix_(fair, chosen)].max(axis=1) if chosen else np.zeros(len(fair))
        marginal = [float(scores[i]) - _ALIKE * float(a) for i, a in zip(fair, alike, strict=True)]
        best = fair[marginal.index(max(marginal))]
        left.remove(best)
        length = len(texts[best].split())
        if chosen and words + length > budget.words:
            continue
        chosen.append(best)
        words += length
    return sorted(chosen)


def _times(kinds: tuple[object, ...], given: Sequence[tuple[object, ...]]) -> tuple[int, ...]:
    """How often each of these kinds was given."""
    return tuple(sum(one[place] == kind for one in given) for place, kind in enumerate(kinds))
