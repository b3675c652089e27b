"""What each layer of the check of sentences is worth: on SciFact's claims, and on seeded defects.

Weights and thresholds are fitted on the train claims, figures are of the validation claims. A
claim goes with its evidence sentences and the paper they are of, as a sentence with its quotes.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from evals.judging.agreement import (
    Agreement,
    accuracy,
    auc,
    balanced_accuracy,
    best_threshold,
    measured,
)
from evals.judging.claim_defects import SEEDERS, Cited, seeded
from evals.labelled import Pair, drawn, scifact
from evals.logistic import fit, held_out
from evals.stats import Rate, percentile, rate
from rag.evidence.quotes import SentenceVectors
from rag.evidence.sentences import sentence_spans
from rag.support import likeness
from rag.support.check import FAILED
from rag.support.judge_prompts import NO, YES, support_messages
from rag.support.layers import JUDGED, Verdict, by_agreement, by_judge, by_likeness, by_text
from rag.support.likeness import Signs, read_signs

if TYPE_CHECKING:
    from evals.judging.judge_cache import CachedJudge
    from rag.config import Config
    from rag.models.weights import Progress

T = TypeVar("T")

LOST = 0.05
"""So many of the supported train claims that it did not see, likeness may find too little like."""
FIT_DEFECTS = ("wrong paper", "merged claims")
"""Put into the train claims for the fit: SciFact's own unsupported ones are all on the topic."""
SAMPLE_SENTENCES = 200
"""Sentences of the sample library, drawn at random, that defects are put into."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure: `data` holds SciFact's folder; with a `judge`, named as for `judge_model`,
    its layer on `most` claims of each half (0: all), what it says being kept in the file `kept`.
    """

    data: Path
    kept: Path
    judge: str = ""
    most: int = 0


@dataclass(frozen=True, slots=True)
class LayerResult:
    """A layer on the validation claims: what it decides of all that reaches it, rightly or not,
    and how well the check does with it and all before it, the open ones by best guess.
    """

    name: str
    n: int
    decided: Rate
    right: Rate
    accuracy: Agreement
    balanced: Agreement
    auc: Agreement
    ms: float


@dataclass(frozen=True, slots=True)
class DefectResult:
    """How often a seeded defect is found: the sentence is unsupported or contradicted. `passed` is
    the share said to be supported; the rest stays open. Without a name: of the untouched, where
    what is found is a false alarm.
    """

    source: str
    defect: str
    found: Rate
    passed: Rate


@dataclass(frozen=True, slots=True)
class Constants:
    """What is fitted for `rag.support.likeness` and `rag.support.layers`."""

    bias: float
    weights: tuple[float, ...]
    sure_no: float
    judged: float = math.nan


@dataclass(frozen=True, slots=True)
class SupportReport:
    """All of it: layers one after another, without a judge and (empty where there is none) with
    it, likeness and judge alone, defects, constants.
    """

    layers: tuple[LayerResult, ...]
    judged: tuple[LayerResult, ...]
    alone: tuple[LayerResult, ...]
    defects: tuple[DefectResult, ...]
    in_use: Constants
    fitted: Constants


@dataclass(frozen=True, slots=True)
class Read:
    """A pair with what every layer makes of it, and what that took; None: not decided. `drawn` says
    that a judge would be asked, if it came to that.
    """

    pair: Pair
    text: Verdict | None
    agree: Verdict | None
    signs: Signs
    judge: float | None
    ms: tuple[float, float, float, float]
    drawn: bool = True


def in_use() -> Constants:
    """The constants as they stand in the modules."""
    return Constants(
        likeness.BIAS,
        likeness.WEIGHTS,
        likeness.SURE_NO,
        JUDGED,
    )


def run_support(config: Config, plan: Plan, progress: Progress | None = None) -> SupportReport:
    """Every layer measured, and the constants fitted anew. Raises SourceError for the data,
    ConfigError or WeightsError for a model that cannot be had, ChatError of a judge that stops.
    """
    from evals.judging.judge_cache import kept_judge
    from rag.models.embed import OnnxEmbedder

    judge = kept_judge(plan.judge, config, plan.kept) if plan.judge else None
    pairs = scifact.load_scifact(plan.data / scifact.FOLDER)
    vectors = SentenceVectors(OnnxEmbedder.load(config, progress))
    return measure(pairs, sample_sentences(config, progress), vectors, judge, plan.most, progress)


def measure(
    pairs: Sequence[Pair],
    sentences: Sequence[Cited],
    vectors: SentenceVectors,
    judge: CachedJudge | None = None,
    most: int = 0,
    progress: Progress | None = None,
) -> SupportReport:
    """The same of these labelled pairs and true `sentences`; `judge` is asked about `most` claims
    of each half (0: all). Raises ChatError of a judge that stops.
    """
    halves = [[pair for pair in pairs if pair.half == half] for half in ("fit", "report")]
    weighed = {id(pair) for half in halves for pair in drawn(half, "group", most)}
    rows: list[list[Read]] = []
    for half, name in zip(halves, ("train", "validation"), strict=True):
        read = []
        for place, pair in enumerate(half):
            if progress:
                progress(f"claims of {name}", place, len(half))
            one = _read(pair, vectors, judge if id(pair) in weighed else None)
            read.append(replace(one, drawn=id(pair) in weighed))
        rows.append(read)
    train, validation = rows
    claims = [Cited(p.claim, p.passages, p.papers) for p in halves[1] if p.supported]
    sources = {"sample library": sentences, "SciFact": claims}
    return SupportReport(
        layers=layers(validation, judged=False),
        judged=layers(validation, judged=True) if judge else (),
        alone=_alone(validation),
        defects=tuple(one for name in sources for one in _defects(name, sources[name], vectors)),
        in_use=in_use(),
        fitted=fitted_constants(train, _made(halves[0], vectors)),
    )


def _read(pair: Pair, vectors: SentenceVectors, judge: CachedJudge | None) -> Read:
    """What every layer makes of the pair, each whether it would be reached or not; a judge only
    where text and agreement leave it open.
    """
    claim, quotes, papers = pair.claim, pair.passages, pair.papers
    vectors.of(quotes)  # a quote's vector is there when an answer is checked, its choice took it
    text, text_ms = _timed(lambda: by_text(claim, quotes, papers))
    agree, agree_ms = _timed(lambda: by_agreement(claim, quotes, papers))
    signs, signs_ms = _timed(lambda: read_signs(claim, quotes, vectors.of))
    odds, judge_ms = None, math.nan
    if judge and not text and not (agree and agree.layer == "agree"):
        before = judge.ms
        yes, no = judge.weigh(support_messages(quotes, claim), (YES, NO))
        odds, judge_ms = yes - no, judge.ms - before
    return Read(pair, text, agree, signs, odds, (text_ms, agree_ms, signs_ms, judge_ms))


def _made(pairs: Sequence[Pair], vectors: SentenceVectors) -> list[tuple[str, Signs]]:
    """FIT_DEFECTS in the supported claims, as far as text and agreement leave them open: the claim
    that each was made from, and its signs.
    """
    true = [Cited(p.claim, p.passages, p.papers) for p in pairs if p.supported]
    return [
        (one.origin, read_signs(one.claim, one.quotes, vectors.of))
        for name in FIT_DEFECTS
        for one in seeded(true, name)
        if not by_text(one.claim, one.quotes, one.papers)
        and not by_agreement(one.claim, one.quotes, one.papers)
    ]


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    began = time.perf_counter()
    done = work()
    return done, (time.perf_counter() - began) * 1000


def fitted_constants(train: Sequence[Read], made: Sequence[tuple[str, Signs]]) -> Constants:
    """Weights from the claims that text and agreement leave open and from what was `made` of them,
    thresholds from what a fit says of claims it did not see (of one claim's pairs, all or none).
    """
    left = [row for row in train if not row.text and not row.agree]
    groups = [row.pair.claim for row in left] + [claim for claim, _ in made]
    signs = [astuple(row.signs) for row in left] + [astuple(one) for _, one in made]
    x, y = np.array(signs), np.array([row.pair.supported for row in left] + [False] * len(made))
    bias, *weights = fit(x, y.astype(np.float64)).tolist()
    unseen = 1 / (1 + np.exp(-held_out(x, y.astype(np.float64), groups)))
    sure_no = float(np.quantile(unseen[y], LOST))
    judged = [row for row in left if row.judge is not None]
    odds = [float(row.judge or 0.0) for row in judged]
    threshold = best_threshold([row.pair.supported for row in judged], odds) if judged else math.nan
    return Constants(bias, tuple(weights), sure_no, threshold)


def layers(rows: Sequence[Read], *, judged: bool) -> tuple[LayerResult, ...]:
    """The layers in order, each on what those before it leave open; with `judged`, on the claims
    that the judge would get.
    """
    steps: list[tuple[str, Callable[[Read], Verdict | None]]] = [
        ("text", lambda row: row.text),
        ("agree", lambda row: _of(row.agree, "agree")),
    ]
    if judged:
        steps.append(("judge", _judge_says))
        rows = [row for row in rows if row.drawn]
    else:
        steps.append(("likeness", lambda row: _if_sure(by_likeness(row.signs))))
    steps.append(("names", lambda row: _of(row.agree, "names")))
    results = list[LayerResult]()
    verdicts: list[Verdict | None] = [None for _ in rows]
    scores = [0.0 for _ in rows]
    for name, decide in steps:
        reached = [place for place, verdict in enumerate(verdicts) if verdict is None]
        for place in reached:
            verdicts[place] = verdict = decide(rows[place])
            scores[place] = _score(rows[place], verdict, name)
        settled = [place for place in reached if verdicts[place] is not None]
        right = [_is_right(rows[place], verdicts[place]) for place in settled]
        decided = rate([verdicts[place] is not None for place in reached])
        times = [rows[place].ms[_PLACE[name]] for place in reached]
        spent = [ms for ms in times if not math.isnan(ms)]
        results.append(_result(name, rows, scores, decided, rate(right), spent))
    return tuple(results)


def _alone(rows: Sequence[Read]) -> tuple[LayerResult, ...]:
    """Likeness and the judge, each on all that it was asked, without the layers before it."""
    results = []
    everything = [likeness.log_odds(row.signs) for row in rows]
    none = rate([])
    results.append(_result("likeness", rows, everything, none, none, [row.ms[2] for row in rows]))
    asked = [row for row in rows if row.judge is not None]
    if asked:
        odds = [float(row.judge or 0.0) - JUDGED for row in asked]
        results.append(_result("judge", asked, odds, none, none, [row.ms[3] for row in asked]))
    return tuple(results)


def _result(
    name: str,
    rows: Sequence[Read],
    scores: Sequence[float],
    decided: Rate,
    right: Rate,
    spent: Sequence[float],
) -> LayerResult:
    labels = [row.pair.supported for row in rows]
    groups = [row.pair.group for row in rows]
    says = [score > 0 for score in scores]
    return LayerResult(
        name,
        len(rows),
        decided,
        right,
        measured(lambda a, b: accuracy(a, b), labels, says, groups),
        measured(balanced_accuracy, labels, says, groups),
        measured(auc, labels, scores, groups),
        percentile(spent, 50),
    )


_PLACE = {"text": 0, "agree": 1, "names": 1, "likeness": 2, "judge": 3}


def _of(verdict: Verdict | None, layer: str) -> Verdict | None:
    return verdict if verdict and verdict.layer == layer else None


def _if_sure(verdict: Verdict) -> Verdict | None:
    return None if verdict.support == "unchecked" else verdict


def _judge_says(row: Read) -> Verdict | None:
    return None if row.judge is None else by_judge(row.judge, "judge")


def _score(row: Read, verdict: Verdict | None, layer: str) -> float:
    """The higher, the more likely borne out; above 0 where that is said or guessed."""
    if verdict is not None and verdict.layer in ("text", "agree", "names"):
        return math.inf if verdict.support == "supported" else -math.inf
    if layer in ("text", "agree"):
        return 0.0
    if row.judge is not None and layer in ("judge", "names"):
        return row.judge - JUDGED
    return likeness.log_odds(row.signs)


def _is_right(row: Read, verdict: Verdict | None) -> bool:
    return verdict is not None and (verdict.support == "supported") == row.pair.supported


def _defects(
    source: str, true: Sequence[Cited], vectors: SentenceVectors
) -> Iterator[DefectResult]:
    """Every defect in true sentences, and none."""
    for defect in ("", *SEEDERS):
        made = seeded(true, defect) if defect else true
        supports = [_checked(vectors, one) for one in made]
        found = rate([support in FAILED for support in supports])
        passed = rate([support == "supported" for support in supports])
        yield DefectResult(source, defect, found, passed)


def _checked(vectors: SentenceVectors, one: Cited) -> str:
    verdict = by_text(one.claim, one.quotes, one.papers)
    verdict = verdict or by_agreement(one.claim, one.quotes, one.papers)
    return (verdict or by_likeness(read_signs(one.claim, one.quotes, vectors.of))).support


def sample_sentences(config: Config, progress: Progress | None = None) -> list[Cited]:
    """SAMPLE_SENTENCES sentences of the sample library, each citing itself."""
    import random

    from evals.sample_library import sample_library

    with sample_library(config, progress, fill=False) as library:
        papers = library.papers()
    every = [
        Cited(paper.abstract[a:b], (paper.abstract[a:b],), (paper,))
        for paper in sorted(papers, key=lambda paper: paper.paper_id)
        for a, b in sentence_spans(paper.abstract)
        if len(paper.abstract[a:b].split()) >= 5
    ]
    return random.Random(0).sample(every, min(SAMPLE_SENTENCES, len(every)))
