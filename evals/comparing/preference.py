"""Which run's answers a judge prefers, case by case, with neither place nor length in play."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evals.arrays import clusters
from evals.comparing.compare import common_cases
from evals.score import Run
from evals.scorers.markers import without_markers
from evals.scorers.pairwise import length_controlled, preferred
from evals.stats import Mean, clustered_mean, randomisation
from rag.errors import ConfigError

if TYPE_CHECKING:
    from rag.models.judge import Judge
    from rag.models.weights import Progress


@dataclass(frozen=True, slots=True)
class Preference:
    """How often a judge prefers B's answer to A's, a tie counting half, on the cases that both
    answered; `left_out` cases were not: abstentions and failures are told by other metrics.

    `share` has an interval clustered by paper; `p` is of a paired randomisation test against 0.5.
    `controlled` is the share had both answers been equally long. Of the `ties`, `same` read alike
    and were not asked about.
    """

    judge: str
    share: Mean
    p: float
    controlled: float
    ties: int
    same: int
    left_out: int


def preference(a: Run, b: Run, judge: Judge, progress: Progress | None = None) -> Preference:
    """Ask the judge about every common case that both runs answered, in both orders.

    Raises ConfigError if there is none, or as `evals.comparing.compare.compare`; ChatError of
    the judge.
    """
    import numpy as np

    cases = common_cases(a, b)
    before, after = _answers(a), _answers(b)
    both = [case for case in cases if case.id in before and case.id in after]
    if not both:
        raise ConfigError(f"{a.name} and {b.name} have no answer to the same case to prefer")
    values: list[float] = []
    for done, case in enumerate(both):
        if progress:
            progress(f"asking {judge.name}", done, len(both))
        values.append(preferred(judge, case.question, after[case.id], before[case.id]))
    longer_by = [float(len(after[case.id]) - len(before[case.id])) for case in both]
    shares = np.array(values)
    return Preference(
        judge.name,
        clustered_mean(shares, np.ones(len(both)), clusters(both)),
        randomisation((shares - 0.5).tolist()),
        length_controlled(values, longer_by),
        values.count(0.5),
        sum(_alike(before[case.id], after[case.id]) for case in both),
        len(cases) - len(both),
    )


def _answers(run: Run) -> dict[str, str]:
    """The text of each answer by case, without markers: they say nothing of what is better."""
    return {
        reply.case_id: without_markers(reply.answer.answer)
        for reply in run.replies
        if reply.answer and not reply.answer.abstained
    }


def _alike(one: str, other: str) -> bool:
    return one.split() == other.split()


def preference_json(found: Preference) -> dict[str, object]:
    """The preference as a part of the `--json` object."""
    from evals.comparing.summary import mean_json

    return {
        "judge": found.judge,
        "prefers_b": mean_json(found.share),
        "p": round(found.p, 6),
        "length_controlled": round(found.controlled, 6),
        "ties": found.ties,
        "same": found.same,
        "left_out": found.left_out,
    }


def preference_line(found: Preference) -> str:
    """The preference in one sentence."""
    share = found.share
    return (
        f"{found.judge} prefers B's answer in {share.value:.1%}"
        f" [{share.low:.1%}, {share.high:.1%}] of {share.n} cases that both answer"
        f" ({found.ties} ties, {found.same} of them alike), p = {found.p:.4f};"
        f" {found.controlled:.1%} if both were equally long"
    )
