"""How often a chat model makes something up where papers answer and where none does.

The odds that `rag.writing.doubt` goes by are counted so, from two runs of the same cases: one by
`extractive`, which only weighs the evidence, and one by the chat model, of which the confidence is
lower wherever it made something up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evals.score import Run
from evals.stats import Rate, rate
from rag.settings import DEFAULTS
from rag.writing.doubt import MADE_UP

if TYPE_CHECKING:
    from rich.table import Table

BANDS = ((0.0, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 1.0), (0.0, 1.0))
"""Of the confidence before anything was written; the last is all of it."""


@dataclass(frozen=True, slots=True)
class Invented:
    """Of the questions of one band of confidence, the share at which something was made up."""

    low: float
    high: float
    answerable: Rate
    unanswerable: Rate

    @property
    def odds(self) -> float | None:
        """By how much the odds of being answerable change where it was; None if none is known."""
        if not self.unanswerable.count or not self.answerable.n:
            return None
        return self.answerable.value / self.unanswerable.value


def invented(extractive: Run, written: Run) -> tuple[Invented, ...]:
    """For each of BANDS, how often the chat model of `written` made something up.

    Counted are the questions that it was asked: those of which `extractive` was confident enough.
    Left out are follow-ups that a chat model restated otherwise, and what the catalogue answers.
    """
    seen = list(_asked(extractive, written))
    return tuple(
        Invented(
            low,
            high,
            rate([made for sure, made, answerable in seen if low < sure <= high and answerable]),
            rate(
                [made for sure, made, answerable in seen if low < sure <= high and not answerable]
            ),
        )
        for low, high in BANDS
    )


def _asked(extractive: Run, written: Run) -> Iterator[tuple[float, bool, bool]]:
    """The confidence, whether something was made up, whether papers answer."""
    cases = {case.id: case for case in written.cases}
    after = {reply.case_id: reply.answer for reply in written.replies}
    for reply in extractive.replies:
        case, last = cases.get(reply.case_id), after.get(reply.case_id)
        if case is None or last is None or reply.answer is None:
            continue
        sure = reply.answer.confidence
        restated = reply.answer.asked != last.asked
        if restated or case.kind == "catalogue" or sure < DEFAULTS.least_confidence:
            continue
        yield sure, last.confidence < sure, case.answerable


def doubt_table(found: tuple[Invented, ...]) -> Table:
    """The bands for a terminal."""
    from rich.table import Table

    table = Table(
        title="Where the chat model made something up",
        caption=f"in use: the odds that the papers answer change by {MADE_UP:.3f}",
    )
    headings = ("confidence", "answerable questions", "others", "odds change by")
    for heading in headings:
        table.add_column(heading, justify="left" if heading == "confidence" else "right")
    for one in found:
        told = (f"{r.count} of {r.n}" for r in (one.answerable, one.unanswerable))
        band = f"up to {one.high:g}" if not one.low else f"{one.low:g} to {one.high:g}"
        table.add_row(band, *told, "" if one.odds is None else f"{one.odds:.3f}")
    return table
