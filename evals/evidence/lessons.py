"""What is read for cases, as lessons that the cross-encoder is tuned by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
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
    """Cases, what is read `near` each, and the lesson that makes."""

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


def tells(one: Asked, near: Nearest) -> bool:
    """Whether it can be learned from: not if there is an answer, and it was not among what was
    read. Sentences beside the point would be learned to answer.
    """
    return bool(near.passages) and (bool(near.says.any()) or not one.case.answerable)


def need_jax() -> None:
    """Raises ConfigError where JAX, which tuning computes with, cannot be imported."""
    try:
        import_module("evals.evidence.tuned_layers")
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"tuning computes with JAX, which is not installed ({error}): "
            "run `pip install -e '.[tune]'`"
        ) from error


def lessons_of(
    config: Config,
    asked: Sequence[Asked],
    is_held: Callable[[Asked], bool],
    progress: Progress | None = None,
) -> tuple[Lessons, Lessons]:
    """Those of `asked` that may be taught and can be learned from, and all that are held back,
    each with the states, before the first of the tuned layers, of what is read for it: half a
    megabyte, about.

    Raises WeightsError if the model cannot be had.
    """
    from evals.evidence.tuned_layers import BEFORE

    weigh = fitted_nearness().own
    near = [nearest(one, weigh) for one in asked]
    taught, held = parted(asked, near, is_held)
    model = OnnxModel.load(RERANKER, config, MAX_TOKENS, progress, lambda graph: cut(graph, BEFORE))
    read: dict[int, Lesson] = {}
    for done, place in enumerate(sorted((*taught, *held))):
        if progress:
            progress(f"reading for cases of the {asked[place].library}", done, len(asked))
        read[place] = _lesson(asked[place], near[place], model)

    def at(places: Sequence[int]) -> Lessons:
        return Lessons(
            [asked[place] for place in places],
            [near[place] for place in places],
            [read[place] for place in places],
        )

    return at(taught), at(held)


def parted(
    asked: Sequence[Asked], near: Sequence[Nearest], is_held: Callable[[Asked], bool]
) -> tuple[list[int], list[int]]:
    """The places of what may be taught and can be learned from, and of all that is held back."""
    held = [place for place, one in enumerate(asked) if is_held(one)]
    of_each = enumerate(zip(asked, near, strict=True))
    taught = [place for place, (one, found) in of_each if not is_held(one) and tells(one, found)]
    return taught, held


def _lesson(one: Asked, found: Nearest, model: OnnxModel) -> Lesson:
    from evals.evidence.tuning_batches import Lesson

    pairs = [(found.asked, passage) for passage in found.passages]
    states = tuple(output.astype(np.float16) for output in model.outputs(pairs))
    of_first = model.first_tokens(pairs[0]) if pairs else 0
    return Lesson(states, of_first, found.says, found.hits, one.case.answerable)
