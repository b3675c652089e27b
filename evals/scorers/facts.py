"""Is it right? The facts that a case asks for, looked for in the text of the answer."""

from __future__ import annotations

from evals.cases import Case
from evals.score import Metric, Score
from evals.scorers.checkworthy import claims
from evals.scorers.wording import any_said
from rag.types import Answer

FACT = Metric(
    "fact",
    "right fact",
    "Share of answerable cases whose answer says every fact of the case, in one of its wordings.",
)

RECALL = Metric(
    "fact_recall",
    "facts said",
    "Share of a case's facts that the answer says, averaged over answerable cases.",
)
PRECISION = Metric(
    "fact_precision",
    "to the point",
    "Share of check-worthy sentences that say a fact of the case; catalogue questions left out.",
    of_answers=True,
)
CONTRADICTION = Metric(
    "contradiction",
    "contradicted",
    "Share of the wordings known to be wrong that the answer says, averaged over cases with such.",
    better="lower",
)


def right_fact(case: Case, answer: Answer) -> Score:
    """1 if it did not abstain and every fact of the case stands in the answer's text, else 0.

    A fact stands there if one of its wordings does (see evals/scorers/wording.py). Answerable
    cases only.
    """
    if answer.abstained:
        return Score(case.id, FACT.name, 0.0, why="abstained")
    missing = [fact[0] for fact in case.facts if not any_said(fact, answer.answer)]
    why = f"does not say {'; '.join(missing)}" if missing else ""
    return Score(case.id, FACT.name, float(not missing), why=why)


def facts_told(case: Case, answer: Answer) -> tuple[Score, ...]:
    """Recall and precision of the facts, and what is said against them, each by itself.

    Recall: the share of the case's facts that stand in the answer (nugget recall; Voorhees, 2003).
    Precision: the share of its check-worthy sentences that say a fact, weighed by their number, so
    that padding costs. Contradiction: the share of the case's `wrong` wordings that stand there,
    for any case that has some. An abstention says nothing: recall and contradiction are 0, and
    there is no precision.
    """
    text = "" if answer.abstained else answer.answer
    found = []
    if case.answerable:
        missing = [fact[0] for fact in case.facts if not any_said(fact, text)]
        why = f"does not say {'; '.join(missing)}" if missing else ""
        found.append(Score(case.id, RECALL.name, 1 - len(missing) / len(case.facts), why=why))
        found += _to_the_point(case, answer)
    if case.wrong:
        said = [wrong[0] for wrong in case.wrong if any_said(wrong, text)]
        why = f"says {'; '.join(said)}" if said else ""
        found.append(Score(case.id, CONTRADICTION.name, len(said) / len(case.wrong), why=why))
    return tuple(found)


def _to_the_point(case: Case, answer: Answer) -> list[Score]:
    said = [] if answer.abstained or case.kind == "catalogue" else [c.text for c in claims(answer)]
    if not said:
        return []
    beside = [text for text in said if not any(any_said(fact, text) for fact in case.facts)]
    why = f"no fact of the case: {'; '.join(map(repr, beside))}" if beside else ""
    share = 1 - len(beside) / len(said)
    return [Score(case.id, PRECISION.name, share, float(len(said)), why)]
