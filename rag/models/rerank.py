"""How well a passage answers a question: the Reranker Protocol and the cross-encoder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from rag.config import Config
from rag.models.answering import Reading, fitted_part_probes, fitted_probes
from rag.models.lean import lean
from rag.models.manifest import RERANKER
from rag.models.onnx import OnnxModel
from rag.models.tuned import PART_WEIGHTS, WEIGHTS, tuned
from rag.models.weights import Progress

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_TOKENS = 192  # a question, a title and one sentence; longer ones are cut


class Reranker(Protocol):
    """What reads a question and a passage together, which two vectors never do."""

    def score(self, question: str, passages: Sequence[str]) -> list[float]:
        """A logit for each passage, the higher the more it bears on the question."""
        ...

    def answering(
        self, question: str, passages: Sequence[str], *, parts: bool = False
    ) -> list[Reading]:
        """For each passage, whether it says what is asked, not just is about it; with `parts`,
        whether it tells a part of it.
        """
        ...


class CrossEncoder:
    """MiniLM-L12 trained on MS MARCO (Nogueira and Cho, 2019, for the method), int8."""

    def __init__(
        self, probed: OnnxModel, of_parts: Callable[[], OnnxModel], whole: Callable[[], OnnxModel]
    ) -> None:
        """`probed` is the graph that `lean` leaves, tuned; `of_parts` the same, tuned to parts of
        answers; `whole` all of it, for its logits. The last two are made at first need.
        """
        self._probed = probed
        self._of_parts = _once(of_parts)
        self._whole = _once(whole)

    @classmethod
    def load(cls, config: Config, progress: Progress | None = None) -> CrossEncoder:
        """Load the model, fetching its files at first need. Raises WeightsError.

        What the probes need is loaded by itself: it takes half the time. What reads parts, and the
        whole of it, are loaded when the first such question, the first logit, is asked for.
        """
        load = partial(OnnxModel.load, RERANKER, config, MAX_TOKENS)
        return cls(load(progress, _probed), partial(load, None, _probed_for_parts), load)

    def score(self, question: str, passages: Sequence[str]) -> list[float]:
        """Logits, about -11 to 11, in the order of `passages`; each passage is read alone."""
        pairs = ((question, passage) for passage in passages)
        return [float(logit) for logit in self._whole().firsts(pairs)]

    def answering(
        self, question: str, passages: Sequence[str], *, parts: bool = False
    ) -> list[Reading]:
        """What the probes read, in the order of `passages` (see `rag.models.answering`)."""
        probes = fitted_part_probes() if parts else fitted_probes()
        return [probes.read(states) for states in self.states(question, passages, parts=parts)]

    def states(
        self, question: str, passages: Sequence[str], *, parts: bool = False
    ) -> list[NDArray[np.float32]]:
        """What the probes read, each (len(LAYERS) * WIDTH,): the mean states of the question's
        tokens beside each of `passages`, layer by layer.
        """
        model = self._of_parts() if parts else self._probed
        pairs = ((question, passage) for passage in passages)
        # The first token stands for the whole text.
        return [states[1:].mean(axis=0) for states in model.states(pairs)]


def _once(load: Callable[[], OnnxModel]) -> Callable[[], OnnxModel]:
    """What loads a model at the first need and only then, however many need it at once."""
    lock, loaded = Lock(), cache(load)

    def get() -> OnnxModel:
        with lock:
            return loaded()

    return get


def _probed(model: bytes) -> bytes:
    return tuned(lean(model), WEIGHTS)


def _probed_for_parts(model: bytes) -> bytes:
    return tuned(lean(model), PART_WEIGHTS)
