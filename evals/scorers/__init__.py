"""What grades a reply: metrics in the order of a report, and all scores of one reply."""

from __future__ import annotations

from collections.abc import Mapping

from evals.cases import Case
from evals.entail import Entailer
from evals.score import Metric, Reply, Score
from evals.scorers import abstention, citations, facts, quotes
from rag.types import Paper

METRICS: tuple[Metric, ...] = (
    facts.FACT,
    citations.CITATION,
    quotes.QUOTE,
    abstention.RECALL,
    abstention.PRECISION,
    abstention.OVER,
)
"""Every metric that a reply is graded by, in the order of a report."""

_ANSWERABLE = {facts.FACT, citations.CITATION, abstention.OVER}
_UNANSWERABLE = {abstention.RECALL}


def score_reply(
    case: Case,
    reply: Reply,
    entailer: Entailer,  # noqa: ARG001  # what is graded by entailment comes next
    papers: Mapping[str, Paper],
) -> tuple[Score, ...]:
    """All scores of one reply, in the order of METRICS; `papers` by id, as the library has them.

    Where an error came in place of an answer, every metric that applies to the case has its worst
    value, with the error as the reason. Raises ChatError or WeightsError of the entailer.
    """
    answer = reply.answer
    if answer is None:
        why = reply.error or "no answer"
        return tuple(Score(case.id, m.name, worst(m), why=why) for m in metrics_for(case))
    scores = [*abstention.abstention(case, answer), quotes.exact_quotes(case, answer, papers)]
    if case.answerable:
        scores += [facts.right_fact(case, answer), citations.right_citation(case, answer, papers)]
    by_name = {score.metric: score for score in scores if score is not None}
    return tuple(by_name[metric.name] for metric in METRICS if metric.name in by_name)


def metrics_for(case: Case) -> tuple[Metric, ...]:
    """The metrics that apply to a case, whatever the reply."""
    left_out = _UNANSWERABLE if case.answerable else _ANSWERABLE
    return tuple(metric for metric in METRICS if metric not in left_out)


def worst(metric: Metric) -> float:
    """The value that no answer at all gets."""
    return 0.0 if metric.better == "higher" else 1.0
