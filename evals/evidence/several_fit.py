"""Fits what tells questions to several papers from others, and says how well it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evals.cases import Case, load_cases
from evals.evidence.confidence_cases import SAMPLE, is_held_back, paper_of, with_groups
from evals.evidence.sample_cases import taught_cases
from evals.evidence.sign_rows import sign_rows
from evals.judging.agreement import Agreement, auc, measured
from evals.logistic import fit
from evals.stats import Rate, rate
from rag.question.several import signs_of, write_several
from rag.question.word_signs import WordWeights

if TYPE_CHECKING:
    from rich.table import Table

FEWEST = 60
"""Questions that have a sign, for it to be weighed; with 20 it told no better."""
RIDGE = 30.0
LEAST = (0.1, 0.25, 0.5)


@dataclass(frozen=True, slots=True)
class ToldApart:
    """One set of questions that nothing was fitted on: how well those to several papers are told
    from the others, and at each of LEAST which share of either is taken to be one.
    """

    name: str
    auc: Agreement
    several: tuple[Rate, ...]
    others: tuple[Rate, ...]


def run_several(*, write: bool = False) -> tuple[ToldApart, ...]:
    """Fit on the arXiv questions but for those of papers held back, and on what is taught of the
    sample library; tell those held back apart, and the sample library's dev questions that papers
    answer.
    """
    every = [case for own in with_groups().values() for case in own]
    taught = [case for case in every if not is_held_back(paper_of(case))]
    fitted = fit_several([*taught, *taught_cases()])
    if write:
        write_several(fitted)
    held = [case for case in every if is_held_back(paper_of(case))]
    dev = [c for c in load_cases() if c.split == "dev" and c.kind != "catalogue" and not c.history]
    return (
        _told("arXiv library, held back", held, fitted),
        _told(f"{SAMPLE}, dev", [case for case in dev if case.papers], fitted),
    )


def fit_several(cases: Sequence[Case]) -> WordWeights:
    """The worth of each sign that FEWEST of the questions have."""
    signs = [signs_of(case.question) for case in cases]
    names, rows = sign_rows(signs, FEWEST)
    labels = np.array([len(case.papers) > 1 for case in cases], dtype=float)
    bias, *worth = fit(rows, labels, RIDGE).tolist()
    return WordWeights(bias, dict(zip(names, worth, strict=True)))


def several_table(found: Sequence[ToldApart]) -> Table:
    """A line for each set."""
    from rich.table import Table

    table = Table(title="What asks of several papers, told by its words")
    table.add_column("questions")
    table.add_column("AUC", justify="right")
    for least in LEAST:
        table.add_column(f"of several taken so, {least:.0%} sure", justify="right")
        table.add_column("of others", justify="right")
    for one in found:
        of_each = zip(one.several, one.others, strict=True)
        shares = [f"{part.value:.2f} of {part.n:,}" for pair in of_each for part in pair]
        told = f"{one.auc.value:.3f} [{one.auc.low:.3f}, {one.auc.high:.3f}]"
        table.add_row(one.name, told, *shares)
    return table


def _told(name: str, cases: Sequence[Case], fitted: WordWeights) -> ToldApart:
    labels = [len(case.papers) > 1 for case in cases]
    sure = [fitted.probability(signs_of(case.question)) for case in cases]
    groups = [paper_of(case) for case in cases]

    def share(kind: bool) -> tuple[Rate, ...]:
        own = [one for one, label in zip(sure, labels, strict=True) if label is kind]
        return tuple(rate([one >= least for one in own]) for least in LEAST)

    return ToldApart(name, measured(auc, labels, sure, groups), share(True), share(False))
