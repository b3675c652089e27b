"""How likely a question asks of several papers, by its words.

Rules know "compare A with B" and "which papers"; people also ask "what made the first one slow, and
how many raters had the one on books?". Which words they use for that was learned from questions to
one paper and to groups of papers. Vectors told hardly anything beside the words.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

WEIGHTS = Path(__file__).with_name("several.npz")
"""Written by `askpapers eval several --write`, which shows how well it tells."""

_TOKEN = re.compile(r"[a-z0-9'-]+|[?;:.,]")
_NAME = re.compile(r"(?<=\s)[\"“(]?[A-Z]")


def signs_of(question: str) -> dict[str, float]:
    """The words of `question` and the pairs of neighbours, each 1, and some counts."""
    tokens = _TOKEN.findall(question.lower())
    signs = dict.fromkeys(tokens, 1.0)
    signs |= {f"{one} {other}": 1.0 for one, other in pairwise(tokens)}
    return signs | {
        "(words)": len(tokens) / 20,
        "(names)": len(_NAME.findall(question)) / 5,
        "(further questions)": float(max(0, tokens.count("?") - 1)),
        "(ands)": float(tokens.count("and")),
        "(commas)": float(tokens.count(",")),
        "(stops)": float(tokens.count(".") + tokens.count(";")),
    }


@dataclass(frozen=True, slots=True)
class Several:
    """What tells questions to several papers: a bias, and what each sign is worth, in log-odds."""

    bias: float
    worth: Mapping[str, float]

    def probability(self, question: str) -> float:
        """That `question` asks of several papers."""
        signs = signs_of(question).items()
        odds = self.bias + sum(self.worth.get(sign, 0.0) * value for sign, value in signs)
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, odds))))


@cache
def fitted_several() -> Several:
    """The weights as fitted."""
    import numpy as np

    with np.load(WEIGHTS) as kept:
        worth = kept["worth"].astype(float).tolist()
        return Several(float(kept["bias"]), dict(zip(kept["signs"].tolist(), worth, strict=True)))


def write_several(fitted: Several, path: Path = WEIGHTS) -> None:
    """Keep `fitted` for `fitted_several`, which reads it from now on, in half precision."""
    import numpy as np

    names = sorted(fitted.worth)
    np.savez_compressed(
        path,
        bias=np.float32(fitted.bias),
        signs=np.array(names),
        worth=np.array([fitted.worth[name] for name in names], dtype=np.float16),
    )
    fitted_several.cache_clear()
