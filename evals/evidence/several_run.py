"""Tunes what reads parts of answers, and says how well it tells them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from evals.evidence.confidence_cases import (
    SEVERAL,
    Asked,
    Observed,
    arxiv_library,
    with_groups,
)
from evals.evidence.folds import highest, log_odds, platt
from evals.evidence.lessons import TO_START, Lessons, lessons_of, need_jax, tells
from evals.evidence.probe_fit import fit_probe, fit_ranking, levelled
from evals.evidence.sample_cases import TAUGHT_EACH, groups, is_kept_back
from evals.evidence.several_cases import ask_each
from evals.judging.agreement import Agreement, auc, measured
from evals.stats import Rate, rate
from rag.evidence.confidence import BIAS, WEIGHT
from rag.models.answering import PART_WEIGHTS, Probe, Probes, fitted_probes, write_probes
from rag.models.manifest import RERANKER
from rag.models.tuned import PART_WEIGHTS as PART_ADDITIONS
from rag.models.tuned import learned_additions, write_additions
from rag.models.weights import ensure

if TYPE_CHECKING:
    from rich.table import Table

    from evals.evidence.tuned_layers import Arrays
    from rag.config import Config
    from rag.models.tuned import Additions
    from rag.models.weights import Progress

SILENT = 2
"""Times that a paper counts which is silent on what is asked of several: few are, and are near."""
EPOCHS = 1


@dataclass(frozen=True, slots=True)
class Parts:
    """What one way of reading tells of papers held back, asked one by one: those that tell a part
    from the nearest others (`apart`) and from those asked that are silent (`silent`), and how often
    the sentence put first tells it.
    """

    way: str
    apart: Agreement
    silent: Agreement
    first: Rate


def run_parts(
    config: Config,
    data: Path,
    vectors: Path | None = None,
    *,
    write: bool = False,
    progress: Progress | None = None,
) -> tuple[Parts, ...]:
    """Tune on the groups of papers that are not held back and on those of the sample library that
    are taught, onward from the layers tuned to whole answers; compare, on the others, with those
    layers. Raises SourceError for the data,
    WeightsError if a file cannot be had, ConfigError where JAX is not installed.
    """
    need_jax()
    from evals.evidence.tuned_layers import frozen_weights
    from evals.sample_library import sample_library

    sets = with_groups()
    cases = [case for own in sets.values() for case in own]
    with arxiv_library(config, data, cases, vectors, progress) as library:
        asked = ask_each(library, sets[SEVERAL], SEVERAL, progress)
    with sample_library(config, progress) as library:
        asked += ask_each(library, groups(), TAUGHT_EACH, progress)
    taught, held = lessons_of(config, asked, is_kept_back, progress)
    frozen = frozen_weights((ensure(RERANKER.name, config) / RERANKER.files[0].name).read_bytes())
    additions, probes, found = tune_to_parts(taught, held, frozen, progress)
    if write:
        write_additions(additions, PART_ADDITIONS)
        write_probes(probes, PART_WEIGHTS)
    return found


def tune_to_parts(
    taught: Lessons, held: Lessons, frozen: Arrays, progress: Progress | None = None
) -> tuple[Additions, Probes, tuple[Parts, ...]]:
    """Additions to the `frozen` layers, onward from those for whole answers, and probes, both
    tuned to `taught`; what they tell of `held`, as far as that can be learned, and the old do.
    """
    from evals.evidence.tuning import tune, tuned_states

    known = [tells(one, near) for one, near in zip(held.asked, held.near, strict=True)]
    held = held.at([place for place, tell in enumerate(known) if tell])
    whole = learned_additions()
    before = held.read(tuned_states(held.lessons, frozen, whole))
    few = taught.at(np.random.default_rng(0).permutation(len(taught.asked))[:TO_START].tolist())
    start = fit_parts(few.read(tuned_states(few.lessons, frozen, whole)))
    silent = taught.at([place for place, one in enumerate(taught.asked) if _is_silent(one)])
    lessons = taught.lessons + silent.lessons * (SILENT - 1)
    additions, probes = tune(lessons, frozen, (whole, start), EPOCHS, progress=progress)
    after = held.read(tuned_states(held.lessons, frozen, additions))
    probes = calibrated(probes, after)
    ways = (("whole answers", fitted_probes(), before), ("parts", probes, after))
    return additions, probes, tuple(_compared(*way) for way in ways)


def fit_parts(taught: Sequence[Observed]) -> Probes:
    """Probes fitted to `taught`."""
    reads = [one.read for one in taught]
    silent = [one.read for one in taught if _is_silent(one)]
    says = fit_probe(reads + silent * (SILENT - 1))
    return Probes(says, *fit_ranking(reads))


def calibrated(probes: Probes, held: Sequence[Observed]) -> Probes:
    """`probes`, right on average over `held` (Platt, 1999): the log-odds of telling a part are
    such that `rag.evidence.confidence` makes a probability of them.
    """
    weighed = [*held, *(one for one in held if _is_silent(one))]
    says = probes.says
    surest = highest([log_odds(says, one) for one in weighed])
    bias, worth = platt(surest, np.array([one.read.answerable for one in weighed]))
    says = Probe((bias + worth * says.bias - BIAS) / WEIGHT, says.weights * (worth / WEIGHT))
    return levelled(replace(probes, says=says), [one.read for one in held])


def _is_silent(one: Asked | Observed) -> bool:
    return not one.case.answerable and "silent" in one.case.tags


def _compared(way: str, probes: Probes, held: Sequence[Observed]) -> Parts:
    surest = highest([log_odds(probes.says, one) for one in held])
    firsts = []
    for one in held:
        if one.read.says.any():
            of_each = zip(one.read.states, one.read.hits, strict=True)
            ranks = [probes.ranks.log_odds(states) + probes.hit * hit for states, hit in of_each]
            firsts.append(bool(one.read.says[int(np.argmax(ranks))]))

    def against(other: Callable[[Observed], bool]) -> Agreement:
        rows = [
            (one.read.answerable, float(odds), one.paper)
            for one, odds in zip(held, surest, strict=True)
            if one.read.answerable or other(one)
        ]
        labels, odds, groups = zip(*rows, strict=True)
        return measured(auc, labels, odds, groups)

    return Parts(way, against(lambda one: not _is_silent(one)), against(_is_silent), rate(firsts))


def parts_table(found: Sequence[Parts]) -> Table:
    """A line for each way of reading."""
    from rich.table import Table

    table = Table(title="Papers asked one by one what several are asked, held back")
    table.add_column("read for")
    for heading in ("AUC beside other papers", "AUC beside silent ones", "first sentence tells it"):
        table.add_column(heading, justify="right")
    for one in found:
        agreed = (
            f"{own.value:.3f} [{own.low:.3f}, {own.high:.3f}]" for own in (one.apart, one.silent)
        )
        table.add_row(one.way, *agreed, f"{one.first.value:.2f} of {one.first.n:,}")
    return table
