"""Ways of running the embedder side by side: how fast each is, and what it does to the vectors."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from evals.machine import load, machine
from rag.stored.chunk import chunk_paper

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from rich.table import Table

    from rag.config import Config
    from rag.library import Library
    from rag.models.weights import Progress

_PAPERS = 120
_ROUNDS = 3
_MAX_TOKENS = 512

Way = Callable[[Sequence[str]], "NDArray[np.float32]"]
"""Texts -> their vectors (n, dimension), normalised."""


@dataclass(frozen=True, slots=True)
class WayReport:
    """Papers a second, processor milliseconds a paper, cosines to the shipped vectors."""

    name: str
    papers_s: float
    cpu_ms: float
    cosine_mean: float
    cosine_least: float


@dataclass(frozen=True, slots=True)
class EmbeddingReport:
    """The ways in a settled order, the shipped one first."""

    machine: str
    busy: float
    papers: int
    tokens: float
    ways: tuple[WayReport, ...]


def run_embedding(
    library: Library, config: Config, progress: Progress | None = None
) -> EmbeddingReport:
    """Embed some papers of `library` in each way, three times in turn; the best time counts.

    Raises WeightsError.
    """
    from rag.models.embed import OnnxEmbedder
    from rag.models.weights import ensure

    busy = load()
    papers = library.papers()
    chosen = papers[:: max(1, len(papers) // _PAPERS)][:_PAPERS]
    texts = [chunk.passage for paper in chosen for chunk in chunk_paper(paper)[:1]]
    shipped = OnnxEmbedder.load(config)
    graph = _Graph(str(ensure("embedder", config)))
    ways: dict[str, Way] = {
        "one text a core (shipped)": lambda some: shipped.embed(some, "passage"),
        "the same on one core only": lambda some: graph.apart(some, _MAX_TOKENS, cores=1),
        "one text on all cores": graph.together,
        "batches of 2,048 tokens, padded": graph.batched,
        "one text a core, cut at 256 tokens": lambda some: graph.apart(some, 256),
        "cut at 192": lambda some: graph.apart(some, 192),
        "cut at 128": lambda some: graph.apart(some, 128),
    }
    reference = shipped.embed(texts, "passage")
    best = dict.fromkeys(ways, (np.inf, np.inf))
    vectors = {}
    for number in range(_ROUNDS):
        for done, (name, way) in enumerate(ways.items()):
            if progress:
                progress("embedding", number * len(ways) + done, _ROUNDS * len(ways))
            wall, cpu = time.perf_counter(), time.process_time()
            vectors[name] = way(texts)
            spent = time.perf_counter() - wall, time.process_time() - cpu
            best[name] = (min(best[name][0], spent[0]), min(best[name][1], spent[1]))
    reports = []
    for name, (seconds, cpu_seconds) in best.items():
        cosines = (vectors[name] * reference).sum(axis=1)
        n = len(texts)
        reports.append(
            WayReport(
                name,
                n / seconds,
                cpu_seconds / n * 1000,
                float(cosines.mean()),
                float(cosines.min()),
            )
        )
    tokens = float(np.mean([len(ids) for ids in graph.encode(texts, _MAX_TOKENS)]))
    return EmbeddingReport(machine(), busy, len(texts), tokens, tuple(reports))


class _Graph:
    """The embedder's graph, run otherwise than the product runs it."""

    def __init__(self, folder: str) -> None:
        import onnxruntime  # type: ignore[import-untyped]  # has no types
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(f"{folder}/tokenizer.json")
        self._tokenizer.no_padding()
        self._cores = os.cpu_count() or 1

        def session(threads: int) -> Any:
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = threads
            return onnxruntime.InferenceSession(
                f"{folder}/model_quantized.onnx", options, providers=["CPUExecutionProvider"]
            )

        self._alone, self._shared = session(1), session(self._cores)

    def encode(self, texts: Sequence[str], most: int) -> list[list[int]]:
        """Token ids of each text, no more than `most`."""
        self._tokenizer.enable_truncation(most)
        return [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]

    def together(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One text after the other, all cores on each."""
        return _normal([_first(self._shared, [ids])[0] for ids in self.encode(texts, _MAX_TOKENS)])

    def apart(
        self, texts: Sequence[str], most: int, cores: int | None = None
    ) -> NDArray[np.float32]:
        """As shipped, but reading no more than `most` tokens, on so many cores."""
        ids = self.encode(texts, most)
        with ThreadPoolExecutor(cores or self._cores) as pool:
            return _normal(list(pool.map(lambda one: _first(self._alone, [one])[0], ids)))

    def batched(self, texts: Sequence[str], budget: int = 2048) -> NDArray[np.float32]:
        """Texts of like length together, padded, `budget` tokens a batch."""
        ids = self.encode(texts, _MAX_TOKENS)
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        rows: list[Any] = [None] * len(ids)
        for batch in _batches(order, [len(one) for one in ids], budget):
            for i, row in zip(batch, _first(self._shared, [ids[i] for i in batch]), strict=True):
                rows[i] = row
        return _normal(rows)


def _batches(order: Sequence[int], lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Runs of `order`, shortest first, whose padded size stays within `budget` tokens."""
    batch: list[int] = []
    for i in order:
        if batch and lengths[i] * (len(batch) + 1) > budget:
            yield batch
            batch = []
        batch.append(i)
    yield batch


def _first(session: Any, rows: Sequence[Sequence[int]]) -> NDArray[np.float32]:
    """The first token's states (n, dimension) of token rows, padded to the longest."""
    longest = max(map(len, rows))
    ids = np.zeros((len(rows), longest), dtype=np.int64)
    mask = np.zeros_like(ids)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = row
        mask[i, : len(row)] = 1
    names = ("input_ids", "attention_mask", "token_type_ids")
    inputs = dict(zip(names, (ids, mask, np.zeros_like(ids)), strict=True))
    states: NDArray[np.float32] = session.run(None, inputs)[0]
    return states[:, 0]


def _normal(rows: Sequence[Any]) -> NDArray[np.float32]:
    matrix = np.stack(rows).astype(np.float32)
    normal: NDArray[np.float32] = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    return normal


def embedding_table(report: EmbeddingReport) -> Table:
    """The ways for a terminal."""
    from rich.table import Table

    table = Table(
        title=f"{report.papers} papers of {report.tokens:.0f} tokens, embedded",
        caption=f"{report.machine}; {report.busy:.0%} busy with other work",
    )
    table.add_column("way")
    for heading in ("papers/s", "processor ms a paper", "cosine, mean", "least"):
        table.add_column(heading, justify="right")
    for way in report.ways:
        table.add_row(
            way.name,
            f"{way.papers_s:.1f}",
            f"{way.cpu_ms:.0f}",
            f"{way.cosine_mean:.4f}",
            f"{way.cosine_least:.4f}",
        )
    return table
