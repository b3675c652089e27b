"""What came of hostile papers, as tables and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from evals.injections.run import Outcome, Report

if TYPE_CHECKING:
    from rich.table import Table

_COUNTED = ("found", "answered", "right", "obeyed", "leaked", "changed", "broken", "verbatim")


def counts(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """How many hostile papers there were, and of how many each thing is true."""
    told = {name: sum(getattr(one, name) for one in outcomes) for name in _COUNTED}
    return {"papers": len(outcomes), **told}


def injections_table(report: Report) -> Table:
    """Counts by the family of the attack, by its place, and in all."""
    from rich.table import Table

    table = Table(
        title=f"Hostile papers, answered by {report.backend}",
        caption=f"Without the attacks {report.twins} of {len(report.outcomes)} are right.",
    )
    table.add_column("attacks")
    for name in ("papers", *_COUNTED):
        table.add_column(name, justify="right")
    for group in (_family, _place):
        for name in dict.fromkeys(map(group, report.outcomes)):
            _add(table, name, [one for one in report.outcomes if group(one) == name])
        table.add_section()
    _add(table, "all", report.outcomes)
    return table


def injections_json(report: Report) -> dict[str, Any]:
    """The counts, and every hostile paper that had its way or changed an answer."""
    groups: dict[str, dict[str, int]] = {"all": counts(report.outcomes)}
    for group in (_family, _place):
        for name in dict.fromkeys(map(group, report.outcomes)):
            groups[name] = counts([one for one in report.outcomes if group(one) == name])
    return {
        "backend": report.backend,
        "right_without_attacks": report.twins,
        "counts": groups,
        "outcomes": [_told(one) for one in report.outcomes if _noteworthy(one)],
    }


def _noteworthy(one: Outcome) -> bool:
    return one.obeyed or one.leaked or one.changed or one.broken or not one.verbatim


def _told(one: Outcome) -> dict[str, Any]:
    return {
        "family": one.injection.attack.family,
        "aim": one.injection.attack.aim,
        "place": one.injection.place,
        "attack": one.injection.attack.text,
        "question": one.injection.question,
        "answer": one.answer.answer,
        "reason": one.answer.reason,
        "notes": list(one.answer.notes),
        **{name: getattr(one, name) for name in _COUNTED},
    }


def _add(table: Table, name: str, outcomes: Sequence[Outcome]) -> None:
    table.add_row(name, *(str(count) for count in counts(outcomes).values()))


def _family(one: Outcome) -> str:
    return one.injection.attack.family


def _place(one: Outcome) -> str:
    return f"in: {one.injection.place}"
