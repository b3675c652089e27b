"""Loads a pinned ONNX model with its tokenizer; what the embedder and the reranker share."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rag.config import Config
from rag.errors import WeightsError
from rag.weights import Progress, ensure

if TYPE_CHECKING:
    from onnxruntime import InferenceSession  # type: ignore[import-untyped]  # has no types
    from tokenizers import Encoding, Tokenizer

    from rag.manifest import Model

MAX_THREADS = 8


class OnnxModel:
    """A transformer that reads one encoded text at a time; safe to share by threads."""

    def __init__(self, session: InferenceSession, tokenizer: Tokenizer) -> None:
        self._session = session
        self.tokenizer = tokenizer

    @classmethod
    def load(
        cls, model: Model, config: Config, max_tokens: int, progress: Progress | None = None
    ) -> OnnxModel:
        """Load `model`, whose files are the graph and the tokenizer, fetching them at first need.

        Text beyond `max_tokens` is not read. Raises WeightsError when the files cannot be had or
        cannot be read.
        """
        folder = ensure(model.name, config, progress)
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = min(_cores(), MAX_THREADS)
        options.inter_op_num_threads = 1
        # Threads that wait by spinning take the cores from the web server and the chat model.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        graph, vocabulary = (folder / file.name for file in model.files)
        try:
            session = onnxruntime.InferenceSession(
                graph, options, providers=["CPUExecutionProvider"]
            )
            tokenizer = Tokenizer.from_file(str(vocabulary))
        # Both libraries raise plain Exception for a file that they cannot read.
        except Exception as error:
            raise WeightsError(
                f"the files in {folder} cannot be loaded ({error}): "
                f"run `askpapers models verify`, then `askpapers models pull {model.name}`"
            ) from error
        tokenizer.no_padding()
        tokenizer.enable_truncation(max_tokens)
        return cls(session, tokenizer)

    def run(self, encoding: Encoding) -> NDArray[np.float32]:
        """The model's first output for one encoded text, batch axis first."""
        rows = {
            "input_ids": encoding.ids,
            "attention_mask": encoding.attention_mask,
            "token_type_ids": encoding.type_ids,
        }
        inputs = {name: np.array([row], dtype=np.int64) for name, row in rows.items()}
        outputs: list[Any] = self._session.run(None, inputs)
        output: NDArray[np.float32] = outputs[0]
        return output


def _cores() -> int:
    """The cores this process may use: fewer than the machine has in a container."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1  # macOS does not pin processes to cores
