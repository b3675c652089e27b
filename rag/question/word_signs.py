"""What a question's words tell of it: weights of words and pairs of words, learned from others.

A logistic regression over words: small, read in a millisecond, and plain about why it decides.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TOKEN = re.compile(r"[a-z0-9'-]+|[?;:.,]")


def tokens_of(question: str) -> list[str]:
    """The words and stops of `question`, in small letters."""
    return _TOKEN.findall(question.lower())


def words_and_pairs(tokens: Sequence[str]) -> dict[str, float]:
    """Each word and each pair of neighbours, worth 1."""
    return dict.fromkeys([*tokens, *(f"{one} {other}" for one, other in pairwise(tokens))], 1.0)


@dataclass(frozen=True, slots=True)
class WordWeights:
    """What questions are told by: a bias, and what each sign is worth, in log-odds."""

    bias: float
    worth: Mapping[str, float]

    def log_odds(self, signs: Mapping[str, float]) -> float:
        """Of what was learned, for a question of these `signs`."""
        return self.bias + sum(self.worth.get(sign, 0.0) * value for sign, value in signs.items())

    def probability(self, signs: Mapping[str, float]) -> float:
        """The same, in [0, 1]."""
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, self.log_odds(signs)))))


def packed(weights: WordWeights, name: str) -> dict[str, NDArray[Any]]:
    """The weights as arrays that are called after `name`, in half precision."""
    import numpy as np

    signs = sorted(weights.worth)
    return {
        f"{name}_bias": np.array(weights.bias, dtype=np.float32),
        f"{name}_signs": np.array(signs),
        f"{name}_worth": np.array([weights.worth[sign] for sign in signs], dtype=np.float16),
    }


def unpacked(kept: Mapping[str, NDArray[Any]], name: str) -> WordWeights:
    """What was packed under that `name`."""
    worth = kept[f"{name}_worth"].astype(float).tolist()
    signs = kept[f"{name}_signs"].tolist()
    return WordWeights(float(kept[f"{name}_bias"]), dict(zip(signs, worth, strict=True)))
