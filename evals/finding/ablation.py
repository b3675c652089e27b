"""The ablation: every way of ranking over the same library and queries, beside the shipped one."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from evals.finding import fusions
from evals.finding.corpora import Judged, Run, load_judged
from evals.finding.fusions import NOWHERE, Material, Way
from evals.finding.learned import cross_validated
from evals.finding.retrieval import DEPTH, Collection, benchmark_library, by_docno, measure
from evals.machine import machine
from evals.stats import Mean, bootstrap, randomisation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rag.config import Config
    from rag.library import Library
    from rag.models.weights import Progress
    from rag.stored.words import WordIndex
    from rag.types import Paper

MEASURES = ("nDCG@10", "R@10", "R@100")

WAYS: Mapping[str, Way] = {
    "words alone": fusions.words_alone(),
    "words alone, titles once": fusions.words_alone(fusions.TITLE_1),
    "words alone, titles not at all": fusions.words_alone(fusions.TITLE_0),
    "words alone, title a field of its own x1.5": fusions.own_field(1.5, vectors=False),
    "vectors alone": fusions.vectors_alone(),
    "vectors alone, query with prefix": fusions.vectors_alone(fusions.PREFIX),
    "vectors alone, query without prefix": fusions.vectors_alone(fusions.PLAIN),
    "no feedback": fusions.weighted(),
    "no feedback, query with prefix": fusions.weighted(fusions.PREFIX),
    "no feedback, query without prefix": fusions.weighted(fusions.PLAIN),
    "no feedback, titles once": fusions.weighted(index=fusions.TITLE_1),
    "no feedback, titles not at all": fusions.weighted(index=fusions.TITLE_0),
    "no feedback, title a field of its own x1.5": fusions.own_field(1.5),
    "no feedback, word weight 0.05": fusions.weighted(weight=0.05),
    "no feedback, word weight 0.15": fusions.weighted(weight=0.15),
    "no feedback, word weight 0.2": fusions.weighted(weight=0.2),
    "reciprocal ranks, k = 60": fusions.reciprocal_ranks(60),
    "reciprocal ranks, k = 10": fusions.reciprocal_ranks(10),
    "min-max, 0.4 words, a list's own scores only": fusions.min_max(0.4, lists_only=True),
    "min-max, 0.4 words, all scores": fusions.min_max(0.4, lists_only=False),
    "z-scores, 0.4 words": fusions.z_scores(0.4),
    "feedback from the best 1, 0.2": fusions.rocchio(1, 0.2),
    "feedback from the best 2, 0.4": fusions.rocchio(2, 0.4),
    "feedback from the best 5, 0.2": fusions.rocchio(5, 0.2),
}
SHIPPED = "shipped"
LEARNED = "learned on 7 features, cross-validated"


@dataclass(frozen=True, slots=True)
class Row:
    """A way's means by measure; `gain` and `p` of nDCG@10 on the shipped, None for that itself."""

    name: str
    means: Mapping[str, float]
    gain: Mean | None = None
    p: float | None = None


@dataclass(frozen=True, slots=True)
class AblationReport:
    """The shipped way first, then every other."""

    papers: int
    queries: int
    machine: str
    rows: tuple[Row, ...]
    measures: tuple[str, ...] = MEASURES


def run_ablation(
    config: Config,
    collection: Collection,
    *,
    models: bool = False,
    progress: Progress | None = None,
) -> AblationReport:
    """Rank every judged query in every way; with `models`, those too that need further vectors or
    the reranker. Raises SourceError, WeightsError, LibraryError.
    """
    judged = load_judged(collection.queries, collection.qrels)
    with benchmark_library(config, collection, progress) as library, word_indexes(library) as words:
        materials: dict[str, Material] = {}
        for done, (name, query) in enumerate(judged.queries.items()):
            if progress:
                progress("gathering", done, len(judged.queries))
            materials[name] = gather(library, words, query)
        papers = _Papers(library, materials.values())
        scores = {
            way: {name: rank(m) for name, m in materials.items()}
            for way, rank in {SHIPPED: fusions.shipped, **WAYS}.items()
        }
        scores[LEARNED] = _learned(judged, materials, papers)
        if models:
            from evals.finding.ablation_models import model_scores

            scores |= model_scores(config, library, materials, progress)
        runs = {way: papers.run(materials, by_query) for way, by_query in scores.items()}
        return AblationReport(
            library.count(), len(judged.queries), machine(), tuple(_rows(judged, runs))
        )


@contextmanager
def word_indexes(library: Library) -> Iterator[Mapping[str, WordIndex]]:
    """Word indexes over the library's chunks that differ in what they make of titles."""
    from rag.stored.chunk import chunk_paper
    from rag.stored.words import WordIndex

    chunks = [chunk for paper in library.papers() for chunk in chunk_paper(paper)]
    with tempfile.TemporaryDirectory(prefix="askpapers-words-") as folder:
        made = {}
        for name, times in ((fusions.TITLE_3, 3), (fusions.TITLE_1, 1), (fusions.TITLE_0, 0)):
            made[name] = WordIndex(Path(folder, str(times)), times)
            made[name].replace([], chunks)
        made[fusions.TITLE_ALONE] = WordIndex(Path(folder, "alone"), 1)
        made[fusions.TITLE_ALONE].replace([], [replace(chunk, text="") for chunk in chunks])
        yield made


def gather(library: Library, words: Mapping[str, WordIndex], query: str) -> Material:
    """Every list that a way of ranking may use, and for all their chunks every score."""
    from rag.models.embed import QUERY_PREFIX

    readings = {
        fusions.BOTH: library.embedder.embed([query], "query")[0],
        fusions.PREFIX: library.embedder.embed([QUERY_PREFIX + query], "passage")[0],
        fusions.PLAIN: library.embedder.embed([query], "passage")[0],
    }
    near = {name: _places(library.search_vectors(v, DEPTH)) for name, v in readings.items()}
    found = {name: _places(index.search(query, DEPTH)) for name, index in words.items()}
    ids = tuple(sorted({i for places in (*near.values(), *found.values()) for i in places}))
    stored = library.vectors(ids)
    blank = np.zeros(library.embedder.dimension, dtype=np.float32)
    vectors = np.array([stored.get(i, blank) for i in ids], dtype=np.float32)
    vectors = vectors.reshape(len(ids), len(blank))
    missing = np.array([i not in stored for i in ids], dtype=bool)
    cosines = {
        name: np.where(missing, np.nan, vectors @ reading) for name, reading in readings.items()
    }
    bm25 = {name: index.scores(query, ids) for name, index in words.items()}
    return Material(
        query,
        ids,
        vectors,
        readings,
        cosines,
        {name: _ranks(ids, places) for name, places in near.items()},
        {name: np.array([s.get(i, 0.0) for i in ids]) for name, s in bm25.items()},
        {name: _ranks(ids, places) for name, places in found.items()},
    )


def _places(found: Iterable[tuple[str, float]]) -> dict[str, int]:
    return {chunk_id: place for place, (chunk_id, _) in enumerate(found)}


def _ranks(ids: tuple[str, ...], places: Mapping[str, int]) -> NDArray[np.int64]:
    return np.array([places.get(i, NOWHERE) for i in ids], dtype=np.int64)


class _Papers:
    """Which paper a chunk belongs to, and how papers are called in judgements."""

    def __init__(self, library: Library, materials: Iterable[Material]) -> None:
        self.of = {
            chunk_id: chunk.paper_id
            for m in materials
            for chunk_id, chunk in library.chunks(m.chunk_ids).items()
        }
        self.by_id: dict[str, Paper] = {p.paper_id: p for p in library.papers()}

    def run(self, materials: Mapping[str, Material], scores: Mapping[str, fusions.Scores]) -> Run:
        """Papers by their best chunk, ties by chunk id, as search ranks them."""
        found: dict[str, dict[str, float]] = {}
        for name, m in materials.items():
            order = np.argsort(-scores[name], kind="stable")
            listed = (m.chunk_ids[i] for i in order if np.isfinite(scores[name][i]))
            ranked = dict.fromkeys(self.of[chunk_id] for chunk_id in listed)
            found[name] = by_docno([self.by_id[paper_id] for paper_id in ranked], DEPTH)
        return found


def _learned(
    judged: Judged, materials: Mapping[str, Material], papers: _Papers
) -> dict[str, fusions.Scores]:
    def relevant(name: str) -> Callable[[str], float]:
        grades = judged.qrels[name]
        return lambda i: float(
            any(grades.get(docno, 0) > 0 for docno in papers.by_id[papers.of[i]].docnos)
        )

    features = [fusions.features(m) for m in materials.values()]
    labels = [np.array([*map(relevant(name), m.chunk_ids)]) for name, m in materials.items()]
    return dict(zip(materials, cross_validated(features, labels), strict=True))


def _rows(judged: Judged, runs: Mapping[str, Run]) -> Iterator[Row]:
    values = {way: measure(judged.qrels, run, MEASURES) for way, run in runs.items()}
    base = values[SHIPPED][MEASURES[0]]
    for way, by_measure in values.items():
        means = {name: float(np.mean([*of.values()])) for name, of in by_measure.items()}
        gains = [value - base[query] for query, value in by_measure[MEASURES[0]].items()]
        if way == SHIPPED:
            yield Row(way, means)
        else:
            yield Row(way, means, bootstrap(gains), randomisation(gains))
