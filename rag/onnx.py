"""Loads a pinned ONNX model with its tokenizer; what the embedder and the reranker share."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
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
    """A transformer that reads one text at a time on each core; safe to share by threads.

    A text occupies one thread from beginning to end. Sharing one text among the cores costs
    8% more processor time and leaves them waiting for each other, and does not even make a
    single query faster (4.7 ms on one thread, 4.9 ms on two).
    """

    def __init__(self, session: InferenceSession, tokenizer: Tokenizer) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._pool = ThreadPoolExecutor(min(_cores(), MAX_THREADS), "onnx")

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
        options.intra_op_num_threads = options.inter_op_num_threads = 1
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

    def run(self, texts: Iterable[str | tuple[str, str]]) -> Iterator[NDArray[np.float32]]:
        """The model's first output for each text or pair of texts, batch axis first, in order.

        The first is read by the calling thread itself: waking another takes milliseconds on an
        idle machine, as long as a query does.
        """
        jobs = list(texts)
        waiting = [self._pool.submit(self._read, job) for job in jobs[1:]]
        try:
            for job in jobs[:1]:
                yield self._read(job)
            for future in waiting:
                yield future.result()
        finally:
            for future in waiting:  # who has stopped asking wants no more
                future.cancel()

    def _read(self, text: str | tuple[str, str]) -> NDArray[np.float32]:
        parts = (text,) if isinstance(text, str) else text
        encoding: Encoding = self._tokenizer.encode(*parts)
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
