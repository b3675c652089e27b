"""Fits the weights of `rag/confidence.py` on the dev questions, and says how well they tell."""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from evals.cases import Case, load_cases
from rag.confidence import BIAS, WEIGHTS, Signs, confidence, read_signs
from rag.evidence import SentenceVectors, choose_quotes
from rag.retrieve import retrieve
from rag.settings import DEFAULTS

if TYPE_CHECKING:
    from rich.table import Table

    from rag.config import Config
    from rag.library import Library
    from rag.rerank import Reranker
    from rag.weights import Progress

Floats = NDArray[np.float64]

RIDGE = 0.3  # pulls weights toward 0, so that a few dozen questions cannot drive one to infinity


@dataclass(frozen=True, slots=True)
class Split:
    """How well a confidence separates answerable from unanswerable questions; shares in [0, 1].

    `kept` is the share of answerable questions at 0.5 or above, `held_back` that of unanswerable
    ones below, `auc` the probability that an answerable one scores higher.
    """

    name: str
    questions: int
    auc: float
    kept: float
    held_back: float


@dataclass(frozen=True, slots=True)
class ConfidenceReport:
    """The weights in use, those fitted now, and how both separate."""

    in_use: tuple[float, ...]
    fitted: tuple[float, ...]
    splits: tuple[Split, ...]


def run_confidence(config: Config, progress: Progress | None = None) -> ConfidenceReport:
    """Fit on the dev questions; judge on them (leaving one out at a time) and on the test ones.

    Raises WeightsError if a model file cannot be had.
    """
    from evals.sample_library import sample_library
    from rag.rerank import CrossEncoder

    cases = [c for c in load_cases() if c.kind != "catalogue" and not c.history]
    reranker = CrossEncoder.load(config, progress)
    with sample_library(config, progress) as library:
        signs = [_signs(library, reranker, case) for case in cases]
    rows = np.array([astuple(found) for found in signs], dtype=np.float64)
    labels = np.array([float(case.answerable) for case in cases])
    dev = np.array([case.split == "dev" for case in cases])
    fitted = fit(rows[dev], labels[dev])
    now = np.array([confidence(found) for found in signs])
    left_out = leave_one_out(rows[dev], labels[dev])
    return ConfidenceReport(
        in_use=(BIAS, *WEIGHTS),
        fitted=tuple(round(float(weight), 2) for weight in fitted),
        splits=(
            judge("dev, fitted without the question itself", left_out, labels[dev]),
            judge("dev, weights in use", now[dev], labels[dev]),
            judge("test, weights in use", now[~dev], labels[~dev]),
        ),
    )


def _signs(library: Library, reranker: Reranker, case: Case) -> Signs:
    retrieval = retrieve(library, case.question, 2 * DEFAULTS.hits)
    sentences = SentenceVectors(library.embedder)
    quotes = choose_quotes(retrieval, sentences, reranker, DEFAULTS.quotes)
    return read_signs(case.question, quotes, library.paper(quotes[0].paper_id))


def fit(rows: Floats, labels: Floats, ridge: float = RIDGE) -> Floats:
    """Bias and weights of a ridge logistic regression, by Newton's method.

    `rows` (n, signs), `labels` (n,) of 0 and 1. Signs are brought to unit spread for the
    penalty (le Cessie and van Houwelingen, 1992), the weights returned are for them as given.
    """
    spread = rows.std(axis=0) + 1e-9
    centre = rows.mean(axis=0)
    design = np.c_[np.ones(len(rows)), (rows - centre) / spread]
    penalty = ridge * np.r_[0.0, np.ones(rows.shape[1])]
    weights = np.zeros(design.shape[1])
    for _ in range(100):
        p = 1 / (1 + np.exp(-design @ weights))
        gradient = design.T @ (p - labels) + penalty * weights
        curvature = design.T @ (design * (p * (1 - p))[:, None]) + np.diag(penalty)
        step = np.linalg.solve(curvature, gradient)
        weights -= step
        if np.abs(step).max() < 1e-8:
            break
    scaled = weights[1:] / spread
    both: Floats = np.concatenate([[weights[0] - scaled @ centre], scaled])
    return both


def leave_one_out(rows: Floats, labels: Floats) -> Floats:
    """Each row's probability under the fit to all other rows, shape (n,)."""
    out = np.empty(len(rows))
    for index in range(len(rows)):
        others = np.arange(len(rows)) != index
        weights = fit(rows[others], labels[others])
        out[index] = 1 / (1 + np.exp(-(weights[0] + rows[index] @ weights[1:])))
    return out


def judge(name: str, scores: Floats, labels: Floats) -> Split:
    """How `scores` (n,) separate `labels` (n,)."""
    high, low = scores[labels == 1], scores[labels == 0]
    pairs = (high[:, None] > low).mean() + 0.5 * (high[:, None] == low).mean()
    return Split(
        name, len(scores), float(pairs), float((high >= 0.5).mean()), float((low < 0.5).mean())
    )


def confidence_tables(report: ConfidenceReport) -> tuple[Table, Table]:
    """The weights and what they achieve, for a terminal."""
    from rich.table import Table

    weights = Table(title="Signs that the quotes answer the question, by weight")
    splits = Table(title="How well the confidence tells", caption="kept and held back at 0.5")
    for table, headings in (
        (weights, ("sign", "in use", "fitted")),
        (splits, ("questions", "n", "AUC", "answerable kept", "unanswerable held back")),
    ):
        for number, heading in enumerate(headings):
            table.add_column(heading, justify="right" if number else "left")
    names = ("bias", *(field.name for field in fields(Signs)))
    for name, used, new in zip(names, report.in_use, report.fitted, strict=True):
        weights.add_row(name, f"{used:.2f}", f"{new:.2f}")
    for s in report.splits:
        row = (f"{s.auc:.3f}", f"{s.kept:.0%}", f"{s.held_back:.0%}")
        splits.add_row(s.name, str(s.questions), *row)
    return weights, splits
