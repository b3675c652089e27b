"""A comparison table as HTML: a quote in each cell that opens in its place, or an honest blank.

What papers say is untrusted; every piece of it passes through `html.escape`.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from rag.summary.compare_table import BLANK, NOT_SAID, Cell, Row
from rag.summary.markdown import byline_year
from rag.types import Paper
from ui.app.summary_html import in_place, paper_button


def table_html(columns: Sequence[str], rows: Sequence[Row], total: int) -> str:
    """The rows that are there, of `total`."""
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in columns)
    body = "".join(_row(row) for row in rows)
    done = len(rows) == total
    told = _account(rows) if done else f"{len(rows)} of {total} papers …"
    blank = done and any(cell.citation is None for row in rows for cell in row.cells)
    note = f" {BLANK}: {NOT_SAID}." if blank else ""
    return (
        f'<div class="summary"><p class="state" role="status">{told}{note}</p>'
        '<div class="scroll" tabindex="0" role="region" aria-label="Comparison table">'
        f'<table class="compare"><thead><tr><th scope="col">Paper</th>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table></div></div>"
    )


def _account(rows: Sequence[Row]) -> str:
    count = "1 paper" if len(rows) == 1 else f"{len(rows)} papers"
    return f"{count}. Each cell is a quote; open it to see it in its place."


def _row(row: Row) -> str:
    paper = row.paper
    by = escape(byline_year(paper))
    cells = "".join(_cell(cell, paper) for cell in row.cells)
    return (
        f'<tr><th scope="row"><b>[{row.number}]</b> {escape(paper.title)}'
        f'<span class="level">{by}</span>{paper_button(paper)}</th>{cells}</tr>'
    )


def _cell(cell: Cell, paper: Paper) -> str:
    if cell.citation is None:
        return f'<td class="blank"><span aria-label="{NOT_SAID}">{BLANK}</span></td>'
    if cell.citation.start is None:
        return f"<td>{escape(cell.text)}</td>"
    return (
        f'<td><details class="cell"><summary><span class="short">{escape(cell.text)}</span>'
        f'<span class="fold">Fold</span></summary>'
        f'<blockquote class="passage">{in_place(cell.citation, paper)}</blockquote>'
        f'<p class="level">{escape(cell.citation.field)}, {cell.citation.start}–'
        f"{cell.citation.end}</p></details></td>"
    )
