"""Tunes the cross-encoder to questions, and says what that changes for others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from evals.cases import load_cases
from evals.evidence.confidence_cases import (
    ARXIV,
    NINE,
    SAMPLE,
    SEVERAL,
    SIDES,
    TYPED,
    Asked,
    Observed,
    arxiv_cases,
    arxiv_library,
    ask,
    ask_its_papers,
    nearest,
    with_groups,
)
from evals.evidence.folds import highest, log_odds
from evals.evidence.lessons import TO_START, lessons_of, need_jax
from evals.evidence.probe_fit import fit_probes, levelled
from evals.evidence.sample_cases import ask_taught, is_kept_back
from evals.evidence.several_cases import ask_sides
from evals.evidence.whole_answers import WholeAnswers, whole_answers
from evals.judging.agreement import Agreement, auc, measured
from rag.evidence.nearness import fitted_nearness
from rag.models.answering import Probes, fitted_probes, write_probes
from rag.models.manifest import RERANKER
from rag.models.tuned import learned_additions, write_additions
from rag.models.weights import ensure

if TYPE_CHECKING:
    from rag.config import Config
    from rag.evidence.nearness import Nearness
    from rag.models.weights import Progress

EPOCHS = 2
WRONGLY = 0.08
"""Of the answerable questions, abstained from where ways are compared: each at its own threshold.
"""


@dataclass(frozen=True, slots=True)
class TuningSources:
    """What to learn from: `data` holds the papers, `vectors` is where vectors are kept between
    runs, `epochs` how often each question is seen; `onward` says to go on from what was learned
    before, `write` to keep what was learned.
    """

    data: Path
    vectors: Path | None = None
    epochs: int = EPOCHS
    onward: bool = False
    write: bool = False


@dataclass(frozen=True, slots=True)
class Tuned:
    """What one way comes to, with one library's questions that it was not fitted on; `auc` tells
    those that can be answered from the others.
    """

    way: str
    auc: Agreement
    answers: WholeAnswers


def run_tuning(
    config: Config, sources: TuningSources, progress: Progress | None = None
) -> tuple[Tuned, ...]:
    """Tune on the arXiv cases but for those of papers held back, and on those to the sample
    library that are taught; compare with probes alone.

    Raises WeightsError if a model file cannot be had, SourceError for the data, ConfigError where
    JAX is not installed.
    """
    need_jax()
    from evals.evidence.tuned_layers import frozen_weights
    from evals.evidence.tuning import no_additions, tune, tuned_states

    taught, held = lessons_of(config, _asked(config, sources, progress), is_kept_back, progress)
    graph = (ensure(RERANKER.name, config) / RERANKER.files[0].name).read_bytes()
    frozen = frozen_weights(graph)
    begun, start = learned_additions(), fitted_probes()
    if not sources.onward:
        some = np.random.default_rng(0).permutation(len(taught.asked))[:TO_START]
        few, begun = taught.at(some.tolist()), no_additions()
        read = few.read(tuned_states(few.lessons, frozen, begun))
        start = fit_probes([one.read for one in read])
    before = held.read(tuned_states(held.lessons, frozen, begun))
    additions, probes = tune(
        taught.lessons, frozen, (begun, start), sources.epochs, progress=progress
    )
    after = held.read(tuned_states(held.lessons, frozen, additions))
    probes = levelled(probes, [one.read for one in after if one.library != SAMPLE])
    if sources.write:
        write_additions(additions)
        write_probes(probes)
    first = "as before" if sources.onward else "probes alone"
    return tuple(
        _compared(way, own, [one for one in items if one.library == library])
        for library in (ARXIV, NINE, TYPED, SIDES, SAMPLE)
        for way, own, items in ((first, start, before), ("layers tuned", probes, after))
    )


def _asked(config: Config, sources: TuningSources, progress: Progress | None) -> list[Asked]:
    """The cases of arXiv, the sides of those to groups of its papers, and of the sample library
    what is taught and the dev cases. What is taught of which no answer would be read is put to its
    own papers.
    """
    from evals.sample_library import sample_library

    weigh = fitted_nearness().own
    sets = arxiv_cases()
    groups = with_groups()[SEVERAL]
    cases = [*(case for own in sets.values() for case in own), *groups]
    asked: list[Asked] = []
    with arxiv_library(config, sources.data, cases, sources.vectors, progress) as library:
        for name, own in sets.items():
            asked += ask(library, own, name, progress)
        missed = [place for place, one in enumerate(asked) if _missed(one, weigh)]
        again = ask_its_papers(library, [asked[place] for place in missed], progress)
        for place, one in zip(missed, again, strict=True):
            asked[place] = one
        asked += ask_sides(library, groups, SIDES, progress)
    with sample_library(config, progress) as library:
        dev = [case for case in load_cases() if case.split == "dev"]
        asked += ask(library, dev, SAMPLE, progress)
        asked += ask_taught(library, progress)
    return asked


def _missed(one: Asked, weigh: Nearness) -> bool:
    """Whether it is taught and has an answer, which is not among what would be read."""
    taught = one.case.answerable and not is_kept_back(one)
    return taught and not nearest(one, weigh).says.any()


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
