"""Fits the adapter of questions' vectors, and shows what it changes for those it has not seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from evals.evidence.adapter_fit import Searched, fit_adapter
from evals.evidence.confidence_cases import (
    SCIFACT,
    arxiv_library,
    is_held_back,
    paper_of,
    scifact_library,
    with_groups,
)
from evals.finding.corpora import load_judged
from evals.stats import Mean, bootstrap
from rag.finding.adapter import write_adapter

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rag.config import Config
    from rag.library import Library
    from rag.models.weights import Progress

    Floats = NDArray[np.float32]

OF_CLAIMS = 0.4
"""Of each batch, the share of SciFact's claims: a tenth of all, but of another kind."""


@dataclass(frozen=True, slots=True)
class AdapterSources:
    """`data` holds arXiv's papers and SciFact, `vectors` is a folder where vectors are kept between
    runs, if given; `write` says to keep the fit.
    """

    data: Path
    vectors: Path | None = None
    write: bool = False


@dataclass(frozen=True, slots=True)
class Adapted:
    """What vectors alone find for one set of queries, with or without the adapter: the mean
    nDCG@10, and the share of queries with a wanted chunk among the first one and eight.
    """

    queries: str
    way: str
    ndcg: Mean
    first: Mean
    among_eight: Mean


def run_adapter(
    config: Config, sources: AdapterSources, progress: Progress | None = None
) -> tuple[Adapted, ...]:
    """Fit on the arXiv questions but for those of papers held back, and on SciFact's train claims;
    search for those held back and for its test claims.

    Raises SourceError for the data, WeightsError if the embedder's file cannot be had.
    """
    sets = with_groups()
    cases = [case for own in sets.values() for case in own]
    wanted = [(case.question, case.papers) for case in cases if case.answerable]
    held = np.array([is_held_back(paper_of(case)) for case in cases if case.answerable])
    kept = sources.vectors and sources.vectors / "arxiv.npz"
    with arxiv_library(config, sources.data, cases, kept, progress) as library:
        arxiv = _searched(library, wanted, 1 - OF_CLAIMS, progress)
    claims, test = (
        load_judged(sources.data / SCIFACT / queries, sources.data / SCIFACT / qrels)
        for queries, qrels in (
            ("queries.train.jsonl", "qrels.train.tsv"),
            ("queries.jsonl", "qrels.tsv"),
        )
    )
    kept = sources.vectors and sources.vectors / "scifact.npz"
    with scifact_library(config, sources.data, kept, progress) as library:
        train, tested = (
            _searched(
                library,
                [
                    (text, [docno for docno, grade in own.qrels[name].items() if grade > 0])
                    for name, text in own.queries.items()
                ],
                OF_CLAIMS,
                progress,
            )
            for own in (claims, test)
        )
    adapter = fit_adapter([_at(arxiv, ~held), train])
    if sources.write:
        write_adapter(adapter)
    unseen = {"arXiv questions, held back": _at(arxiv, held), "SciFact's test claims": tested}
    return tuple(
        _measured(name, way, one, vectors)
        for name, one in unseen.items()
        for way, vectors in (
            ("as embedded", one.queries),
            ("with the adapter", adapter.moved(one.queries)),
        )
    )


def _searched(
    library: Library,
    wanted: Sequence[tuple[str, Sequence[str]]],
    share: float,
    progress: Progress | None,
) -> Searched:
    """The queries over all chunks of `library`; papers that are wanted go by their own docnos."""
    papers = {docno: p.paper_id for p in library.papers() for docno in (p.paper_id, *p.docnos)}
    chunks = library.catalogue.chunks_of(sorted(set(papers.values())))
    stored = library.vectors([chunk.chunk_id for chunk in chunks])
    chunks = [chunk for chunk in chunks if chunk.chunk_id in stored]
    rows: Mapping[str, list[int]] = {chunk.paper_id: [] for chunk in chunks}
    for row, chunk in enumerate(chunks):
        rows[chunk.paper_id].append(row)
    known = np.zeros((len(wanted), len(chunks)), dtype=np.bool_)
    vectors = []
    for number, (query, docnos) in enumerate(wanted):
        if progress:
            progress("embedding queries", number, len(wanted))
        vectors.append(library.queries.of(query))
        for docno in docnos:
            known[number, rows.get(papers.get(docno, docno), [])] = True
    matrix = np.stack([stored[chunk.chunk_id] for chunk in chunks])
    return Searched(np.stack(vectors), matrix, known, share)


def _at(one: Searched, own: NDArray[np.bool_]) -> Searched:
    return replace(one, queries=one.queries[own], wanted=one.wanted[own])


def _measured(name: str, way: str, one: Searched, vectors: Floats) -> Adapted:
    cosines = vectors @ one.chunks.T
    order = np.argsort(-cosines, axis=1, kind="stable")[:, :10]
    found = np.take_along_axis(one.wanted, order, axis=1)
    worth = 1 / np.log2(np.arange(2, 12))
    most = np.minimum(one.wanted.sum(axis=1), 10)
    ideal = np.array([worth[:count].sum() or 1.0 for count in most.tolist()])
    return Adapted(
        name,
        way,
        bootstrap(((found * worth).sum(axis=1) / ideal).tolist()),
        bootstrap(found[:, :1].any(axis=1).astype(float).tolist()),
        bootstrap(found[:, :8].any(axis=1).astype(float).tolist()),
    )
