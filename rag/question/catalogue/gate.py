"""How likely it is that the catalogue answers a question: by its vector, and by what its words ask.

Rules alone know only the wordings that somebody thought of; what is asked about a paper (who wrote
it, when) and what is asked of its text (who rated the images, when the effect fades) differ in
meaning as much as in words. A logistic regression on both was fitted to questions over eighty
imaginary libraries, to questions that abstracts answer, and to the shipped ones
(`evals/question_kinds.jsonl`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.question.catalogue.fields_asked import read_fields
from rag.question.catalogue.heads import head_of, superlative_of
from rag.question.catalogue.kin import asks_in_common
from rag.question.catalogue.slots import conditions, position

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

WEIGHTS = Path(__file__).with_name("gate.npz")
"""Written by `askpapers eval kinds --write`, which shows how well it tells."""

FITTED_ON = "bge-small-en-v1.5-int8"
NEVER = 0.02
"""Below, no reading is tried: the lookups of names cost more than all the rest of the step."""
SURELY = 0.25
"""From here on, words that say nothing of what is asked may be left over."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Log-odds that the catalogue answers: a bias, what each of the `signs` is worth, and the
    weights (dimension,) of the question's vector; empty ones do not count.
    """

    bias: float
    worth: Mapping[str, float]
    vector: NDArray[np.float32]

    def probability(self, text: str, vector: NDArray[np.float32]) -> float:
        """That the catalogue answers `text` (no mark at its end), of which this is the vector."""
        odds = self.bias + sum(self.worth.get(sign, 0.0) for sign in signs(text))
        if self.vector.size:
            odds += float(self.vector @ vector)
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, odds))))


@dataclass(frozen=True, slots=True)
class FittedGate:
    """As fitted: for vectors of FITTED_ON, and by the signs alone for those of any other model."""

    own: Gate
    other: Gate

    def for_vectors(self, embedder: str) -> Gate:
        """What to go by where the model of this name made the vectors."""
        return self.own if embedder == FITTED_ON else self.other


def signs(text: str) -> frozenset[str]:
    """What the words of `text` (no mark at its end) seem to ask of a catalogue: fields, numbers,
    dates, the most of something. No library is looked into.
    """
    found: set[str] = set()
    if asked := read_fields(text, ()):
        found |= {"field", f"pieces {min(2, len(asked.pieces))}"}
        found |= {f"field {name}" for name in asked.fields}
        found |= {"whether"} if asked.whether else set()
    if asked := read_fields(text, (), loosely=True):
        found |= {"loosely", f"loosely pieces {min(2, len(asked.pieces))}"}
        found |= {f"loosely {name}" for name in asked.fields}
        found |= {"of papers"} if asked.of_papers else set()
    found |= {"in common"} if asks_in_common(text) else set()
    place, rest = position(text)
    superlative, rest = superlative_of(rest)
    wanted, rest = conditions(rest)
    head, _ = head_of(rest)
    found |= {"position"} if place is not None else set()
    found |= {"superlative", f"superlative {superlative.key}"} if superlative else set()
    found |= {f"condition {one.field}" for one in wanted}
    return frozenset((*found, f"head {head.field}{' most' if head.most else ''}"))


@cache
def fitted_gate() -> FittedGate:
    """The weights as fitted."""
    with np.load(WEIGHTS) as kept:
        parts = {name: kept[name] for name in kept.files}
    names = [str(name) for name in parts["signs"]]

    def gate(of: str, vector: NDArray[np.float32]) -> Gate:
        bias, *worth = (float(one) for one in parts[of])
        return Gate(bias, dict(zip(names, worth, strict=True)), vector)

    nothing = np.zeros(0, dtype=np.float32)
    return FittedGate(gate("own", parts["vector"].astype(np.float32)), gate("other", nothing))


def write_gate(fitted: FittedGate, path: Path = WEIGHTS) -> None:
    """Keep `fitted` for `fitted_gate`, which reads it from now on, in half precision: 2 KB, and no
    other choice.
    """
    names = sorted(fitted.own.worth)

    def kept(gate: Gate) -> NDArray[np.float16]:
        return np.array([gate.bias, *(gate.worth[name] for name in names)], dtype=np.float16)

    np.savez_compressed(
        path,
        signs=np.array(names),
        own=kept(fitted.own),
        other=kept(fitted.other),
        vector=fitted.own.vector.astype(np.float16),
    )
    fitted_gate.cache_clear()
