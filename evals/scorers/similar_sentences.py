"""Which sentences of a text are most like a claim, by the words they share."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from rag.finding.terms import content_stems


def most_similar(claim: str, sentences: Sequence[str], k: int) -> tuple[str, ...]:
    """The `k` of `sentences` that share most with `claim`, in their own order.

    What is shared counts by its rarity among the sentences, over the root of the sentence's
    length, so that a long one does not win by holding everything.
    """
    stems = [set(content_stems(sentence)) for sentence in sentences]
    common = Counter(stem for found in stems for stem in found)
    wanted = set(content_stems(claim))

    def likeness(place: int) -> float:
        shared = sum(math.log(1 + len(stems) / common[stem]) for stem in wanted & stems[place])
        return shared / math.sqrt(len(stems[place]) or 1)

    best = sorted(range(len(sentences)), key=lambda place: (-likeness(place), place))[:k]
    return tuple(sentences[place] for place in sorted(best))
