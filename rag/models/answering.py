"""The probes that tell sentences which say what is asked from those that are merely about it.

A cross-encoder trained to find passages puts both kinds high: its last layers keep what makes a
passage relevant. In the middle ones, once the question's words have looked at the passage, more
can be read off: whether they found what they ask for. A linear probe does it (Alain and Bengio,
2017; for rerankers' layers, MacAvaney et al., 2022), at no cost, for the pass is made anyway.

Those layers themselves are tuned to it (see `rag.models.tuned`).

Two probes read them. One is fitted to tell questions that a sentence answers from those that none
does, the other to put first, of one question's sentences, those that answer it: what marks an
answer at all is not what marks the better one, and one probe for both did either worse. Layers
tuned otherwise, and two probes of them, read a question that is put to several papers, one by one,
of which each tells a part: to the first a part is no answer.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

WEIGHTS = Path(__file__).with_name("answering.json")
"""Written by `askpapers eval tune --write`; the figures it prints say how well they tell. What
ships was learned by the same losses in six rounds (docs/trust.md)."""
PART_WEIGHTS = Path(__file__).with_name("answering_parts.json")
"""Written by `askpapers eval several --data DIR --write`, which shows how well they tell."""

WIDTH = 384
"""Of a state behind one layer."""

LAYERS = tuple(f"/bert/encoder/layer.{n}/output/LayerNorm/Add_1_output_0" for n in (7, 8))
"""The values in the reranker's graph that are probed: the states behind the eighth and ninth of
12 layers."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the probes make of a passage: `says`, the log-odds of its saying what is asked, which
    may be held against other questions' (see `rag.evidence.confidence`), and `ranks`, the log-odds
    by which one question's passages are put in order.
    """

    says: float
    ranks: float


@dataclass(frozen=True, slots=True)
class Probe:
    """A linear probe; `weights` are for the first so many numbers of the mean states, behind each
    of LAYERS in turn, of the question's tokens.
    """

    bias: float
    weights: NDArray[np.float32]

    def log_odds(self, states: NDArray[np.float32]) -> float:
        """Of the passage saying what the question asks, against its not saying it."""
        return self.bias + float(self.weights @ states[: len(self.weights)])


@dataclass(frozen=True, slots=True)
class Probes:
    """Both probes, which read both layers. `hit` is what a point of the score
    by which a passage's chunk was found is worth in log-odds beside `ranks`.
    """

    says: Probe
    ranks: Probe
    hit: float

    def read(self, states: NDArray[np.float32]) -> Reading:
        """What a passage comes to; `states` (len(LAYERS) * WIDTH,) are those beside it."""
        return Reading(self.says.log_odds(states), self.ranks.log_odds(states))


@lru_cache(maxsize=1)
def fitted_probes() -> Probes:
    """The probes of answers as fitted."""
    return _read(WEIGHTS)


@lru_cache(maxsize=1)
def fitted_part_probes() -> Probes:
    """The probes of parts of answers as fitted."""
    return _read(PART_WEIGHTS)


def _read(path: Path) -> Probes:
    fields = json.loads(path.read_text(encoding="utf-8"))
    says, ranks = (
        Probe(one["bias"], np.array(one["weights"], dtype=np.float32))
        for one in (fields["says"], fields["ranks"])
    )
    return Probes(says, ranks, fields["hit"])


def write_probes(probes: Probes, path: Path = WEIGHTS) -> None:
    """Keep `probes`, as exactly as it matters, for `fitted_probes` or, with PART_WEIGHTS,
    `fitted_part_probes`, which read them from now on.
    """
    fields = asdict(probes)
    for name in ("says", "ranks"):
        fields[name] = {
            "bias": round(fields[name]["bias"], 4),
            "weights": [round(float(weight), 4) for weight in fields[name]["weights"]],
        }
    fields["hit"] = round(probes.hit, 4)
    path.write_text(f"{json.dumps(fields)}\n", encoding="utf-8")
    fitted_probes.cache_clear()
    fitted_part_probes.cache_clear()
