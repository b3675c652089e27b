"""Fits what abstaining rests on, the probe and its calibration, and says how well it tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from evals.agreement import Agreement, auc, measured
from evals.cases import load_cases
from evals.confidence_cases import (
    ARXIV_CASES,
    ARXIV_PAPERS,
    SCIFACT,
    Observed,
    arxiv_library,
    observe,
    scifact_claims,
    scifact_library,
)
from evals.logistic import fit
from evals.probe_fit import fit_probe
from evals.scorers.selective import Outcomes, brier, ece, risk_coverage
from evals.stats import Rate, rate
from rag.evidence.confidence import BIAS, WEIGHT
from rag.models.answering import Probe, fitted_probe, write_probe
from rag.settings import DEFAULTS

if TYPE_CHECKING:
    from rag.config import Config
    from rag.models.weights import Progress

Floats = NDArray[np.float64]
_T = TypeVar("_T")

FOLDS = 5
COVERAGES = (0.3, 0.5, 0.7, 0.9, 1.0)
_NOTHING = -10.0  # the log-odds where nothing was read
_SAMPLE, _ARXIV = "sample library", "arXiv library"


@dataclass(frozen=True, slots=True)
class Told:
    """How well a confidence tells answerable from unanswerable questions.

    `held_back` is the share of unanswerable ones below `Settings.least_confidence`, `wrongly` of
    answerable ones; `kinds` the first of these by kind of unanswerable question. `risk` is the
    share of unanswerable ones among the most confident, by the share kept (`COVERAGES`).
    """

    name: str
    n: int
    auc: Agreement
    held_back: Rate
    wrongly: Rate
    brier: float
    ece: float
    risk: tuple[float, ...]
    kinds: tuple[tuple[str, Rate], ...] = ()


@dataclass(frozen=True, slots=True)
class ConfidenceReport:
    """The bias and weight in use, those fitted now, and how the confidence tells."""

    in_use: tuple[float, float]
    fitted: tuple[float, float]
    least: float
    told: tuple[Told, ...]
    sentences: tuple[tuple[str, Agreement], ...]


@dataclass(frozen=True, slots=True)
class Sources:
    """What to fit on beside the shipped dev cases: `data` holds the labelled sets' folders.

    `vectors` is where vectors are kept between runs; `write` says to keep the fitted probe.
    """

    data: Path | None = None
    vectors: Path | None = None
    write: bool = False


def run_confidence(
    config: Config, sources: Sources, progress: Progress | None = None
) -> ConfidenceReport:
    """Fit on dev cases alone, each judged by a fit that has not seen its paper.

    Raises WeightsError if a model file cannot be had, SourceError for the data.
    """
    from evals.sample_library import sample_library
    from rag.models.rerank import CrossEncoder

    reranker = CrossEncoder.load(config, progress)
    dev = [case for case in load_cases() if case.split == "dev"]
    with sample_library(config, progress) as library:
        observed = observe(library, reranker, dev, _SAMPLE, progress)
    if sources.data and (sources.data / ARXIV_PAPERS).exists():
        cases = [case for case in load_cases(ARXIV_CASES) if case.split == "dev"]
        with arxiv_library(config, sources.data, cases, sources.vectors, progress) as library:
            observed += observe(library, reranker, cases, _ARXIV, progress)
    report = report_on(observed)
    if sources.write:
        write_probe(fit_probe([item.read for item in observed]))
        fitted_probe.cache_clear()
    if sources.data and (sources.data / SCIFACT).exists():
        with scifact_library(config, sources.data, sources.vectors, progress) as library:
            claims = scifact_claims(sources.data)
            told = told_of(observe(library, reranker, claims, "abstracts of SciFact", progress))
        report = replace(report, told=(*report.told, told))
    return report


def told_of(claims: Sequence[Observed]) -> Told:
    """How the confidence in use tells claims with evidence from claims without."""
    probe = fitted_probe()
    surest = np.array([_surest(probe, item) for item in claims])
    labels = np.array([item.read.answerable for item in claims])
    groups = [item.case_id for item in claims]
    return _told("SciFact's validation claims", _sigmoid(BIAS + WEIGHT * surest), labels, groups)


def report_on(observed: Sequence[Observed]) -> ConfidenceReport:
    """What `observed` tells: of each library, of both, and of each by a fit to the other."""
    folds = folds_of([item.paper for item in observed])
    says = unseen(observed, folds)
    labels = np.array([item.read.answerable for item in observed])
    surest = np.array([max(found, default=_NOTHING) for found in says])
    confident = calibrated(surest, labels, folds)
    groups = [item.paper for item in observed]
    names = np.array([item.library for item in observed])
    kinds = [item.asked_for for item in observed]
    told = []
    sentences = []
    libraries = list(dict.fromkeys(names.tolist()))
    for name in libraries:
        own = names == name
        told.append(_told(f"{name}, by paper", confident[own], labels[own], _at(groups, own),
                          _at(kinds, own)))  # fmt: skip  # one call on two lines
        sentences.append((name, _within(_at(observed, own), _at(says, own))))
    if len(libraries) > 1:
        told.append(_told("both", confident, labels, groups, kinds))
        for name in libraries:
            own = names == name
            probe = fit_probe([item.read for item in _at(observed, ~own)])
            there = np.array([_surest(probe, item) for item in _at(observed, ~own)])
            bias, weight = platt(there, labels[~own])
            here = np.array([_surest(probe, item) for item in _at(observed, own)])
            # Those fitted on flatter themselves: only the order is compared, at the same share.
            told.append(_told(f"{name}, fitted on the other", _sigmoid(bias + weight * here),
                              labels[own], _at(groups, own)))  # fmt: skip  # as above
    bias, weight = platt(surest, labels)
    return ConfidenceReport(
        (BIAS, WEIGHT), (bias, weight), DEFAULTS.least_confidence, tuple(told), tuple(sentences)
    )


def folds_of(groups: Sequence[str], folds: int = FOLDS) -> NDArray[np.int64]:
    """A fold for each, (n,), the same for all of one group; seeded."""
    names = sorted(set(groups))
    drawn = np.random.default_rng(0).permutation(len(names)) % folds
    of = dict(zip(names, drawn.tolist(), strict=True))
    return np.array([of[group] for group in groups])


def unseen(observed: Sequence[Observed], folds: NDArray[np.int64]) -> list[Floats]:
    """Log-odds of each one's sentences by a probe fitted to the other folds."""
    probes = {
        fold: fit_probe([o.read for o, own in zip(observed, folds, strict=True) if own != fold])
        for fold in np.unique(folds).tolist()
    }
    return [_log_odds(probes[int(fold)], item) for item, fold in zip(observed, folds, strict=True)]


def _log_odds(probe: Probe, item: Observed) -> Floats:
    return np.array([probe.log_odds(state) for state in item.read.states])


def _surest(probe: Probe, item: Observed) -> float:
    return float(max(_log_odds(probe, item), default=_NOTHING))


def calibrated(surest: Floats, labels: NDArray[np.bool_], folds: NDArray[np.int64]) -> Floats:
    """Probabilities (n,), each by a calibration fitted to the other folds."""
    out = np.empty(len(surest))
    for fold in np.unique(folds):
        own = folds == fold
        bias, weight = platt(surest[~own], labels[~own])
        out[own] = _sigmoid(bias + weight * surest[own])
    return out


def platt(scores: Floats, labels: NDArray[np.bool_]) -> tuple[float, float]:
    """Bias and weight of a logistic regression on one score (Platt, 1999)."""
    bias, weight = fit(np.maximum(scores, _NOTHING)[:, None], labels.astype(np.float64))
    return float(bias), float(weight)


def _told(
    name: str,
    confident: Floats,
    labels: NDArray[np.bool_],
    groups: Sequence[str],
    kinds: Sequence[str] = (),
) -> Told:
    least = DEFAULTS.least_confidence
    low = confident < least
    outcomes = Outcomes(confident, np.ones(len(labels), dtype=np.bool_), labels)
    curve = risk_coverage(outcomes)
    of_kind: dict[str, list[bool]] = {}
    for kind, label, held in zip(kinds, labels, low, strict=False):
        if not label:
            of_kind.setdefault(kind, []).append(bool(held))
    return Told(
        name=name,
        n=len(labels),
        auc=measured(auc, labels.tolist(), confident.tolist(), groups),
        held_back=rate(low[~labels].tolist()),
        wrongly=rate(low[labels].tolist()),
        brier=brier(outcomes),
        ece=ece(outcomes),
        risk=tuple(curve[max(0, round(share * len(curve)) - 1)][1] for share in COVERAGES),
        kinds=tuple((kind, rate(held)) for kind, held in sorted(of_kind.items())),
    )


def _within(observed: Sequence[Observed], says: Sequence[Floats]) -> Agreement:
    """AUC over sentences of answerable questions, of those of which one is known to answer."""
    pairs = [
        (bool(label), float(odds), item.paper)
        for item, found in zip(observed, says, strict=True)
        if item.read.says.any()
        for label, odds in zip(item.read.says, found, strict=True)
    ]
    labels, odds, groups = zip(*pairs, strict=True)
    return measured(auc, labels, odds, groups)


def _at(items: Sequence[_T], own: NDArray[np.bool_]) -> list[_T]:
    return [item for item, here in zip(items, own, strict=True) if here]


def _sigmoid(logits: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -50, 50))))
