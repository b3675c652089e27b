"""One case as it is shown: what was asked and wanted, what came of it, and by what it is found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from evals.cases import Case
from evals.comparing.compare import VERDICTS, Comparison
from evals.report.reply_view import ReplyView, reply_view
from evals.score import Metric, Reply, Run, Score
from evals.scorers.wording import any_said

BEST_WITHIN = 1e-9


@dataclass(frozen=True, slots=True)
class Grade:
    """A metric's score of a reply as it is shown; `best` if it could not be better."""

    metric: Metric
    score: Score
    best: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """A gold fact, or a wrong wording: its alternatives, and whether the answer says one."""

    wordings: tuple[str, ...]
    said: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """A reply with its grades; `verdict` is `right`, `wrong`, `failed` or, of what no verdict
    metric grades, empty.
    """

    reply: ReplyView
    grades: tuple[Grade, ...]
    facts: tuple[Wanted, ...]
    wrong: tuple[Wanted, ...]
    verdict: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """One case. `key` names it on the page, `tokens` are what the filters look for.

    `other` is the outcome in the run it is held against; `change` is `fixed`, `broken`, both or
    empty.
    """

    key: str
    case: Case
    label: str
    outcome: Outcome
    other: Outcome | None
    change: str
    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """What the cases can be filtered by; an option's place is part of its token."""

    metrics: tuple[Metric, ...]
    kinds: tuple[str, ...]
    tags: tuple[str, ...]
    splits: tuple[str, ...]


def choices(cases: Sequence[Case], metrics: Sequence[Metric]) -> Choices:
    """Everything that at least one case has, the most frequent first."""

    def most_first(values: Iterator[str]) -> tuple[str, ...]:
        counts: dict[str, int] = {}
        for value in values:
            counts[value] = counts.get(value, 0) + 1
        return tuple(sorted(counts, key=lambda value: -counts[value]))

    return Choices(
        tuple(metrics),
        most_first(kind_of(case) for case in cases),
        most_first(tag for case in cases for tag in case.tags),
        most_first(case.split for case in cases),
    )


def kind_of(case: Case) -> str:
    """The case's kind in words; of an unanswerable one, why."""
    return (case.unanswerable or case.kind).replace("_", " ")


def case_views(
    run: Run, found: Choices, other: Run | None = None, comparison: Comparison | None = None
) -> Iterator[CaseView]:
    """Every case of the run, in its order."""
    replies, grades = _replies(run), _grades(run, found.metrics)
    other_replies = _replies(other) if other else {}
    other_grades = _grades(other, found.metrics) if other else {}
    fixed = {change.case.id for change in comparison.fixed} if comparison else set()
    broken = {change.case.id for change in comparison.broken} if comparison else set()
    for number, case in enumerate(run.cases, start=1):
        outcome = _outcome(case, replies[case.id], grades.get(case.id, ()), f"c{number}")
        before = None
        if case.id in other_replies:
            before = _outcome(
                case, other_replies[case.id], other_grades.get(case.id, ()), f"c{number}o"
            )
        changed = ((case.id in fixed, "fixed"), (case.id in broken, "broken"))
        change = " and ".join(word for there, word in changed if there)
        yield CaseView(
            key=f"c{number}",
            case=case,
            label=kind_of(case),
            outcome=outcome,
            other=before,
            change=change,
            tokens=tuple(_tokens(case, outcome, change, found)),
        )


def _tokens(case: Case, outcome: Outcome, change: str, found: Choices) -> Iterator[str]:
    if outcome.verdict:
        yield outcome.verdict
    if outcome.verdict == "failed":
        yield "wrong"
    if outcome.reply.abstained:
        yield "abstained"
    yield from change.split(" and ") if change else ()
    for grade in outcome.grades:
        yield f"m{found.metrics.index(grade.metric)}{'+' if grade.best else '-'}"
    yield f"k{found.kinds.index(kind_of(case))}"
    yield from (f"t{found.tags.index(tag)}" for tag in dict.fromkeys(case.tags))
    yield f"s{found.splits.index(case.split)}"


def _replies(run: Run) -> Mapping[str, Reply]:
    return {reply.case_id: reply for reply in run.replies}


def _grades(run: Run, metrics: Sequence[Metric]) -> Mapping[str, tuple[Grade, ...]]:
    """The grades of each case, in the order of `metrics`."""
    by_case: dict[str, dict[str, Score]] = {}
    for score in run.scores:
        by_case.setdefault(score.case_id, {})[score.metric] = score
    return {
        case_id: tuple(
            Grade(metric, scores[metric.name], is_best(metric, scores[metric.name]))
            for metric in metrics
            if metric.name in scores
        )
        for case_id, scores in by_case.items()
    }


def is_best(metric: Metric, score: Score) -> bool:
    """Whether a score could not be better."""
    return abs(score.value - metric.best) < BEST_WITHIN


def _outcome(case: Case, reply: Reply, grades: Sequence[Grade], key: str) -> Outcome:
    text = reply.answer.answer if reply.answer and not reply.answer.abstained else ""
    return Outcome(
        reply=reply_view(reply, key),
        grades=tuple(grades),
        facts=tuple(Wanted(fact, any_said(fact, text)) for fact in case.facts),
        wrong=tuple(Wanted(wording, any_said(wording, text)) for wording in case.wrong),
        verdict=_verdict(reply, grades),
    )


def _verdict(reply: Reply, grades: Sequence[Grade]) -> str:
    if reply.error:
        return "failed"
    decisive = [grade.best for grade in grades if grade.metric.name in VERDICTS]
    if not decisive:
        return ""
    return "right" if all(decisive) else "wrong"
