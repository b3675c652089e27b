"""Does it know when the papers do not answer? Abstaining as a test for unanswerable cases."""

from __future__ import annotations

from evals.cases import Case
from evals.score import Metric, Score
from rag.types import Answer

RECALL = Metric(
    "abstention_recall",
    "abstained rightly",
    "Share of unanswerable cases on which it abstained.",
)
PRECISION = Metric(
    "abstention_precision",
    "abstentions right",
    "Share of abstentions that were on unanswerable cases.",
)
OVER = Metric(
    "over_abstention",
    "abstained wrongly",
    "Share of answerable cases that it gave no answer to.",
    better="lower",
)


def abstention(case: Case, answer: Answer) -> tuple[Score, ...]:
    """Recall (unanswerable cases), precision (abstentions) and over-abstention (answerable cases)
    of abstaining, taken as the retrieval of the unanswerable cases (for questions without answers,
    Rajpurkar, Jia and Liang, 2018).
    """
    gave_up = answer.abstained
    found = []
    if case.answerable:
        why = "abstained" if gave_up else ""
        found.append(Score(case.id, OVER.name, float(gave_up), why=why))
    else:
        why = "" if gave_up else f"answered: {answer.answer}"
        found.append(Score(case.id, RECALL.name, float(gave_up), why=why))
    if gave_up:
        why = "abstained though the papers answer" if case.answerable else ""
        found.append(Score(case.id, PRECISION.name, float(not case.answerable), why=why))
    return tuple(found)
