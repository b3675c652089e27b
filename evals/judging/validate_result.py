"""What a validation found: results as cards, as a table and as JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from evals.judging.agreement import Agreement
from evals.scorers.cards import Card
from evals.stats import Rate
from evals.tables import Fitting

if TYPE_CHECKING:
    from rich.table import Table

BALANCED, KAPPA, AUC = "balanced accuracy", "κ", "AUC"
SHIPPED = "balanced accuracy as shipped"
"""With the threshold that the scorer has by default, instead of the one fitted on this set."""
AGREED = "agreement"
"""The share of right verdicts, a tie half right."""


@dataclass(frozen=True, slots=True)
class Result:
    """How one scorer agreed with one labelled set, or a `part` of it that asks one thing.

    `figures` by measure, the main one first, over `n` labels; `right` is the share of right
    verdicts by the label as people put it; `threshold` was fitted on other labels, None where
    there is none; `ms` is the median time of a verdict, NaN where nobody looked.
    """

    scorer: str
    labelled_set: str
    part: str
    n: int
    figures: Mapping[str, Agreement]
    right: Mapping[str, Rate] = field(default_factory=dict)
    threshold: float | None = None
    ms: float = math.nan


def cards(results: Sequence[Result], date: str, command: str) -> tuple[Card, ...]:
    """A card a figure; a figure that is not defined gives none."""
    return tuple(
        Card(
            scorer=result.scorer,
            labelled_set=f"{result.labelled_set}, {result.part}",
            n=result.n,
            measure=measure,
            value=round(figure.value, 4) + 0.0,  # no minus before a zero
            low=round(figure.low, 4) + 0.0,
            high=round(figure.high, 4),
            threshold=None if result.threshold is None else round(result.threshold, 4),
            date=date,
            command=command,
        )
        for result in results
        for measure, figure in result.figures.items()
        if not math.isnan(figure.value)
    )


def results_table(results: Sequence[Result]) -> Table:
    """A row a scorer and set: the main figures with their intervals."""
    from rich.table import Table

    table = Table("scorer", "labels", "n", "agreement (95%)", "κ", "AUC", "as shipped", "threshold",
                  "right, by label", "ms", box=None)  # fmt: skip  # headings in a row
    for result in results:
        main = next(iter(result.figures))
        table.add_row(
            result.scorer,
            f"{result.labelled_set}, {result.part}",
            str(result.n),
            f"{main} {_shown(result.figures[main])}",
            _shown(result.figures.get(KAPPA)),
            _shown(result.figures.get(AUC)),
            _shown(result.figures.get(SHIPPED)),
            "" if result.threshold is None else f"{result.threshold:.2f}",
            ", ".join(f"{label} {r.count}/{r.n}" for label, r in result.right.items()),
            "" if math.isnan(result.ms) else f"{result.ms:.1f}",
        )
    return table


def results_json(results: Sequence[Result]) -> list[dict[str, object]]:
    """Everything that the table shows; null for what is not defined."""
    return [_known(asdict(result)) for result in results]


def cards_table(shown: Sequence[Card]) -> Fitting:
    """A row a scorer and labelled set, its measures beside each other; where that is too wide, a
    table a labelled set, with a row a measure.
    """
    sets = dict.fromkeys(card.labelled_set for card in shown)
    by_set = ([card for card in shown if card.labelled_set == name] for name in sets)
    return Fitting(([_wide_cards(shown)], [_narrow_cards(of_set) for of_set in by_set]))


def _narrow_cards(of_set: Sequence[Card]) -> Table:
    from rich.table import Table

    title = of_set[0].labelled_set
    table = Table("scorer", "measure", "value (95%)", "n", "threshold", title=title, box=None)
    before = ""
    for card in of_set:
        first = card.scorer != before
        threshold = "" if card.threshold is None else f"{card.threshold:.2f}"
        ends = (str(card.n), threshold) if first else ("", "")
        table.add_row(card.scorer if first else "", card.measure, _shown(card), *ends)
        before = card.scorer
    return table


def _wide_cards(shown: Sequence[Card]) -> Table:
    from rich.table import Table

    rows: dict[tuple[str, str], list[Card]] = {}
    for card in shown:
        rows.setdefault((card.scorer, card.labelled_set), []).append(card)
    measures = tuple(dict.fromkeys(card.measure for card in shown))
    table = Table("scorer", "labelled set", "n", *measures, "threshold", "date", box=None)
    for (scorer, labelled_set), of_set in rows.items():
        by_measure = {card.measure: card for card in of_set}
        card = of_set[0]
        table.add_row(
            scorer,
            labelled_set,
            str(card.n),
            *(_shown(by_measure.get(measure)) for measure in measures),
            "" if card.threshold is None else f"{card.threshold:.2f}",
            card.date,
        )
    return table


def _shown(figure: Agreement | Card | None) -> str:
    if figure is None or math.isnan(figure.value):
        return ""
    return f"{figure.value:.3f} ({figure.low:.3f}–{figure.high:.3f})"


def _known(value: dict[str, object]) -> dict[str, object]:
    """`value` without NaN, which is no JSON."""

    def plain(one: object) -> object:
        if isinstance(one, dict):
            return {name: plain(under) for name, under in one.items()}
        return None if isinstance(one, float) and math.isnan(one) else one

    return {name: plain(one) for name, one in value.items()}
