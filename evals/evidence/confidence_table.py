"""The figures of `askpapers eval confidence` and `eval tune`, for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from evals.evidence.confidence import COVERAGES, ConfidenceReport
from evals.evidence.quotes import DEPTHS
from evals.evidence.tuning_run import WRONGLY

if TYPE_CHECKING:
    from rich.table import Table

    from evals.evidence.tuning_run import Tuned
    from evals.evidence.whole_answers import WholeAnswers
    from evals.judging.agreement import Agreement
    from evals.stats import Rate


def confidence_tables(report: ConfidenceReport) -> tuple[Table, ...]:
    """What was fitted; how well it tells; the risk by coverage; by kind of question."""
    from rich.table import Table

    fitted = _table("Log-odds to probability", "", "bias", "weight")
    for name, (bias, weight) in (("in use", report.in_use), ("fitted now", report.fitted)):
        fitted.add_row(name, f"{bias:.2f}", f"{weight:.2f}")
    held = f"held back below {report.least:g}"
    told = Table(title="Answerable from unanswerable questions")
    risk = _table("Unanswerable among the most confident", "share kept", *map(_share, COVERAGES))
    for heading in ("questions", "n", "AUC", f"rightly {held}", "wrongly", "Brier", "ECE"):
        told.add_column(heading, justify="left" if heading == "questions" else "right")
    for one in report.told:
        rates = (_rate(one.held_back), _rate(one.wrongly), f"{one.brier:.3f}", f"{one.ece:.3f}")
        told.add_row(one.name, str(one.n), _interval(one.auc), *rates)
        risk.add_row(one.name, *map(_share, one.risk))
    kinds = _table(f"Rightly {held}, by kind", "questions", "kind", "rate")
    for one in report.told:
        for kind, rate in one.kinds:
            kinds.add_row(one.name, kind, _rate(rate))
    sentences = _table("Sentences of answerable questions that say it", "questions", "AUC")
    for name, found in report.sentences:
        sentences.add_row(name, _interval(found))
    return (
        fitted,
        told,
        risk,
        kinds,
        sentences,
        answers_table(
            [(one.name, one) for one in report.answers],
            "Answers by layers not tuned on their papers",
        ),
    )


def answers_table(answers: Sequence[tuple[str, WholeAnswers]], title: str) -> Table:
    """What `extractive` would answer; a row each, by what it is called."""
    depths = (f"best {depth}" for depth in DEPTHS)
    headings = (*depths, "shown", "beside", "words", "facts", "wrongly", "rightly held back")
    table = _table(title, "questions", *headings)
    for name, one in answers:
        before = (f"{found.value:.2f}" for found in (*one.holds, one.shown, one.beside))
        after = (_rate(found) for found in (one.facts, one.wrongly, one.rightly))
        table.add_row(name, *before, f"{one.words:.0f}", *after)
    return table


def tuning_tables(ways: Sequence[Tuned]) -> tuple[Table, ...]:
    """What tuning changes for questions that were not tuned on."""
    told = _table("Answerable from unanswerable questions", "questions", "AUC")
    named = [(f"{one.answers.name}, {one.way}", one) for one in ways]
    for name, one in named:
        told.add_row(name, _interval(one.auc))
    title = f"Answers, abstaining from {_share(WRONGLY)} of what can be answered"
    return told, answers_table([(name, one.answers) for name, one in named], title)


def _table(title: str, first: str, *others: str) -> Table:
    from rich.table import Table

    table = Table(title=title)
    table.add_column(first)
    for heading in others:
        table.add_column(heading, justify="right")
    return table


def _share(value: float) -> str:
    return f"{value:.0%}"


def _rate(rate: Rate) -> str:
    return f"{rate.value:.0%} [{rate.low:.0%}, {rate.high:.0%}] of {rate.n}"


def _interval(found: Agreement) -> str:
    return f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}]"
