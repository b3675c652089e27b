"""Summaries measured over the sample library: what stands, what it covers, what a table gets right.

Support and offsets are tested anew from the finished tree. Coverage asks how near to a summary the
sentences of its paper are, beside summaries made of the first, or of any, sentences as many.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from evals.machine import machine
from evals.stats import Mean, Rate, bootstrap, rate

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rag.config import Config
    from rag.evidence.quotes import SentenceVectors
    from rag.models.rerank import Reranker
    from rag.models.weights import Progress
    from rag.summary.summarize import Summariser
    from rag.summary.types import Level, Part, Summary
    from rag.types import Paper

CELLS = "table_cells.jsonl"
_DRAWS = 20  # summaries of any sentences, of each paper


@dataclass(frozen=True, slots=True)
class LevelFigures:
    """The sentences of one level: how many, how they stand, how long they are in words."""

    level: Level
    nodes: int
    sentences: int
    supported: Rate
    unchecked: int
    repaired: int
    dropped: int
    words: float


@dataclass(frozen=True, slots=True)
class SummaryFigures:
    """One summary of all papers: short (`parts` empty) or by parts.

    `wrong` counts what the audit found. `cited` are shares of the papers that each level above
    papers cites, by level. The coverages are means over papers, in cosine: of the summary, of its
    paper's first sentences as many, and of any as many.
    """

    parts: tuple[Part, ...]
    levels: tuple[LevelFigures, ...]
    wrong: int
    cited: dict[str, float]
    coverage: Mean
    first: Mean
    drawn: Mean
    seconds: float


@dataclass(frozen=True, slots=True)
class TableFigures:
    """Cells held against labels: those that hold what the paper says, and those rightly blank."""

    right: Rate
    blank: Rate
    seconds: float


@dataclass(frozen=True, slots=True)
class SummariesReport:
    """All of it, with the chat model and the machine it ran on."""

    backend: str
    papers: int
    machine: str
    summaries: tuple[SummaryFigures, ...]
    table: TableFigures


def run_summaries(
    config: Config, backend: str, progress: Progress | None = None, papers: int = 0
) -> SummariesReport:
    """Summarise the sample library, short and by parts, and fill the labelled cells.

    Of its papers the first `papers`, or all. Raises ConfigError, WeightsError, ChatError.
    """
    from evals.sample_library import sample_library
    from rag.models.chat import chat_model, resolve_backend
    from rag.models.judge import Judge
    from rag.models.rerank import CrossEncoder
    from rag.summary.roles import PARTS
    from rag.summary.summarize import Summariser

    chat = chat_model(resolve_backend(backend, config), config)
    reranker = CrossEncoder.load(config, progress)
    with sample_library(config, progress) as library:
        judge = chat if isinstance(chat, Judge) else None
        summariser = Summariser(library, chat, reranker, judge=judge)
        everything = library.papers()
        taken = everything[: papers or None]
        ways: tuple[tuple[Part, ...], ...] = ((), PARTS)
        summaries = tuple(_figures(summariser, taken, parts, progress) for parts in ways)
        table = table_figures(everything, summariser.vectors, reranker, progress)
    return SummariesReport(chat.name, len(taken), machine(), summaries, table)


def _figures(
    summariser: Summariser,
    papers: Sequence[Paper],
    parts: tuple[Part, ...],
    progress: Progress | None,
) -> SummaryFigures:
    from rag.summary.audit import audit
    from rag.summary.types import Summarised, Written

    what = "by parts" if parts else "short"
    began = time.perf_counter()
    summary: Summary | None = None
    for event in summariser.stream(papers, parts):
        if isinstance(event, Written) and progress:
            progress(what, event.done, event.total)
        elif isinstance(event, Summarised):
            summary = event.summary
    seconds = time.perf_counter() - began
    assert summary is not None  # a stream of events ends with the summary
    own, first, drawn = coverages(summary, summariser.vectors)
    return SummaryFigures(
        parts=parts,
        levels=level_figures(summary),
        wrong=len(list(audit(summary, summariser.checker()))),
        cited=cited_shares(summary),
        coverage=bootstrap(own),
        first=bootstrap(first),
        drawn=bootstrap(drawn),
        seconds=seconds,
    )


def level_figures(summary: Summary) -> tuple[LevelFigures, ...]:
    """The figures of each level that there is, from the papers up."""
    levels: tuple[Level, ...] = ("paper", "group", "whole")
    found = []
    for level in levels:
        nodes = [n for n in (summary.root.walk() if summary.root else ()) if n.level == level]
        said = [sentence for node in nodes for sentence in node.sentences]
        if nodes:
            found.append(
                LevelFigures(
                    level=level,
                    nodes=len(nodes),
                    sentences=len(said),
                    supported=rate([s.support == "supported" for s in said]),
                    unchecked=sum(s.support == "unchecked" for s in said),
                    repaired=sum(s.repaired for s in said),
                    dropped=sum(node.dropped for node in nodes),
                    words=sum(len(s.text.split()) for s in said) / len(nodes),
                )
            )
    return tuple(found)


def cited_shares(summary: Summary) -> dict[str, float]:
    """Of all papers, the share that the groups cite, and that the whole does."""
    shares: dict[str, float] = {}
    for level in ("group", "whole"):
        nodes = [n for n in (summary.root.walk() if summary.root else ()) if n.level == level]
        cited = {c.paper_id for n in nodes for s in n.sentences for c in s.citations}
        if nodes:
            shares[level] = len(cited) / len(summary.papers)
    return shares


def coverages(
    summary: Summary, vectors: SentenceVectors
) -> tuple[list[float], list[float], list[float]]:
    """For each paper how near its sentences are to its summary, to its first sentences as many,
    and to any as many (the mean of seeded draws).
    """
    from rag.summary.material import quotable

    own, first, drawn = [], [], []
    rng = random.Random(0)
    papers = {paper.paper_id: paper for paper in summary.papers}
    for node in summary.root.walk() if summary.root else ():
        if node.level != "paper" or not node.sentences:
            continue
        texts = [item.text for item in quotable(papers[node.paper_id], 1)]
        n = min(len(node.sentences), len(texts))
        rows = vectors.of(texts)
        own.append(_near(rows, vectors.of([sentence.text for sentence in node.sentences])))
        first.append(_near(rows, rows[:n]))
        draws = [_near(rows, rows[rng.sample(range(len(texts)), n)]) for _ in range(_DRAWS)]
        drawn.append(sum(draws) / _DRAWS)
    return own, first, drawn


def _near(rows: NDArray[np.float32], kept: NDArray[np.float32]) -> float:
    return float((rows @ kept.T).max(axis=1).mean())


def table_figures(
    papers: Sequence[Paper],
    vectors: SentenceVectors,
    reranker: Reranker,
    progress: Progress | None = None,
) -> TableFigures:
    """The labelled cells, filled anew."""
    from rag.summary.compare_table import compare

    by_id = {paper.paper_id: paper for paper in papers}
    text = files("evals").joinpath(CELLS).read_text(encoding="utf-8")
    labels = [json.loads(line) for line in text.splitlines()]
    right, blank = [], []
    began = time.perf_counter()
    for done, label in enumerate(labels, start=1):
        (row,) = compare([by_id[label["paper"]]], [label["column"]], vectors, reranker)
        quote = row.cells[0].text if row.cells[0].citation else ""
        if label["says"]:
            right.append(any(fact in quote for fact in label["says"]))
        else:
            blank.append(not quote)
        if progress:
            progress("cells", done, len(labels))
    return TableFigures(rate(right), rate(blank), time.perf_counter() - began)
