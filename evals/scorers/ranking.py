"""Did it find the right papers? The answer's hits as a ranking, measured by ir-measures."""

from __future__ import annotations

from collections.abc import Mapping

from evals.cases import EVERY_PAPER, Case
from evals.finding.retrieval import measure
from evals.score import Metric, Score
from evals.scorers.cited import names
from rag.types import Answer, Paper

NDCG = Metric(
    "nDCG@10",
    "nDCG@10",
    "Gain of the case's papers among the first ten found, discounted by rank, against the best"
    " ranking (Järvelin and Kekäläinen, 2002).",
)
RECALL = Metric("R@10", "recall@10", "Share of the case's papers among the first ten found.")
RECIPROCAL = Metric(
    "RR", "reciprocal rank", "One over the rank of the first of the case's papers that was found."
)
RANKING = (NDCG, RECALL, RECIPROCAL)


def is_ranked(case: Case) -> bool:
    """Whether the case has papers that should be found: not where the catalogue answers."""
    asks_papers = case.answerable and case.kind != "catalogue"
    return asks_papers and EVERY_PAPER not in case.papers


def ranking(case: Case, answer: Answer, papers: Mapping[str, Paper]) -> tuple[Score, ...]:
    """nDCG@10, recall@10 and reciprocal rank of `answer.hits`, papers best first; 0 if there are
    none. The case's papers are all as relevant as each other. Ranked cases only.
    """
    ranked = list(dict.fromkeys(hit.paper_id for hit in answer.hits))
    ids = {name: _id_of(name, ranked, papers) for name in case.papers}
    values = measure(
        {case.id: dict.fromkeys(ids.values(), 1)},
        {case.id: {paper_id: 1 / rank for rank, paper_id in enumerate(ranked, start=1)}},
        [metric.name for metric in RANKING],
    )
    missing = [name for name, paper_id in ids.items() if paper_id not in ranked[:10]]
    why = f"does not find {'; '.join(missing)}" if missing else ""
    return tuple(
        Score(case.id, metric.name, value, why="" if value == 1 else why or "finds others first")
        for metric in RANKING
        for value in [values[metric.name][case.id]]
    )


def _id_of(name: str, ranked: list[str], papers: Mapping[str, Paper]) -> str:
    """The ranked paper that `name` is, else the name itself, which is in no ranking."""
    known = (papers[paper_id] for paper_id in ranked if paper_id in papers)
    return next((paper.paper_id for paper in known if names(name, paper)), name)
