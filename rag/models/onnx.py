"""Loads a pinned ONNX model with its tokenizer; what the embedder and the reranker share."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from rag.config import Config
from rag.errors import WeightsError
from rag.models.lean import FIRST_TOKENS
from rag.models.weights import Progress, ensure

if TYPE_CHECKING:
    from onnxruntime import InferenceSession  # type: ignore[import-untyped]  # has no types
    from tokenizers import Encoding, Tokenizer

    from rag.models.manifest import Model

MAX_THREADS = 8
Text = str | tuple[str, str]
_Read = TypeVar("_Read", str | tuple[str, str], tuple[str, str])
_T = TypeVar("_T")


class OnnxModel:
    """A transformer that reads one text at a time on each core; safe to share by threads.

    A text occupies one thread from beginning to end. Sharing one text among the cores costs
    8% more processor time and leaves them waiting for each other, and does not even make a
    single query faster (4.7 ms on one thread, 4.9 ms on two).
    """

    def __init__(self, session: InferenceSession, tokenizer: Tokenizer) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._cores = min(_cores(), MAX_THREADS)
        self._pool = ThreadPoolExecutor(max(1, self._cores - 1), "onnx")

    @classmethod
    def load(
        cls,
        model: Model,
        config: Config,
        max_tokens: int,
        progress: Progress | None = None,
        rewrite: Callable[[bytes], bytes] | None = None,
    ) -> OnnxModel:
        """Load `model`, whose files are the graph and the tokenizer, fetching them at first need.

        Text beyond `max_tokens` is not read. The graph is loaded as `rewrite`, which raises
        ValueError for one that it does not know, leaves it. Raises WeightsError when the files
        cannot be had or cannot be read.
        """
        folder = ensure(model.name, config, progress)
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        graph, vocabulary = (folder / file.name for file in model.files)
        try:
            session = onnxruntime.InferenceSession(
                rewrite(graph.read_bytes()) if rewrite else graph,
                options,
                providers=["CPUExecutionProvider"],
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

    def firsts(self, texts: Iterable[Text]) -> list[NDArray[np.float32]]:
        """What the model's first output has for the first token of each text or pair of texts, or
        the one number that it is; in order.
        """
        return self._each(lambda text: np.array(self._output(text)[0]), texts)

    def outputs(self, texts: Iterable[Text]) -> list[NDArray[np.float32]]:
        """The model's first output for each text or pair of texts, (tokens, width); in order."""
        return self._each(self._output, texts)

    def states(self, pairs: Iterable[tuple[str, str]]) -> list[NDArray[np.float32]]:
        """States of the first text of each pair, (tokens, width), all outputs of a graph that
        `rag.models.lean` rewrote side by side; in order.
        """
        return self._each(self._states, pairs)

    def first_tokens(self, pair: tuple[str, str]) -> int:
        """How many tokens the first text of `pair` has, with those that mark its ends."""
        return _of_first(self._inputs(pair))

    def _each(self, read: Callable[[_Read], _T], texts: Iterable[_Read]) -> list[_T]:
        """What `read` makes of each text, the longest first, so that all cores end at once.

        The calling thread takes its share: waking another takes milliseconds on an idle machine,
        as long as a query does, and one more than there are cores would make them change places.
        """
        jobs = list(texts)
        todo = deque(sorted(enumerate(jobs), key=lambda job: -_length(job[1])))
        done: dict[int, _T] = {}

        def work() -> None:
            try:
                while job := _taken(todo):
                    done[job[0]] = read(job[1])
            finally:
                todo.clear()  # behind an error, or Ctrl-C, nobody wants the rest

        helpers: list[Future[None]] = []
        try:
            helpers += [self._pool.submit(work) for _ in range(min(len(jobs), self._cores) - 1)]
            work()
        finally:
            todo.clear()
        for helper in helpers:
            if not helper.cancel():
                helper.result()
        return [done[place] for place in range(len(jobs))]

    def _output(self, text: Text) -> NDArray[np.float32]:
        (first, *_) = self._computed(self._inputs(text))
        return np.asarray(first[0])

    def _states(self, pair: tuple[str, str]) -> NDArray[np.float32]:
        inputs = self._inputs(pair)
        inputs[FIRST_TOKENS] = np.array([_of_first(inputs)], dtype=np.int64)
        return np.concatenate([output[0] for output in self._computed(inputs)], axis=1)

    def _inputs(self, text: Text) -> dict[str, NDArray[np.int64]]:
        parts = (text,) if isinstance(text, str) else text
        encoding: Encoding = self._tokenizer.encode(*parts)
        rows = {
            "input_ids": encoding.ids,
            "attention_mask": encoding.attention_mask,
            "token_type_ids": encoding.type_ids,
        }
        return {name: np.array([row], dtype=np.int64) for name, row in rows.items()}

    def _computed(self, inputs: dict[str, NDArray[np.int64]]) -> list[NDArray[np.float32]]:
        outputs: list[Any] = self._session.run(None, inputs)
        return outputs


def _taken(todo: deque[_T]) -> _T | None:
    """The next of what is to be done, none where others took the last one."""
    try:
        return todo.popleft()
    except IndexError:
        return None


def _length(text: Text) -> int:
    """In letters, which is near enough to put texts in order by the time that they take."""
    return len(text) if isinstance(text, str) else sum(map(len, text))


def _of_first(inputs: dict[str, NDArray[np.int64]]) -> int:
    return int(np.count_nonzero(inputs["token_type_ids"] == 0))


def _cores() -> int:
    """The cores this process may use: fewer than the machine has in a container."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1  # macOS does not pin processes to cores
