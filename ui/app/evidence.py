"""The evidence of an answer as HTML: each cited paper once, with the quotes marked in its text.

Paper texts are untrusted: every piece of them passes through `html.escape` here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from html import escape

from rag.evidence.withdrawn import withdrawn
from rag.spans import segments
from rag.types import Answer, Citation, Paper, TextField
from ui.app.actions import go
from ui.app.turns import Turn
from ui.app.why_found import why_found
from ui.quoted import quoted

AUTHORS_SHOWN = 6
OTHERS_SHOW = 700  # characters of a paper that is not cited
FOLD_OVER = 1800  # characters without a quote that are folded away beyond this
FOLD_KEEP = 300  # of them, shown beside a quote so that it keeps its surroundings

FIELD_NOTES: dict[TextField, tuple[str, str]] = {
    "abstract": ("Abstract", ""),
    "summary": ("Summary", "a third party's summary, not the authors' words"),
}


def evidence(turn: Turn) -> str:
    """The evidence of a turn.

    That of all turns is on the page, though of one it is shown (scripts/pieces.js, quotes.js), so
    that a marker of an older answer finds its quote at once.
    """
    open_tag = (
        f'<section class="evidence" data-turn="{turn.number}">'
        f'<p class="about">{escape(turn.question)}</p>'
    )
    if turn.answer is None:
        return f'{open_tag}<p class="empty">{_why_no_evidence(turn)}</p></section>'
    answer = turn.answer
    papers = {paper.paper_id: paper for paper in answer.papers}
    by_paper: dict[str, list[int]] = {}
    for position, citation in enumerate(answer.citations):
        by_paper.setdefault(citation.paper_id, []).append(position)
    why = why_found(answer)
    cards = [
        paper_html(
            papers[paper_id], answer.citations, positions, turn.number, why.get(paper_id, "")
        )
        for paper_id, positions in by_paper.items()
    ]
    # what came near small talk came near by chance
    others = "" if answer.missing == "not_about_papers" else _other_papers(answer, by_paper, why)
    heading = "Found, but not cited" if cards else "Nearest papers, none of them cited"
    tail = f'<div class="others"><h3>{heading}</h3>{others}</div>' if others else ""
    empty = "" if cards or others else '<p class="empty">No paper came near this question.</p>'
    return f"{open_tag}{''.join(cards)}{tail}{empty}</section>"


def _why_no_evidence(turn: Turn) -> str:
    if turn.running:
        return "The quotes appear here when the answer is done."
    return "There is no evidence: the answer was not finished."


def paper_html(
    paper: Paper,
    citations: Sequence[Citation],
    positions: Sequence[int],
    turn: int,
    why: str = "",
) -> str:
    """A cited paper: what it is, the catalogue fields cited, its prose with the quotes marked,
    `why` it was found, and what can be done with it.
    """
    marker = citations[positions[0]].marker
    fields = [i for i in positions if citations[i].start is None]
    rows = "".join(
        f"<dt>{escape(citations[i].field)}</dt><dd>{_mark(quoted(citations[i]), [i], turn)}</dd>"
        for i in fields
    )
    prose = "".join(
        _prose(paper, field, [i for i in positions if _points_into(citations[i], field)],
               citations, turn)
        for field in FIELD_NOTES
    )  # fmt: skip
    return (
        f'<article class="paper" data-paper="{marker}"><header>'
        f'<button type="button" class="number" data-back="{marker}" data-turn="{turn}"'
        f' aria-label="Back to where {marker} is cited">{marker}</button>'
        f'<div><h3>{_title(paper)}</h3><p class="byline">{_byline(paper)}</p></div></header>'
        f"{_warning(paper)}{f'<dl>{rows}</dl>' if rows else ''}{prose}"
        f"{_why(why)}{_actions(paper)}</article>"
    )


def _why(why: str) -> str:
    return f'<p class="why-found">{escape(why)}</p>' if why else ""


def _warning(paper: Paper) -> str:
    said = withdrawn(paper)
    return (
        f'<p class="withdrawn">Withdrawn, as it says itself: “{escape(said)}”</p>' if said else ""
    )


def _actions(paper: Paper) -> str:
    """What can be done with a paper; each says with which one, for whoever does not see it."""
    name, title = paper.paper_id, paper.title or "Untitled paper"
    verbs = (
        ("ask-only", "Ask only this"),
        ("exclude", "Exclude"),
        ("similar", "More like this"),
        ("paper", "In the library"),
    )
    buttons = "".join(go(verb, name, told, "action", f"{told}: {title}") for verb, told in verbs)
    return f'<div class="actions">{buttons}</div>'


def _points_into(citation: Citation, field: TextField) -> bool:
    return citation.field == field and citation.start is not None


def _title(paper: Paper) -> str:
    title = escape(paper.title or "Untitled paper")
    if not paper.url:
        return title
    return f'<a href="{escape(paper.url)}" target="_blank" rel="noopener noreferrer">{title}</a>'


def _byline(paper: Paper) -> str:
    names = ", ".join(paper.authors[:AUTHORS_SHOWN])
    unnamed = len(paper.authors) - AUTHORS_SHOWN
    if unnamed > 0:
        names += f" and {unnamed} more"
    elif paper.authors and not paper.authors_complete:
        names += " et al."
    identifier = f"arXiv:{paper.arxiv_id}" if paper.arxiv_id else paper.doi
    parts = (names, str(paper.year or ""), paper.venue_in_short, identifier)
    return " · ".join(escape(part) for part in parts if part)


def _prose(
    paper: Paper,
    field: TextField,
    positions: Sequence[int],
    citations: Sequence[Citation],
    turn: int,
) -> str:
    text = paper.text(field)
    if not text:
        return ""
    name, note = FIELD_NOTES[field]
    label = f'{name}<em class="third-party">{escape(note)}</em>' if note else name
    spans = [(citations[i].start or 0, citations[i].end or 0, i) for i in positions]
    body = f'<div class="passage">{highlighted(text, spans, turn)}</div>'
    if not positions:
        return f'<details class="field"><summary>{label}</summary>{body}</details>'
    return f'<div class="field"><h4>{label}</h4>{body}</div>'


def highlighted(text: str, spans: Sequence[tuple[int, int, int]], turn: int) -> str:
    """`text` with each span (start, end, citation position) marked; long gaps are folded away."""
    pieces = []
    parts = list(segments(text, spans))
    for place, (piece, cited) in enumerate(parts):
        if cited:
            pieces.append(_mark(piece, cited, turn))
        elif not spans:
            pieces.append(escape(piece))
        else:
            pieces.append(_folded(piece, first=place == 0, last=place == len(parts) - 1))
    return "".join(pieces)


def _mark(text: str, cited: Sequence[int], turn: int) -> str:
    keys = " ".join(quote_key(turn, i) for i in cited)
    return f'<mark data-quotes="{keys}" tabindex="-1">{escape(text)}</mark>'


def _folded(text: str, *, first: bool, last: bool) -> str:
    """Text between quotes; if long, its middle (its far end at the borders) is folded away."""
    if len(text) <= FOLD_OVER:
        return escape(text)
    left = 0 if first else _word_break(text, FOLD_KEEP)
    right = len(text) if last else _word_break(text, len(text) - FOLD_KEEP)
    return (
        f'{escape(text[:left])}<details class="folded"><summary>… {right - left:,} characters'
        f" not cited</summary>{escape(text[left:right])}</details>{escape(text[right:])}"
    )


def _word_break(text: str, at: int) -> int:
    """The first position from `at` on that begins a word."""
    space = text.find(" ", at)
    return at if space < 0 else space + 1


def _other_papers(answer: Answer, cited: Collection[str], why: Mapping[str, str]) -> str:
    """The papers found but not cited, best first; each can be opened to read in it."""
    papers = {paper.paper_id: paper for paper in answer.papers}
    found = [papers[hit.paper_id] for hit in answer.hits if hit.paper_id in papers]
    return "".join(
        f'<details class="other"><summary>{escape(paper.title or "Untitled paper")}'
        f' <span class="byline">{paper.year or ""}</span></summary>{_warning(paper)}'
        f'<p class="byline">{_byline(paper)}{_link(paper)}</p>{_text_of(paper)}'
        f"{_why(why.get(paper.paper_id, ''))}{_actions(paper)}</details>"
        for paper in found
        if paper.paper_id not in cited
    )


def _text_of(paper: Paper) -> str:
    """The beginning of what is held of its text."""
    text = paper.abstract or paper.summary
    if not text:
        return ""
    cut = text if len(text) <= OTHERS_SHOW else f"{text[: _word_break(text, OTHERS_SHOW)]}…"
    return f'<div class="passage">{escape(cut)}</div>'


def _link(paper: Paper) -> str:
    """Where the paper can be read."""
    if not paper.url:
        return ""
    return f' · <a href="{escape(paper.url)}" target="_blank" rel="noopener noreferrer">read it</a>'


def quote_key(turn: int, citation: int) -> str:
    """Name by which a marker finds its quote on the page."""
    return f"t{turn}c{citation}"
