"""Texts to vectors: the Embedder Protocol and the one that runs bge-small-en-v1.5 on the CPU."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from rag.config import Config
from rag.errors import WeightsError
from rag.manifest import EMBEDDER
from rag.weights import Progress, ensure

if TYPE_CHECKING:
    from onnxruntime import InferenceSession  # type: ignore[import-untyped]  # has no types
    from tokenizers import Tokenizer

TextKind = Literal["passage", "query"]

QUERY_PREFIX = "Represent this sentence for searching relevant passages: "
"""What bge was trained to read before a query, and not before a passage (Xiao et al., 2023)."""

MAX_TOKENS = 512
MAX_THREADS = 8


class Embedder(Protocol):
    """What turns texts into vectors whose inner product is their cosine similarity."""

    @property
    def name(self) -> str:
        """The embedding model; stored with the vectors it made."""

    @property
    def revision(self) -> str:
        """Changes whenever the same text would get another vector."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def embed(self, texts: Sequence[str], kind: TextKind) -> NDArray[np.float32]:
        """L2-normalised vectors of shape (len(texts), dimension), in the order of `texts`."""


class OnnxEmbedder:
    """bge-small-en-v1.5, int8: the vector of the [CLS] token, L2-normalised.

    Safe to share between threads. One text goes through the graph at a time. Its int8 weights
    meet activations that are scaled by the largest value in the whole batch, so in company a
    text's vector would depend on its neighbours (cosine 0.997 instead of 1), and on two cores
    batches of abstracts were slower besides (24 a second alone, 18 by eight). So the same text
    always gets the same vector, whatever the order or the run.
    """

    name = "bge-small-en-v1.5-int8"
    revision = EMBEDDER.files[0].sha256[:12]
    dimension = 384

    def __init__(self, session: InferenceSession, tokenizer: Tokenizer) -> None:
        self._session = session
        self._tokenizer = tokenizer

    @classmethod
    def load(cls, config: Config, progress: Progress | None = None) -> OnnxEmbedder:
        """Load the model, fetching its files at first need.

        Raises WeightsError when they cannot be had or cannot be read.
        """
        folder = ensure(EMBEDDER.name, config, progress)
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = min(_cores(), MAX_THREADS)
        options.inter_op_num_threads = 1
        # Threads that wait by spinning take the cores from the web server and the chat model.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        model, vocabulary = (folder / file.name for file in EMBEDDER.files)
        try:
            session = onnxruntime.InferenceSession(
                model, options, providers=["CPUExecutionProvider"]
            )
            tokenizer = Tokenizer.from_file(str(vocabulary))
        # Both libraries raise plain Exception for a file that they cannot read.
        except Exception as error:
            raise WeightsError(
                f"the files in {folder} cannot be loaded ({error}): "
                f"run `askpapers models verify`, then `askpapers models pull {EMBEDDER.name}`"
            ) from error
        tokenizer.no_padding()
        tokenizer.enable_truncation(MAX_TOKENS)
        return cls(session, tokenizer)

    def embed(self, texts: Sequence[str], kind: TextKind) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), 384); text beyond 512 tokens is not read."""
        prefix = QUERY_PREFIX if kind == "query" else ""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            row[:] = self._cls(prefix + text)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def _cls(self, text: str) -> NDArray[np.float32]:
        ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        inputs = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids),
        }
        (states,) = self._session.run(None, inputs)  # (1, tokens, 384)
        vector: NDArray[np.float32] = states[0, 0]
        return vector


def _cores() -> int:
    """The cores this process may use: fewer than the machine has in a container."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1  # macOS does not pin processes to cores
