"""Fits what tells questions to the catalogue from questions to the text, and says how well it does.

The questions: a bank over eighty imaginary libraries (`evals/question_kinds.jsonl`), and of the
shipped cases those that may be tuned on; what a case of kind `catalogue` asks, the catalogue
answers, what any other asks, the text. No fold parts questions of one library of the bank, or of
one paper: paraphrases on both sides would flatter the fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from evals.cases import EVERY_PAPER, QUESTIONS, load_cases
from evals.evidence.confidence_cases import ARXIV_CASES, paper_of
from evals.judging.agreement import auc
from evals.labelled.rows import json_rows
from evals.logistic import fit, held_out
from rag.errors import SourceError
from rag.finding.terms import content_stems
from rag.question.catalogue.gate import NEVER, SURELY, FittedGate, Gate, signs, write_gate
from rag.question.catalogue.wording import plain

if TYPE_CHECKING:
    from rich.table import Table

    from evals.arrays import Floats
    from rag.config import Config
    from rag.models.embed import Embedder
    from rag.models.weights import Progress

BANK = QUESTIONS.with_name("question_kinds.jsonl")
FRESH = QUESTIONS.with_name("fresh_cases.jsonl")
CATALOGUE = ("field", "papers", "people")
KINDS = (*CATALOGUE, "topic_list", "saying", "text", "chat")
RIDGE = (
    30.0  # of 10 to 100 the best by folds; the vector has 384 numbers for some thousand questions
)
_BATCH = 256
_SHARED_BY = 2  # with three, a quarter of the bank would be one group


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, where it comes from, its kind, whether the catalogue answers it, and of which
    `group` of questions about the same it is.
    """

    question: str
    source: str
    kind: str
    catalogue: bool
    group: str


@dataclass(frozen=True, slots=True)
class Told:
    """How well the gate tells, by folds, the questions of one source and kind: shares of them with
    a probability below NEVER and from SURELY on, which are right and wrong by turns.
    """

    source: str
    kind: str
    n: int
    never: float
    surely: float


@dataclass(frozen=True, slots=True)
class KindsReport:
    """What the gate tells apart: the area under the ROC curve by source of the questions (with the
    vector, by the signs alone), and shares by kind.
    """

    auc: tuple[tuple[str, int, float, float], ...]
    told: tuple[Told, ...]


def run_kinds(
    config: Config, *, write: bool = False, progress: Progress | None = None
) -> KindsReport:
    """Fit on all, judge each by a fit without its fold; `write` keeps the fit.

    Raises WeightsError if a model file cannot be had, SourceError for the questions.
    """
    from rag.models.embed import OnnxEmbedder

    asked = labelled()
    embedder = OnnxEmbedder.load(config, progress)
    vectors = _vectors(embedder, [one.question for one in asked], progress)
    names, marks = _marked([one.question for one in asked])
    labels = np.array([float(one.catalogue) for one in asked])
    groups = [one.group for one in asked]
    both = np.c_[marks, vectors]
    odds = {
        "own": held_out(both, labels, groups, RIDGE),
        "other": held_out(marks, labels, groups, RIDGE),
    }
    if write:
        write_gate(_gate(names, fit(both, labels, RIDGE), fit(marks, labels, RIDGE)))
    return _report(asked, labels, odds)


def labelled(bank: Path = BANK) -> list[Asked]:
    """Every labelled question, each once. Raises SourceError for a line that is none."""
    found: dict[str, Asked] = {}
    for one in _of_bank(bank):
        found.setdefault(one.question.casefold(), one)
    for path, source in ((QUESTIONS, "shipped"), (FRESH, "fresh"), (ARXIV_CASES, "arXiv")):
        for case in load_cases(path):
            if case.split != "dev":
                continue
            if source == "fresh" and case.kind == "unanswerable":
                continue  # most ask for what a catalogue might hold
            group = case.id if case.papers[:1] == (EVERY_PAPER,) else paper_of(case)
            one = Asked(case.question, source, case.kind, case.kind == "catalogue", group)
            found.setdefault(one.question.casefold(), one)
    return list(found.values())


def _of_bank(bank: Path) -> list[Asked]:
    asked: list[Asked] = []
    for where, row in json_rows(bank, "question", "kind"):
        question, kind = row["question"], row["kind"]
        if kind not in KINDS or not isinstance(question, str) or not question:
            raise SourceError(where, f"needs a question and a kind of {', '.join(KINDS)}")
        asked.append(Asked(question, "bank", kind, kind in CATALOGUE, ""))
    groups = _alike([one.question for one in asked])
    return [replace(one, group=group) for one, group in zip(asked, groups, strict=True)]


def _alike(questions: Sequence[str]) -> list[str]:
    """The first question of the group that each is of. The bank does not say which questions are
    of one library; they are taken for that where they share a word that no third one has, or are
    so joined by others.
    """
    having: dict[str, list[int]] = {}
    for number, question in enumerate(questions):
        for stem in set(content_stems(question)):
            having.setdefault(stem, []).append(number)
    first = list(range(len(questions)))
    for pair in having.values():
        if len(pair) == _SHARED_BY:
            one, two = sorted(first[number] for number in pair)
            first = [one if number == two else number for number in first]
    return [questions[number] for number in first]


def _vectors(embedder: Embedder, questions: Sequence[str], progress: Progress | None) -> Floats:
    rows = []
    for start in range(0, len(questions), _BATCH):
        if progress:
            progress("questions", start, len(questions))
        rows.append(embedder.embed(questions[start : start + _BATCH], "query"))
    return np.concatenate(rows).astype(np.float64)


def _marked(questions: Sequence[str]) -> tuple[list[str], Floats]:
    """The names of all signs, and which of them each question has (n, signs)."""
    found = [signs(plain(question)) for question in questions]
    names = sorted(set().union(*found))
    return names, np.array([[float(name in one) for name in names] for one in found])


def _gate(names: Sequence[str], own: Floats, other: Floats) -> FittedGate:
    count = 1 + len(names)
    nothing = np.zeros(0, dtype=np.float32)

    def gate(weights: Floats, vector: np.ndarray[tuple[int], np.dtype[np.float32]]) -> Gate:
        worth = dict(zip(names, map(float, weights[1:count]), strict=True))
        return Gate(float(weights[0]), worth, vector)

    return FittedGate(gate(own, own[count:].astype(np.float32)), gate(other, nothing))


def _report(asked: Sequence[Asked], labels: Floats, odds: dict[str, Floats]) -> KindsReport:
    sources = tuple(dict.fromkeys(one.source for one in asked))
    source = np.array([one.source for one in asked])
    kind = np.array([one.kind for one in asked])
    right = labels > 0.5
    likely = 1 / (1 + np.exp(-odds["own"]))
    areas = [("all", np.ones(len(asked), dtype=bool)), *((one, source == one) for one in sources)]
    return KindsReport(
        tuple(
            (
                name,
                int(rows.sum()),
                auc(right[rows], odds["own"][rows]),
                auc(right[rows], odds["other"][rows]),
            )
            for name, rows in areas
            if 0 < right[rows].sum() < rows.sum()
        ),
        tuple(
            Told(
                one,
                of,
                int(rows.sum()),
                float((likely[rows] < NEVER).mean()),
                float((likely[rows] >= SURELY).mean()),
            )
            for one in sources
            for of in dict.fromkeys(kind[source == one].tolist())
            for rows in ((source == one) & (kind == of),)
        ),
    )


def kinds_tables(report: KindsReport) -> tuple[Table, ...]:
    """The figures for a terminal."""
    from rich.table import Table

    areas = Table(title="Catalogue from text, by folds")
    for heading in ("questions", "n", "AUC", "by the words alone"):
        areas.add_column(heading, justify="left" if heading == "questions" else "right")
    for name, count, own, other in report.auc:
        areas.add_row(name, str(count), f"{own:.3f}", f"{other:.3f}")
    kinds = Table(title="Shares of them")
    headings = ("questions", "kind", "n", f"below {NEVER:g}", f"from {SURELY:g} on")
    for heading in headings:
        kinds.add_column(heading, justify="left" if heading in headings[:2] else "right")
    for one in report.told:
        rates = (f"{one.never:.3f}", f"{one.surely:.3f}")
        kinds.add_row(one.source, one.kind, str(one.n), *rates)
    return areas, kinds
