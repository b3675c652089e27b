"""What is read for cases, as lessons that the cross-encoder is tuned by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np

from evals.evidence.confidence_cases import Asked, Nearest, Observed, nearest, observed
from rag.errors import ConfigError
from rag.evidence.nearness import fitted_nearness
from rag.models.graph import cut
from rag.models.manifest import RERANKER
from rag.models.onnx import OnnxModel
from rag.models.rerank import MAX_TOKENS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from evals.evidence.tuning_batches import Lesson
    from rag.config import Config
    from rag.models.weights import Progress

TO_START = 1200
"""Lessons that probes are fitted to before layers are tuned, which goes on with the probes."""


@dataclass(frozen=True, slots=True)
class Lessons:
    """Cases, with what is read for each, as a lesson."""

    asked: list[Asked]
    near: list[Nearest]
    lessons: list[Lesson]

    def read(self, states: Sequence[NDArray[np.float32]]) -> list[Observed]:
        """What was read for each, with the `states` that the probes read of each."""
        of_each = zip(self.asked, self.near, states, strict=True)
        return [observed(one, near, list(found)) for one, near, found in of_each]

    def at(self, places: Sequence[int]) -> Lessons:
        """Those at these places."""
        return Lessons(
            [self.asked[place] for place in places],
            [self.near[place] for place in places],
            [self.lessons[place] for place in places],
        )

    def parted(self, is_held: Callable[[Asked], bool]) -> tuple[Lessons, Lessons]:
        """Those that may be taught and can be learned from, and all that are held back."""
        held = [is_held(one) for one in self.asked]
        taught = [n for n, own in enumerate(held) if not own and tells(self.lessons[n])]
        return self.at(taught), self.at([n for n, own in enumerate(held) if own])


def tells(lesson: Lesson) -> bool:
    """Whether it can be learned from: not if there is an answer, and it was not among what was
    read. Sentences beside the point would be learned to answer.
    """
    return bool(lesson.states) and (bool(lesson.says.any()) or not lesson.answerable)


def need_jax() -> None:
    """Raises ConfigError where JAX, which tuning computes with, is not installed."""
    if find_spec("jax") is None:
        raise ConfigError(
            "tuning computes with JAX, which is not installed: run `pip install -e '.[tune]'`"
        )


def lessons_of(config: Config, asked: Sequence[Asked], progress: Progress | None = None) -> Lessons:
    """Each of `asked` with the states, behind the layer before the tuned ones, of what is read.

    Raises WeightsError if the model cannot be had.
    """
    from evals.evidence.tuned_layers import BEFORE
    from evals.evidence.tuning_batches import Lesson

    weigh = fitted_nearness().own
    near = [nearest(one, weigh) for one in asked]
    model = OnnxModel.load(RERANKER, config, MAX_TOKENS, progress, lambda graph: cut(graph, BEFORE))
    lessons = []
    for done, (one, found) in enumerate(zip(asked, near, strict=True)):
        if progress:
            progress(f"reading for cases of the {one.library}", done, len(asked))
        pairs = [(found.asked, passage) for passage in found.passages]
        states = tuple(output[0].astype(np.float16) for output in model.run(pairs))
        of_first = model.first_tokens(pairs[0]) if pairs else 0
        lessons.append(Lesson(states, of_first, found.says, found.hits, one.case.answerable))
    return Lessons(list(asked), near, lessons)
