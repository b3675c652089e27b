"""Signs of questions as rows of numbers, which weights of words are fitted to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from evals.arrays import Floats


def sign_rows(signs: Sequence[Mapping[str, float]], fewest: int) -> tuple[list[str], Floats]:
    """The names of the signs that at least `fewest` of the questions have, in order, and what each
    question has of them, (questions, names).
    """
    counts = Counter(sign for own in signs for sign in own)
    names = sorted(sign for sign, count in counts.items() if count >= fewest)
    places = {name: place for place, name in enumerate(names)}
    rows = np.zeros((len(signs), len(names)))
    for row, own in zip(rows, signs, strict=True):
        for sign, value in own.items():
            if sign in places:
                row[places[sign]] = value
    return names, rows
