"""The probe that tells sentences which say what is asked from those that are merely about it.

A cross-encoder trained to find passages puts both kinds high: its last layers keep what makes a
passage relevant. In the middle ones, once the question's words have looked at the passage, more
can be read off: whether they found what they ask for. A linear probe does it (Alain and Bengio,
2017; for rerankers' layers, MacAvaney et al., 2022), at no cost, for the pass is made anyway.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

WEIGHTS = Path(__file__).with_name("answering.json")
"""Written by `askpapers eval confidence --write`; the figures it prints say how well it tells."""

LAYER = "/bert/encoder/layer.7/output/LayerNorm/Add_1_output_0"
"""The value in the reranker's graph that is probed: the states behind the eighth of 12 layers."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A linear probe; `weights` (384,) are for the mean state of the question's tokens."""

    bias: float
    weights: NDArray[np.float32]

    def log_odds(self, state: NDArray[np.float32]) -> float:
        """Of the passage saying what the question asks, against its not saying it."""
        return self.bias + float(self.weights @ state)


@lru_cache(maxsize=1)
def fitted_probe() -> Probe:
    """The probe as fitted."""
    fields = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return Probe(fields["bias"], np.array(fields["weights"], dtype=np.float32))


def write_probe(probe: Probe, path: Path = WEIGHTS) -> None:
    """Keep `probe` for `fitted_probe`, as exactly as it matters."""
    weights = [round(float(weight), 4) for weight in probe.weights]
    fields = {"bias": round(probe.bias, 4), "weights": weights}
    path.write_text(f"{json.dumps(fields)}\n", encoding="utf-8")
