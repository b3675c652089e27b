"""Fits what reads parts of answers, and says how well it tells them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from evals.evidence.confidence_cases import (
    SEVERAL,
    Observed,
    arxiv_library,
    is_held_back,
    read,
    with_groups,
)
from evals.evidence.folds import highest, log_odds, platt
from evals.evidence.probe_fit import fit_probe, fit_ranking, levelled
from evals.evidence.several_cases import ask_each
from evals.judging.agreement import Agreement, auc, measured
from evals.stats import Rate, rate
from rag.evidence.confidence import BIAS, WEIGHT
from rag.evidence.nearness import fitted_nearness
from rag.models.answering import PART_WEIGHTS, Probe, Probes, fitted_probes, write_probes
from rag.models.rerank import CrossEncoder

if TYPE_CHECKING:
    from rich.table import Table

    from rag.config import Config
    from rag.models.weights import Progress

SILENT = 2
"""Times that a paper counts which is silent on what is asked of several: few are, and are near."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What one pair of probes tells of papers held back, asked one by one: those that tell a part
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
    """Fit on the groups of papers that are not held back; compare, on the others, with the probes
    of whole answers. Raises SourceError for the data, WeightsError if a file cannot be had.
    """
    sets = with_groups()
    cases = [case for own in sets.values() for case in own]
    with arxiv_library(config, data, cases, vectors, progress) as library:
        asked = ask_each(library, sets[SEVERAL], SEVERAL, progress)
    reranker = CrossEncoder.load(config, progress)
    found = read(asked, [fitted_nearness().own] * len(asked), reranker, progress)
    taught = [one for one in found if not is_held_back(one.paper) and _tells(one)]
    held = [one for one in found if is_held_back(one.paper) and _tells(one)]
    probes = fit_parts(taught, held)
    if write:
        write_probes(probes, PART_WEIGHTS)
    return (_compared("whole answers", fitted_probes(), held), _compared("parts", probes, held))


def fit_parts(taught: Sequence[Observed], held: Sequence[Observed]) -> Probes:
    """Probes fitted to `taught`, right on average over `held`: the log-odds of telling a part are
    such that `rag.evidence.confidence` makes a probability of them.
    """
    reads = [one.read for one in taught]
    silent = [one.read for one in taught if _is_silent(one)]
    says = fit_probe(reads + silent * (SILENT - 1))
    ranks, hit = fit_ranking(reads)
    weighed = [*held, *(one for one in held if _is_silent(one))]
    surest = highest([log_odds(says, one) for one in weighed])
    bias, worth = platt(surest, np.array([one.read.answerable for one in weighed]))
    says = Probe((bias + worth * says.bias - BIAS) / WEIGHT, says.weights * (worth / WEIGHT))
    return levelled(Probes(says, ranks, hit), [one.read for one in held])


def _tells(one: Observed) -> bool:
    """Whether it can be learned from: not if a part is told, and its sentence was not read."""
    return bool(len(one.read.states)) and (bool(one.read.says.any()) or not one.read.answerable)


def _is_silent(one: Observed) -> bool:
    return not one.read.answerable and "silent" in one.case.tags


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
    """A line for each pair of probes."""
    from rich.table import Table

    table = Table(title="Papers asked one by one what several are asked, held back")
    table.add_column("probes of")
    for heading in ("AUC beside other papers", "AUC beside silent ones", "first sentence tells it"):
        table.add_column(heading, justify="right")
    for one in found:
        agreed = (
            f"{own.value:.3f} [{own.low:.3f}, {own.high:.3f}]" for own in (one.apart, one.silent)
        )
        table.add_row(one.way, *agreed, f"{one.first.value:.2f} of {one.first.n:,}")
    return table
