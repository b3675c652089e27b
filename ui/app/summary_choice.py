"""The papers that a summary is to be of, as HTML: those chosen, and those found to add.

Titles and names are untrusted; every piece of them passes through `html.escape`.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from rag.summary.markdown import byline_year
from rag.types import Paper


def chosen_html(papers: Sequence[Paper]) -> str:
    """Those chosen, each with a button that takes it out."""
    if not papers:
        return '<p class="state">No paper is chosen yet.</p>'
    count = "1 paper" if len(papers) == 1 else f"{len(papers)} papers"
    clear = (
        '<button type="button" class="link" data-go="summary-drop" data-value="">'
        "Take all out</button>"
    )
    items = "".join(_item(paper, "summary-drop", "✕", "Take out") for paper in papers)
    return f'<p class="state">{count} {clear}</p><ul class="picks">{items}</ul>'


def found_html(papers: Sequence[Paper]) -> str:
    """Those found, each with a button that adds it."""
    if not papers:
        return '<p class="state">Nothing more is found by these words.</p>'
    items = "".join(_item(paper, "summary-add", "+", "Add") for paper in papers)
    return f'<ul class="picks found">{items}</ul>'


def notice_html(title: str, text: str) -> str:
    """What went wrong; `title` is our own."""
    return (
        f'<div class="notice error" role="alert"><h3>{escape(title)}</h3>'
        f"<p>{escape(text[:1].upper() + text[1:])}</p></div>"
    )


def _item(paper: Paper, verb: str, sign: str, says: str) -> str:
    title = escape(paper.title or "Untitled paper")
    return (
        f'<li><span>{title} <span class="level">{escape(byline_year(paper))}</span></span>'
        f'<button type="button" data-go="{verb}" data-value="{escape(paper.paper_id)}"'
        f' aria-label="{says}: {title}">{sign}</button></li>'
    )
