"""What grades a reply: metrics in the order of a report, and all scores of one reply."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evals.cases import Case
from evals.score import Metric, Reply, Score
from evals.scorers import abstention, citations, facts, grounded, quotes, ranking
from evals.scorers.entail import Entailer
from rag.types import Answer, Paper

METRICS: tuple[Metric, ...] = (
    facts.FACT,
    facts.RECALL,
    facts.PRECISION,
    facts.CONTRADICTION,
    citations.CITATION,
    citations.RECALL,
    citations.PRECISION,
    quotes.QUOTE,
    grounded.GROUNDED,
    abstention.RECALL,
    abstention.PRECISION,
    abstention.OVER,
    *ranking.RANKING,
)
"""Every metric that a reply is graded by, in the order of a report."""

_ANSWERABLE = {facts.FACT, facts.RECALL, facts.PRECISION, citations.CITATION, abstention.OVER}


def score_reply(
    case: Case, reply: Reply, entailer: Entailer, papers: Mapping[str, Paper]
) -> tuple[Score, ...]:
    """All scores of one reply, in the order of METRICS; `papers` by id, as the library has them.

    Where an error came in place of an answer, every metric that applies to the case has its worst
    value, with the error as the reason. Raises ChatError or WeightsError of the entailer.
    """
    answer = reply.answer
    if answer is None:
        why = reply.error or "no answer"
        return tuple(Score(case.id, m.name, m.worst, why=why) for m in metrics_for(case))
    by_name = {score.metric: score for score in _scores(case, answer, entailer, papers)}
    return tuple(by_name[metric.name] for metric in METRICS if metric.name in by_name)


def _scores(
    case: Case, answer: Answer, entailer: Entailer, papers: Mapping[str, Paper]
) -> Iterator[Score]:
    yield from facts.facts_told(case, answer)
    if case.answerable:
        yield facts.right_fact(case, answer)
        yield citations.right_citation(case, answer, papers)
    yield from citations.citation_support(case, answer, papers, entailer)
    for score in (
        quotes.exact_quotes(case, answer, papers),
        grounded.grounded(case, answer, papers, entailer),
    ):
        if score:
            yield score
    yield from abstention.abstention(case, answer)
    if ranking.is_ranked(case):
        yield from ranking.ranking(case, answer, papers)


def metrics_for(case: Case) -> tuple[Metric, ...]:
    """The metrics that can apply to a case, whatever the reply."""
    return tuple(metric for metric in METRICS if _applies(metric, case))


def _applies(metric: Metric, case: Case) -> bool:
    if metric in ranking.RANKING:
        return ranking.is_ranked(case)
    if metric is facts.CONTRADICTION:
        return bool(case.wrong)
    if metric is abstention.RECALL:
        return not case.answerable
    if metric is facts.PRECISION and case.kind == "catalogue":
        return False
    return case.answerable or metric not in _ANSWERABLE
