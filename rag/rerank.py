"""How well a passage answers a question: the Reranker Protocol and the cross-encoder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from rag.answering import LAYER, fitted_probe
from rag.config import Config
from rag.manifest import RERANKER
from rag.onnx import OnnxModel
from rag.weights import Progress

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_TOKENS = 192  # a question, a title and one sentence; longer ones are cut


class Reranker(Protocol):
    """What reads a question and a passage together, which two vectors never do."""

    def score(self, question: str, passages: Sequence[str]) -> list[float]:
        """A logit for each passage, the higher the more it bears on the question."""
        ...

    def answering(self, question: str, passages: Sequence[str]) -> list[float]:
        """For each passage, the log-odds that it says what is asked, not just is about it."""
        ...


class CrossEncoder:
    """MiniLM-L12 trained on MS MARCO (Nogueira and Cho, 2019, for the method), int8."""

    def __init__(self, model: OnnxModel) -> None:
        """`model` gives a logit, and the states behind `rag.answering.LAYER`."""
        self._model = model

    @classmethod
    def load(cls, config: Config, progress: Progress | None = None) -> CrossEncoder:
        """Load the model, fetching its files at first need. Raises WeightsError."""
        return cls(OnnxModel.load(RERANKER, config, MAX_TOKENS, progress, within=LAYER))

    def score(self, question: str, passages: Sequence[str]) -> list[float]:
        """Logits, about -11 to 11, in the order of `passages`; each passage is read alone."""
        return [float(out.ravel()[0]) for out in self._model.run((question, p) for p in passages)]

    def answering(self, question: str, passages: Sequence[str]) -> list[float]:
        """Log-odds in the order of `passages`, by the probe (see `rag.answering`)."""
        probe = fitted_probe()
        return [probe.log_odds(state) for state in self.states(question, passages)]

    def states(self, question: str, passages: Sequence[str]) -> list[NDArray[np.float32]]:
        """What the probe reads, each (384,): the mean state of the question's tokens beside each
        of `passages`.
        """
        found = []
        for states in self._model.states((question, passage) for passage in passages):
            of_question = states.values[states.segments == 0]
            found.append(of_question[1:].mean(axis=0))  # the first stands for the whole text
        return found
