"""The rates of a run of the questions, as rows, as tables for a terminal, and as JSON."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from evals.cases import Case
from evals.questions import Outcome, QuestionsReport, outcome_json
from evals.scorers.quotes import inexact_quotes
from evals.stats import Rate, percentile, rate

if TYPE_CHECKING:
    from rich.table import Table

By = Literal["split", "kind"]
"""What a group of outcomes has in common, besides the backend."""


@dataclass(frozen=True, slots=True)
class Row:
    """The rates of one group of outcomes; `fact`, `citation` and `over_abstained` are of the
    answerable cases, `abstained` of the unanswerable, `exact` of the citations."""

    backend: str
    group: str
    n: int
    fact: Rate
    citation: Rate
    abstained: Rate
    over_abstained: Rate
    exact: Rate
    failed: int
    median_ms: float
    median_sentences: float


def rows(report: QuestionsReport, by: By = "split") -> tuple[Row, ...]:
    """One row per backend and group, then one per backend over all."""
    found = []
    for backend in dict.fromkeys(o.backend for o in report.outcomes):
        mine = [o for o in report.outcomes if o.backend == backend]
        groups = dict.fromkeys(_group(o.case, by) for o in mine)
        found += [_row(backend, g, [o for o in mine if _group(o.case, by) == g]) for g in groups]
        found.append(_row(backend, "all", mine))
    return tuple(found)


def _group(case: Case, by: By) -> str:
    return case.split if by == "split" else case.unanswerable or case.kind


def _row(backend: str, group: str, outcomes: Sequence[Outcome]) -> Row:
    answers = [o.answer for o in outcomes if o.answer]
    exact = []
    for answer in answers:
        inexact = inexact_quotes(answer, {paper.paper_id: paper for paper in answer.papers})
        exact += [citation not in inexact for citation in answer.citations]
    return Row(
        backend=backend,
        group=group,
        n=len(outcomes),
        fact=_rate(outcomes, "fact"),
        citation=_rate(outcomes, "citation"),
        abstained=_rate(outcomes, "abstention_recall"),
        over_abstained=rate(
            [bool(o.answer and o.answer.abstained) for o in outcomes if o.case.answerable]
        ),
        exact=rate(exact),
        failed=sum(bool(o.error) for o in outcomes),
        median_ms=percentile([o.ms for o in outcomes], 50),
        median_sentences=percentile([len(a.sentences) for a in answers if not a.abstained], 50),
    )


def _rate(outcomes: Iterable[Outcome], scorer: str) -> Rate:
    return rate([o.scores[scorer].value == 1 for o in outcomes if scorer in o.scores])


def questions_table(report: QuestionsReport, by: By = "split") -> Table:
    """The rates for a terminal; brackets hold the 95% interval (Wilson, 1927)."""
    from rich.table import Table

    table = Table(title="Questions about the sample library", caption=_CAPTION)
    table.add_column("backend")
    table.add_column(by)
    for heading in _HEADINGS:
        table.add_column(heading, justify="right")
    shown = rows(report, by)
    for place, row in enumerate(shown):
        last = place + 1 == len(shown) or shown[place + 1].backend != row.backend
        table.add_row(row.backend, row.group, *_cells(row), end_section=last)
    return table


_HEADINGS = (
    "n", "right fact", "right citation", "abstained rightly", "abstained wrongly",
    "quotes exact", "failed", "sentences", "median ms",
)  # fmt: skip  # one heading a line would hide that they pair with _cells
_CAPTION = (
    "facts, citations and wrong abstentions of answerable questions, right abstentions of"
    " unanswerable ones; [95% interval]"
)


def _cells(row: Row) -> tuple[str, ...]:
    rates = (row.fact, row.citation, row.abstained, row.over_abstained, row.exact)
    return (
        str(row.n),
        *map(_rate_text, rates),
        str(row.failed),
        "-" if math.isnan(row.median_sentences) else f"{row.median_sentences:g}",
        f"{row.median_ms:.0f}",
    )


def _rate_text(share: Rate) -> str:
    if not share.n:
        return "-"
    interval = f"[{share.low * 100:.0f}-{share.high * 100:.0f}]"
    return f"{share.count}/{share.n} {share.value:.0%}\n{interval}"


def misses_table(report: QuestionsReport) -> Table:
    """What went wrong, one line per case and backend, for a terminal."""
    from rich.markup import escape
    from rich.table import Table

    table = Table(title="Not right", show_lines=True)
    for heading in ("backend", "case", "question", "why"):
        table.add_column(heading)
    for outcome in report.outcomes:
        whys = [f"{name}: {s.why}" for name, s in outcome.scores.items() if s.value < 1]
        if whys:
            case = outcome.case
            why = outcome.error or "\n".join(whys)
            table.add_row(outcome.backend, case.id, escape(case.question), escape(why))
    return table


def questions_json(report: QuestionsReport) -> dict[str, object]:
    """The rates by split and by kind, and every case's scores, as the `--json` object."""
    return {
        "by_split": [_row_json(row) for row in rows(report, "split")],
        "by_kind": [_row_json(row) for row in rows(report, "kind")],
        "cases": [outcome_json(outcome) for outcome in report.outcomes],
    }


def _row_json(row: Row) -> dict[str, object]:
    def share(r: Rate) -> dict[str, object]:
        return {"count": r.count, "n": r.n, "interval_95": [round(r.low, 4), round(r.high, 4)]}

    def number(value: float) -> float | None:
        return None if math.isnan(value) else round(value, 1)  # JSON has no NaN

    return {
        "backend": row.backend,
        "group": row.group,
        "n": row.n,
        "right_fact": share(row.fact),
        "right_citation": share(row.citation),
        "abstained_rightly": share(row.abstained),
        "abstained_wrongly": share(row.over_abstained),
        "quotes_exact": share(row.exact),
        "failed": row.failed,
        "median_ms": number(row.median_ms),
        "median_sentences": number(row.median_sentences),
    }
