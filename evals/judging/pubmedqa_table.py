"""How PubMedQA went, as a table, as JSON, and question by question as JSON lines."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from evals.judging.pubmedqa import DECISIONS, HUMAN, MAJORITY, PubmedReport
from rag.errors import SourceError

if TYPE_CHECKING:
    from rich.table import Table

    from evals.stats import Rate


def pubmedqa_table(report: PubmedReport) -> Table:
    """Accuracy and macro F1 beside the majority and people, and how the library served."""
    from rich.table import Table

    f1 = report.macro_f1
    table = Table("PubMedQA", "value", "95% interval", box=None)
    table.add_row(f"accuracy of {report.judge}", *_cells(report.accuracy))
    table.add_row("  without the bias", *_cells(report.plain))
    table.add_row("  own abstract found first", *_cells(report.accuracy_found))
    table.add_row("  on the dev half", *_cells(report.fitted))
    table.add_row("macro F1", f"{f1.value:.1%}", f"{f1.low:.1%}–{f1.high:.1%}")
    table.add_row("majority of these questions", *_cells(report.majority))
    table.add_row("majority, all 1,000", f"{MAJORITY:.1%}", "")
    table.add_row("people (published)", f"{HUMAN:.1%}", "")
    table.add_row(f"own abstract first of {report.papers:,}", *_cells(report.found))
    for decision in DECISIONS:
        there = [one for one in report.asked if one.gold == decision]
        said = [f"{one} {sum(a.decision == one for a in there)}" for one in DECISIONS]
        table.add_row(f"said of {decision}", ", ".join(said), "")
    return table


def pubmedqa_json(report: PubmedReport) -> dict[str, object]:
    """Every figure, and the questions by pmid with their decisions."""
    figures = asdict(report)
    figures["published"] = {"majority": MAJORITY, "people": HUMAN}
    figures["asked"] = [
        {"pmid": one.pmid, "gold": one.gold, "decision": one.decision, "rank": one.rank}
        for one in report.asked
    ]
    return figures


def write_asked(report: PubmedReport, path: Path) -> None:
    """A line a question, with its evidence. Raises SourceError."""
    lines = (json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in report.asked)
    try:
        path.write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        raise SourceError(str(path), f"cannot be written: {error.strerror or error}") from error


def _cells(share: Rate) -> tuple[str, str]:
    return f"{share.count}/{share.n} ({share.value:.1%})", f"{share.low:.1%}–{share.high:.1%}"
