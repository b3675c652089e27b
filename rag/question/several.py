"""How likely a question asks of several papers, by its words.

Rules know "compare A with B" and "which papers"; people also ask "what made the first one slow, and
how many raters had the one on books?". Which words they use for that was learned from questions to
one paper and to groups of papers. Vectors told hardly anything beside the words.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from rag.question.word_signs import WordWeights, packed, tokens_of, unpacked, words_and_pairs

WEIGHTS = Path(__file__).with_name("several.npz")
"""Written by `askpapers eval several --write`, which shows how well it tells."""

_NAME = re.compile(r"(?<=\s)[\"“(]?[A-Z]")


def signs_of(question: str) -> dict[str, float]:
    """The words of `question` and the pairs of neighbours, each 1, and some counts."""
    tokens = tokens_of(question)
    return words_and_pairs(tokens) | {
        "(words)": len(tokens) / 20,
        "(names)": len(_NAME.findall(question)) / 5,
        "(further questions)": float(max(0, tokens.count("?") - 1)),
        "(ands)": float(tokens.count("and")),
        "(commas)": float(tokens.count(",")),
        "(stops)": float(tokens.count(".") + tokens.count(";")),
    }


def asks_several(question: str) -> float:
    """How probable it is, in [0, 1], that `question` asks of several papers."""
    return fitted_several().probability(signs_of(question))


@cache
def fitted_several() -> WordWeights:
    """The weights as fitted."""
    import numpy as np

    with np.load(WEIGHTS) as kept:
        return unpacked(kept, "several")


def write_several(fitted: WordWeights, path: Path = WEIGHTS) -> None:
    """Keep `fitted` for `fitted_several`, which reads it from now on, in half precision."""
    import numpy as np

    np.savez_compressed(path, allow_pickle=False, **packed(fitted, "several"))
    fitted_several.cache_clear()
