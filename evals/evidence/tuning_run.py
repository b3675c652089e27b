"""Tunes the cross-encoder to the arXiv questions, and says what that changes for others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from evals.cases import QUESTIONS, load_cases
from evals.evidence.confidence_cases import (
    ARXIV,
    ARXIV_CASES,
    SAMPLE,
    Asked,
    Nearest,
    Observed,
    arxiv_library,
    ask,
    is_held_back,
    nearest,
    observed,
)
from evals.evidence.folds import highest, log_odds
from evals.evidence.probe_fit import fit_probes, right_on_average
from evals.evidence.whole_answers import WholeAnswers, whole_answers
from evals.judging.agreement import Agreement, auc, measured
from rag.errors import ConfigError
from rag.evidence.nearness import fitted_nearness
from rag.models.answering import Probes, fitted_probes, write_probes
from rag.models.graph import cut
from rag.models.manifest import RERANKER
from rag.models.onnx import OnnxModel
from rag.models.rerank import MAX_TOKENS
from rag.models.tuned import learned_additions, write_additions
from rag.models.weights import ensure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from evals.evidence.tuning_batches import Lesson
    from rag.config import Config
    from rag.models.weights import Progress

_T = TypeVar("_T")

EPOCHS = 2
WRONGLY = 0.08
"""Of the answerable questions, abstained from where ways are compared: each at its own threshold.
"""


@dataclass(frozen=True, slots=True)
class TuningSources:
    """What to learn from: `data` holds the papers, `vectors` is where vectors are kept between
    runs, `epochs` how often each question is seen; `write` says to keep what was learned.
    """

    data: Path
    vectors: Path | None = None
    epochs: int = EPOCHS
    write: bool = False


@dataclass(frozen=True, slots=True)
class Tuned:
    """What one way comes to, with one library's questions that it was not fitted on; `auc` tells
    those that can be answered from the others.
    """

    way: str
    auc: Agreement
    answers: WholeAnswers


@dataclass(frozen=True, slots=True)
class _Gathered:
    """All cases, with what is read for each, as a lesson; which of them are `taught`."""

    asked: list[Asked]
    near: list[Nearest]
    lessons: list[Lesson]
    taught: list[bool]

    def read(self, states: Sequence[NDArray[np.float32]]) -> list[Observed]:
        """What was read for each, with the `states` that the probes read of each."""
        of_each = zip(self.asked, self.near, states, strict=True)
        return [observed(one, near, list(found)) for one, near, found in of_each]

    def kept(self, items: Sequence[_T], taught: bool, library: str = "") -> list[_T]:
        """Those of `items`, one a case, that are `taught` or are not, of one library or of all."""
        of = zip(items, self.taught, self.asked, strict=True)
        return [item for item, own, one in of if own == taught and library in ("", one.library)]


def run_tuning(
    config: Config, sources: TuningSources, progress: Progress | None = None
) -> tuple[Tuned, ...]:
    """Tune on the arXiv cases but for those of papers held back; compare with probes alone.

    Raises WeightsError if a model file cannot be had, SourceError for the data, ConfigError where
    JAX is not installed.
    """
    try:
        from evals.evidence.tuned_layers import frozen_weights
        from evals.evidence.tuning import no_additions, tune, tuned_states
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"tuning computes with JAX, which is not installed ({error}): "
            "run `pip install -e '.[tune]'`"
        ) from error
    gathered = _gathered(config, sources, progress)
    graph = (ensure(RERANKER.name, config) / RERANKER.files[0].name).read_bytes()
    frozen = frozen_weights(graph)
    before = gathered.read(tuned_states(gathered.lessons, frozen, no_additions()))
    start = fit_probes([item.read for item in gathered.kept(before, True)])
    lessons = gathered.kept(gathered.lessons, True)
    additions, probes = tune(lessons, frozen, start, sources.epochs, progress=progress)
    after = gathered.read(tuned_states(gathered.lessons, frozen, additions))
    probes = _right_on_average(probes, gathered.kept(after, False, ARXIV))
    if sources.write:
        write_additions(additions)
        write_probes(probes)
        learned_additions.cache_clear()
        fitted_probes.cache_clear()
    return tuple(
        _compared(way, own, gathered.kept(items, False, library))
        for library in (ARXIV, SAMPLE)
        for way, own, items in (("probes alone", start, before), ("layers tuned", probes, after))
    )


def _gathered(config: Config, sources: TuningSources, progress: Progress | None) -> _Gathered:
    """The dev cases of the sample library, none of which is taught, and those of arXiv."""
    from evals.sample_library import sample_library

    dev, cases = (
        [case for case in load_cases(path) if case.split == "dev"]
        for path in (QUESTIONS, ARXIV_CASES)
    )
    with arxiv_library(config, sources.data, cases, sources.vectors, progress) as library:
        asked = ask(library, cases, ARXIV, progress)
    with sample_library(config, progress) as library:
        asked += ask(library, dev, SAMPLE, progress)
    weigh = fitted_nearness().own
    near = [nearest(one, weigh) for one in asked]
    return _Gathered(
        asked=asked,
        near=near,
        lessons=_lessons(config, asked, near, progress),
        taught=[one.library == ARXIV and not is_held_back(one.paper) for one in asked],
    )


def _lessons(
    config: Config, asked: Sequence[Asked], near: Sequence[Nearest], progress: Progress | None
) -> list[Lesson]:
    """Each case with the states, behind the layer before the tuned ones, of what is read for it."""
    from evals.evidence.tuned_layers import BEFORE
    from evals.evidence.tuning_batches import Lesson

    model = OnnxModel.load(RERANKER, config, MAX_TOKENS, progress, lambda graph: cut(graph, BEFORE))
    lessons = []
    for done, (one, found) in enumerate(zip(asked, near, strict=True)):
        if progress:
            progress(f"reading for cases of the {one.library}", done, len(asked))
        pairs = [(one.case.question, passage) for passage in found.passages]
        states = tuple(output[0].astype(np.float16) for output in model.run(pairs))
        of_first = model.first_tokens(pairs[0]) if pairs else 0
        lessons.append(Lesson(states, of_first, found.says, found.hits, one.case.answerable))
    return lessons


def _right_on_average(probes: Probes, held_back: Sequence[Observed]) -> Probes:
    """`probes` whose ranking log-odds are right on average over sentences of questions that they
    were not fitted on: those fitted on flatter them.
    """
    known = [item.read for item in held_back if item.read.says.any() and not item.read.says.all()]
    logits = [
        probes.ranks.log_odds(states) + probes.hit * hit
        for read in known
        for states, hit in zip(read.states, read.hits, strict=True)
    ]
    says = np.concatenate([read.says for read in known]).astype(np.float64)
    bias = right_on_average(np.array(logits), says)
    return replace(probes, ranks=replace(probes.ranks, bias=bias))


def _compared(way: str, probes: Probes, items: Sequence[Observed]) -> Tuned:
    """What `probes` come to, abstaining from WRONGLY of what can be answered."""
    surest = highest([log_odds(probes.says, item) for item in items])
    labels = np.array([item.read.answerable for item in items])
    sure = surest >= np.quantile(surest[labels], WRONGLY)
    return Tuned(
        way=way,
        auc=measured(auc, labels.tolist(), surest.tolist(), [item.paper for item in items]),
        answers=whole_answers(items[0].library, items, probes, sure.tolist()),
    )
