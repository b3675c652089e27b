"""How likely a question goes on about what was asked before it, by its words and its vector.

Rules know pronouns, "what about …" and pieces of questions (see `rag.question.leaning`); people
also ask "how often did the annotators agree?" and "is the code out?", which name nothing and have
no word that refers to anything, and mean the paper that they just read about. How they ask then was
learned from follow-ups and from questions, topics and small talk that stand by themselves.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from rag.finding.terms import content_stems
from rag.question.leaning import THING, leans, said_to_nobody
from rag.question.word_signs import WordWeights, packed, tokens_of, unpacked, words_and_pairs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rag.library import Library

    Leaning = Callable[[str, Sequence[str]], bool]
    """Whether a question goes on about earlier ones."""

WEIGHTS = Path(__file__).with_name("goes_on.npz")
"""Written by `askpapers eval turns --write`, which shows how well it tells."""

FITTED_ON = "bge-small-en-v1.5-int8"
LIKELY = 0.5

_FEW = 2  # stems of what says next to nothing
_WORD = re.compile(r"\w+")


def signs_of_turn(question: str, earlier: Sequence[str]) -> dict[str, float]:
    """The words of `question` and the pairs of neighbours, each 1; what rules make of it; how much
    it says, and how much of that was said in the `earlier` questions.
    """
    tokens = tokens_of(question)
    stems = set(content_stems(question))
    said = {stem for text in earlier for stem in content_stems(text)}
    names = THING.findall(question)
    return words_and_pairs(tokens) | {
        "(rule)": float(leans(question)),
        "(to nobody)": said_to_nobody(question),
        "(words)": len(tokens) / 20,
        "(stems)": len(stems) / 5,
        "(few)": float(len(stems) <= _FEW),
        "(name)": float(bool(names)),
        "(names)": len(names) / 2,
        "(said before)": len(stems & said) / max(1, len(stems)),
        "(longest)": max((len(word) for word in _WORD.findall(question)), default=0) / 8,
        "(small letter)": float(question[:1].islower()),
        "(question mark)": float(question.strip().endswith("?")),
    }


@dataclass(frozen=True, slots=True)
class TurnWeights:
    """As fitted: words beside the `vector` (dimension,) for vectors of FITTED_ON, and words alone
    for those of any other model.
    """

    own: WordWeights
    vector: NDArray[np.float32]
    other: WordWeights

    def probability(
        self, question: str, earlier: Sequence[str], vector: NDArray[np.float32] | None = None
    ) -> float:
        """That `question`, of which this is the vector, is understood only after `earlier` ones."""
        signs = signs_of_turn(question, earlier)
        if vector is None:
            return self.other.probability(signs)
        odds = self.own.log_odds(signs) + float(self.vector @ vector)
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, odds))))


def goes_on(question: str, earlier: Sequence[str]) -> bool:
    """Whether `question` goes on about `earlier` ones, by its words alone."""
    return fitted_turns().probability(question, earlier) >= LIKELY


def leaning_in(library: Library) -> Leaning:
    """What tells it by the vectors of `library`, too, where it was fitted on such."""
    if library.embedder.name != FITTED_ON:
        return goes_on

    def leaning(question: str, earlier: Sequence[str]) -> bool:
        vector = library.queries.of(question)
        return fitted_turns().probability(question, earlier, vector) >= LIKELY

    return leaning


@cache
def fitted_turns() -> TurnWeights:
    """The weights as fitted."""
    import numpy as np

    with np.load(WEIGHTS) as kept:
        vector = kept["vector"].astype(np.float32)
        return TurnWeights(unpacked(kept, "own"), vector, unpacked(kept, "other"))


def write_turns(fitted: TurnWeights, path: Path = WEIGHTS) -> None:
    """Keep `fitted` for `fitted_turns`, which reads it from now on, in half precision."""
    import numpy as np

    arrays = packed(fitted.own, "own") | packed(fitted.other, "other")
    np.savez_compressed(path, allow_pickle=False, vector=fitted.vector.astype(np.float16), **arrays)
    fitted_turns.cache_clear()
