"""PubMedQA decided by a chat model from what a library says, beside the majority and people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from evals.judging.agreement import Agreement, macro_f1, measured
from evals.judging.pubmedqa_library import Evidence, Finder, abstracts_library, evidence_finder
from evals.labelled import Decided, Decision, drawn, pubmedqa
from evals.scorers.judge_prompts import MAYBE, decision_messages
from evals.stats import Rate, rate
from rag.support.judge_prompts import NO, YES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rag.config import Config
    from rag.models.judge import Judge
    from rag.models.weights import Progress

MAJORITY = 0.552
"""Share of the most frequent decision, yes, among all 1,000 questions (Jin et al., 2019)."""

HUMAN = 0.780
"""Accuracy of a person who sees the abstract without its conclusion (Jin et al., 2019)."""

DECISIONS: tuple[Decision, ...] = get_args(Decision)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to ask: `data` holds the folder of the questions, the judge keeps what it says in the
    file `kept`; vectors are kept in `vectors`, if given. `n` questions of the test half are
    reported, and `fit` of the dev half are for the bias; all of a half if 0.
    """

    data: Path
    judge: str
    kept: Path
    n: int = 300
    fit: int = 200
    evidence: Evidence = "quotes"
    vectors: Path | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with what was found for it.

    `logs` are the judge's log-probabilities of yes, no and maybe; `rank` is the place of the
    question's own paper among those found, from 1, None if it was not.
    """

    pmid: str
    question: str
    gold: Decision
    decision: Decision
    logs: tuple[float, ...]
    rank: int | None
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bias:
    """Turns log-probabilities into decisions: the highest of `scale * logs + shift`, the shift in
    the order of DECISIONS with 0 for the first.
    """

    scale: float = 1.0
    shift: tuple[float, ...] = (0.0, 0.0, 0.0)

    def decide(self, logs: Sequence[float]) -> Decision:
        """The likeliest decision; of equal ones the first."""
        values = [self.scale * log + shift for log, shift in zip(logs, self.shift, strict=True)]
        return DECISIONS[values.index(max(values))]


@dataclass(frozen=True, slots=True)
class PubmedReport:
    """Figures over the reported questions, and each of them.

    `fitted` is the accuracy on the dev questions that the bias is fitted on: what choices, such as
    of the evidence, may look at. `plain` is the accuracy without bias; `majority` the share of the
    most frequent decision among the reported; `found` counts those whose own paper was found
    first, `accuracy_found` is over them.
    """

    judge: str
    evidence: Evidence
    papers: int
    fitted: Rate
    bias: Bias
    accuracy: Rate
    plain: Rate
    macro_f1: Agreement
    majority: Rate
    found: Rate
    accuracy_found: Rate
    asked: tuple[Asked, ...]


def run_pubmedqa(config: Config, plan: Plan, progress: Progress | None = None) -> PubmedReport:
    """Ask the questions, dev half first, over a library of all abstracts.

    Raises ConfigError or WeightsError for a judge that cannot start, SourceError for data that
    cannot be read, ChatError of a judge that stops: the same call goes on from there.
    """
    from evals.judging.judge_cache import kept_judge

    judge = kept_judge(plan.judge, config, plan.kept)
    rows = pubmedqa.load_pubmedqa(plan.data / pubmedqa.FOLDER)
    fit = drawn([row for row in rows if row.half == "fit"], "pmid", plan.fit)
    report = drawn([row for row in rows if row.half == "report"], "pmid", plan.n)
    with abstracts_library(config, rows, plan.vectors, progress) as library:
        papers = library.count()
        find = evidence_finder(library, config, plan.evidence)
        asked = _ask([*fit, *report], judge, find, progress)
    fitted, reported = asked[: len(fit)], asked[len(fit) :]
    bias = fit_bias([one.logs for one in fitted], [one.gold for one in fitted])
    decided = tuple(replace(one, decision=bias.decide(one.logs)) for one in reported)
    gold, said = [one.gold for one in decided], [one.decision for one in decided]
    most = max(DECISIONS, key=gold.count)
    return PubmedReport(
        judge=judge.name,
        evidence=plan.evidence,
        papers=papers,
        fitted=rate([bias.decide(one.logs) == one.gold for one in fitted]),
        bias=bias,
        accuracy=rate([a == b for a, b in zip(gold, said, strict=True)]),
        plain=rate([one.decision == one.gold for one in reported]),
        macro_f1=measured(macro_f1, gold, said, [one.pmid for one in decided]),
        majority=rate([one == most for one in gold]),
        found=rate([one.rank == 1 for one in decided]),
        accuracy_found=rate([one.decision == one.gold for one in decided if one.rank == 1]),
        asked=decided,
    )


def _ask(
    rows: Sequence[Decided], judge: Judge, find: Finder, progress: Progress | None
) -> list[Asked]:
    """Each question as the judge decides it by itself, without bias."""
    asked: list[Asked] = []
    for row in rows:
        if progress:
            progress(f"asking {judge.name}", len(asked), len(rows))
        sentences, rank = find(row)
        logs = judge.weigh(decision_messages(row.question, sentences), (YES, NO, MAYBE))
        decision = Bias().decide(logs)
        asked.append(Asked(row.pmid, row.question, row.decision, decision, logs, rank, sentences))
    return asked


def fit_bias(logs: Sequence[Sequence[float]], gold: Sequence[Decision]) -> Bias:
    """The scale and shifts under which `gold` is likeliest: vector scaling with one temperature
    (Guo et al., 2017), for a small model leans to one reply whatever it is asked.

    None of them is moved without need: a weak pull (variance 10) towards 1 and 0. Without
    questions, no bias.
    """
    import numpy as np
    from scipy.optimize import minimize

    if not gold:
        return Bias()
    given = np.asarray(logs, dtype=np.float64)
    right = np.array([DECISIONS.index(one) for one in gold])

    def loss(free: NDArray[np.float64]) -> float:
        scale, shift = free[0], np.array([0.0, *free[1:]])
        values = scale * given + shift
        chosen = values[np.arange(len(right)), right]
        pull = ((free - start) ** 2).sum() / 20
        return float((np.logaddexp.reduce(values, axis=1) - chosen).sum() + pull)

    start = np.array([1.0, 0.0, 0.0])
    bounds = [(0.01, None), (None, None), (None, None)]
    found = minimize(loss, start, method="L-BFGS-B", bounds=bounds)
    scale, *shift = (float(value) for value in found.x)
    return Bias(scale, (0.0, *shift))
