"""Says how well the probes tell which questions are answered; fits their calibration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from evals.cases import load_cases
from evals.evidence.confidence_cases import (
    ARXIV_PAPERS,
    SAMPLE,
    SCIFACT,
    Asked,
    Observed,
    arxiv_cases,
    arxiv_library,
    ask,
    is_held_back,
    read,
    scifact_claims,
    scifact_library,
)
from evals.evidence.folds import (
    Floats,
    calibrated,
    folds_of,
    highest,
    log_odds,
    platt,
    sigmoid,
)
from evals.evidence.nearness_fit import Sought, fit_nearness
from evals.evidence.whole_answers import WholeAnswers, whole_answers
from evals.judging.agreement import Agreement, auc, measured
from evals.scorers.selective import Outcomes, brier, ece, risk_coverage
from evals.stats import Rate, rate
from rag.errors import SourceError
from rag.evidence.confidence import BIAS, WEIGHT
from rag.evidence.nearness import fitted_nearness, write_nearness
from rag.models.answering import fitted_probes
from rag.settings import DEFAULTS

if TYPE_CHECKING:
    from rag.config import Config
    from rag.evidence.nearness import Nearness
    from rag.models.answering import Probes
    from rag.models.weights import Progress

_T = TypeVar("_T")

COVERAGES = (0.3, 0.5, 0.7, 0.9, 1.0)


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
    """The bias and weight in use, those fitted now, how the confidence tells, and what would be
    answered; all of it of questions whose papers the layers and probes were not tuned on.
    """

    in_use: tuple[float, float]
    fitted: tuple[float, float]
    least: float
    told: tuple[Told, ...]
    sentences: tuple[tuple[str, Agreement], ...]
    answers: tuple[WholeAnswers, ...]


@dataclass(frozen=True, slots=True)
class Sources:
    """What to fit on beside the shipped dev cases: `data` holds the labelled sets' folders.

    `vectors` is where vectors are kept between runs; `write` says to keep the first pass fitted.
    """

    data: Path | None = None
    vectors: Path | None = None
    write: bool = False


def run_confidence(
    config: Config, sources: Sources, progress: Progress | None = None
) -> ConfidenceReport:
    """Fit on dev cases whose papers were not tuned on, each judged by a fit that has not seen it.

    Raises WeightsError if a model file cannot be had, SourceError for the data.
    """
    if sources.data and not any((sources.data / of).exists() for of in (ARXIV_PAPERS, SCIFACT)):
        raise SourceError(
            str(sources.data), f"holds neither {ARXIV_PAPERS} nor {SCIFACT}/; name the folder above"
        )
    from evals.sample_library import sample_library
    from rag.models.rerank import CrossEncoder

    reranker = CrossEncoder.load(config, progress)
    dev = [case for case in load_cases() if case.split == "dev"]
    with sample_library(config, progress) as library:
        asked = ask(library, dev, SAMPLE, progress)
    if sources.data and (sources.data / ARXIV_PAPERS).exists():
        sets = arxiv_cases()
        cases = [case for own in sets.values() for case in own]
        with arxiv_library(config, sources.data, cases, sources.vectors, progress) as library:
            for name, own in sets.items():
                asked += ask(library, own, name, progress)
    kept = np.array([one.library == SAMPLE or is_held_back(one.paper) for one in asked])
    weigh = _at(unseen_nearness(asked), kept)
    report = report_on(read(_at(asked, kept), weigh, reranker, progress), fitted_probes())
    if sources.write:
        write_nearness(fit_nearness([_sought(one) for one in asked]))
        fitted_nearness.cache_clear()
    if sources.data and (sources.data / SCIFACT).exists():
        with scifact_library(config, sources.data, sources.vectors, progress) as library:
            claims = ask(library, scifact_claims(sources.data), "abstracts of SciFact", progress)
        unseen = fitted_nearness().own
        told = told_of(read(claims, [unseen] * len(claims), reranker, progress))
        report = replace(report, told=(*report.told, told))
    return report


def unseen_nearness(asked: Sequence[Asked]) -> list[Nearness]:
    """For each the first pass as fitted to the folds of other papers."""
    folds = folds_of([one.paper for one in asked])
    fitted = {
        fold: fit_nearness(
            [_sought(one) for one, own in zip(asked, folds, strict=True) if own != fold]
        ).own
        for fold in np.unique(folds).tolist()
    }
    return [fitted[fold] for fold in folds.tolist()]


def _sought(one: Asked) -> Sought:
    return Sought(one.candidates, one.says)


def told_of(claims: Sequence[Observed]) -> Told:
    """How the confidence in use tells claims with evidence from claims without."""
    surest = highest([log_odds(fitted_probes().says, item) for item in claims])
    labels = np.array([item.read.answerable for item in claims])
    groups = [item.case.id for item in claims]
    return _told("SciFact's validation claims", sigmoid(BIAS + WEIGHT * surest), labels, groups)


def report_on(observed: Sequence[Observed], probes: Probes) -> ConfidenceReport:
    """What `probes` tell of each set and of all, the calibration fitted by folds."""
    folds = folds_of([item.paper for item in observed])
    says = [log_odds(probes.says, item) for item in observed]
    labels = np.array([item.read.answerable for item in observed])
    surest = highest(says)
    confident = calibrated(surest, labels, folds)
    groups = [item.paper for item in observed]
    kinds = [item.asked_for for item in observed]
    libraries = list(dict.fromkeys(item.library for item in observed))
    told, sentences, answers = [], [], []
    for name in libraries:
        own = np.array([item.library == name for item in observed])
        told.append(_told(name, confident[own], labels[own], _at(groups, own), _at(kinds, own)))
        sentences.append((name, _within(_at(observed, own), _at(says, own))))
        sure = (confident[own] >= DEFAULTS.least_confidence).tolist()
        answers.append(whole_answers(name, _at(observed, own), probes, sure))
    if len(libraries) > 1:
        told.append(_told("all", confident, labels, groups, kinds))
    return ConfidenceReport(
        in_use=(BIAS, WEIGHT),
        fitted=platt(surest, labels),
        least=DEFAULTS.least_confidence,
        told=tuple(told),
        sentences=tuple(sentences),
        answers=tuple(answers),
    )


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
