"""How well a passage answers a question: the Reranker Protocol and the cross-encoder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from rag.config import Config
from rag.manifest import RERANKER
from rag.onnx import OnnxModel
from rag.weights import Progress

MAX_TOKENS = 192  # a question, a title and one sentence; longer ones are cut


class Reranker(Protocol):
    """What reads a question and a passage together, which two vectors never do."""

    def score(self, question: str, passages: Sequence[str]) -> list[float]:
        """A logit for each passage: above 0 it more likely answers the question than not."""
        ...


class CrossEncoder:
    """MiniLM-L12 trained on MS MARCO (Nogueira and Cho, 2019, for the method), int8."""

    def __init__(self, model: OnnxModel) -> None:
        self._model = model

    @classmethod
    def load(cls, config: Config, progress: Progress | None = None) -> CrossEncoder:
        """Load the model, fetching its files at first need. Raises WeightsError."""
        return cls(OnnxModel.load(RERANKER, config, MAX_TOKENS, progress))

    def score(self, question: str, passages: Sequence[str]) -> list[float]:
        """Logits, about -11 to 11, in the order of `passages`; each passage is read alone."""
        return [float(out.ravel()[0]) for out in self._model.run((question, p) for p in passages)]
