"""What the check of sentences is worth, for a terminal and as JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from rag.support.likeness import Signs

if TYPE_CHECKING:
    from rich.table import Table

    from evals.judging.agreement import Agreement
    from evals.judging.support import Constants, LayerResult, SupportReport
    from evals.stats import Rate


def support_json(report: SupportReport) -> dict[str, Any]:
    """All of it as JSON; a figure that is not defined is null."""
    cleaned: dict[str, Any] = _without_nan(asdict(report))
    return cleaned


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nan(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_nan(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def support_tables(report: SupportReport) -> tuple[Table, ...]:
    """Layers one after another, also with a judge if there was one, each alone, defects,
    constants.
    """
    title = "Layers one after another, SciFact's validation claims"
    with_judge = [_layers(f"{title}, with the judge", report.judged, True)] if report.judged else []
    return (
        _layers(title, report.layers, True),
        *with_judge,
        _layers("Without the layers before it", report.alone, False),
        _defects(report),
        _constants(report.in_use, report.fitted),
    )


def _layers(title: str, results: Sequence[LayerResult], decides: bool) -> Table:
    table = _table(title, ["layer", "n", *(["decides", "rightly"] if decides else [])])
    for heading in ("accuracy", "balanced", "AUC", "ms"):
        table.add_column(heading, justify="right")
    for one in results:
        own = [_share(one.decided), _share(one.right)] if decides else []
        figures = [_figure(f) for f in (one.accuracy, one.balanced, one.auc)]
        spent = "" if math.isnan(one.ms) else f"{one.ms:.1f}"
        table.add_row(one.name, str(one.n), *own, *figures, spent)
    return table


def _defects(report: SupportReport) -> Table:
    title = "Seeded defects, by the layers that take no chat model"
    table = _table(title, ["sentences of", "defect", "n", "found", "passed as supported"])
    for one in report.defects:
        name = one.defect or "none: found is a false alarm"
        table.add_row(one.source, name, str(one.found.n), _share(one.found), _share(one.passed))
    return table


def _constants(in_use: Constants, fitted: Constants) -> Table:
    table = _table(
        "Constants of likeness.py and layers.py in rag/support/", ["", "in use", "fitted"]
    )
    names = ["bias", *(field.name for field in fields(Signs))]
    rows = list(
        zip(names, (in_use.bias, *in_use.weights), (fitted.bias, *fitted.weights), strict=True)
    )
    rows += [("sure no", in_use.sure_no, fitted.sure_no)]
    rows += [("judged", in_use.judged, fitted.judged)]
    for name, used, now in rows:
        table.add_row(name, f"{used:.3f}", f"{now:.3f}")
    return table


def _table(title: str, headings: Sequence[str]) -> Table:
    from rich.table import Table

    table = Table(title=title)
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="right" if number else "left")
    return table


def _share(rate: Rate) -> str:
    return f"{rate.value:.0%} ({rate.low:.0%}–{rate.high:.0%})" if rate.n else ""


def _figure(figure: Agreement) -> str:
    return f"{figure.value:.3f} ({figure.low:.3f}–{figure.high:.3f})"
