"""The page of one answer, `/answer/ID`: plain HTML with its evidence, no script, made to be shared.

Questions, paper texts and what chat models write are untrusted: every piece of them passes
through `html.escape` here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from html import escape
from itertools import pairwise
from pathlib import Path

from rag.spans import answer_spans, segments
from rag.types import Answer, Citation, Paper, Sentence, Support, TextField
from ui.quoted import quoted

_MARKER = re.compile(r"\[([0-9]{1,4})\]")
_NAMES = 6  # authors named; the others are counted
_STYLE = Path(__file__).parent / "answer_page.css"
_FIELDS: dict[TextField, str] = {
    "abstract": "Abstract",
    "summary": "Summary by a third party, not the authors' words",
}
_CHECKED = " A sentence without a remark is borne out by what it cites."
_SUPPORT: dict[Support, str] = {
    "unchecked": "not checked",
    "unsupported": "not supported by what it cites",
    "contradicted": "contradicted by what it cites",
}


def answer_page(answer: Answer) -> str:
    """The whole document of one answer."""
    said = _abstention(answer) if answer.abstained else f"<p>{answer_text(answer)}</p>"
    notes = "".join(f'<p class="note">{escape(note)}</p>' for note in answer.notes)
    understood = answer.asked if answer.asked not in ("", answer.question) else ""
    asked = f'<p class="note">Understood as: {escape(understood)}</p>' if understood else ""
    return _document(
        answer.question,
        f"<h1>{escape(answer.question)}</h1>{asked}"
        f'<section class="answer">{said}{notes}</section>'
        f"{_evidence(answer)}{_uncited(answer)}"
        f"<footer><p>Written by {escape(answer.backend)}.{_CHECKED if answer.sentences else ''}</p>"
        '<p><a href="/">Ask your own question</a></p></footer>',
    )


def missing_page(told: str) -> str:
    """The document where there is no such answer, and why."""
    return _document(
        "No such answer",
        f"<h1>No such answer</h1><p>{escape(told)}</p>"
        '<footer><p><a href="/">Ask a question</a></p></footer>',
    )


def answer_text(answer: Answer, *, linked: bool = True) -> str:
    """The answer as HTML: what failed its check says so, and `linked` markers lead to the papers
    below. Text that belongs to no sentence is shown as it is.
    """
    starts = [start for start, _ in answer_spans(answer)]
    if not starts:
        return _lines(escape(answer.answer))
    pieces = [escape(answer.answer[: starts[0]])]
    bounds = pairwise([*starts, len(answer.answer)])
    for sentence, (start, end) in zip(answer.sentences, bounds, strict=True):
        pieces.append(_sentence(sentence, answer.answer[start:end], answer.citations, linked))
    return _lines("".join(pieces))


def _lines(html: str) -> str:
    return html.strip().replace("\n", "<br>")


def _sentence(sentence: Sentence, printed: str, cited: Sequence[Citation], links: bool) -> str:
    body = printed.rstrip()
    known = {cited[place].marker for place in sentence.citations}

    def linked(match: re.Match[str]) -> str:
        number = int(match[1])
        link = f'<a class="marker" href="#paper-{number}">[{number}]</a>'
        return link if links and number in known else match[0]

    text = _MARKER.sub(linked, escape(body))
    failed = _SUPPORT.get(sentence.support, "")
    why = f' title="{escape(sentence.reason)}"' if sentence.reason else ""
    note = f' <small class="support"{why}>({failed})</small>' if failed else ""
    return f'<span class="{sentence.support}">{text}{note}</span>{escape(printed[len(body) :])}'


def _abstention(answer: Answer) -> str:
    near = "".join(
        f"<li><q>{escape(quoted(one))}</q> <cite>{escape(one.title)}</cite></li>"
        for one in answer.nearest
    )
    listed = f"<p>What comes near:</p><ul>{near}</ul>" if near else ""
    reason = answer.reason[:1].upper() + answer.reason[1:]
    return f"<p><b>{escape(answer.answer)}</b></p><p>{escape(reason)}</p>{listed}"


def _evidence(answer: Answer) -> str:
    by_paper: dict[str, list[Citation]] = {}
    for citation in answer.citations:
        by_paper.setdefault(citation.paper_id, []).append(citation)
    known = {paper.paper_id: paper for paper in answer.papers}
    cards = "".join(
        _paper(known.get(paper_id), citations) for paper_id, citations in by_paper.items()
    )
    return f'<section class="evidence"><h2>Evidence</h2>{cards}</section>' if cards else ""


def _paper(paper: Paper | None, citations: Sequence[Citation]) -> str:
    """A cited paper: what it is, the fields of the catalogue cited, its prose with the quotes."""
    first = citations[0]
    paper = paper or Paper(first.paper_id, first.title, arxiv_id=first.arxiv_id)
    rows = "".join(
        f"<dt>{escape(one.field)}</dt><dd><mark>{escape(quoted(one))}</mark></dd>"
        for one in citations
        if one.start is None
    )
    prose = "".join(_prose(paper, field, name, citations) for field, name in _FIELDS.items())
    return (
        f'<article id="paper-{first.marker}"><h3><span class="marker">[{first.marker}]</span>'
        f' {_title(paper)}</h3><p class="byline">{byline(paper)}</p>'
        f"{f'<dl>{rows}</dl>' if rows else ''}{prose}</article>"
    )


def _prose(paper: Paper, field: TextField, name: str, citations: Sequence[Citation]) -> str:
    """One field of a paper with its quotes marked; nothing where none of it is cited."""
    spans = [(c.start or 0, c.end or 0, 0) for c in citations if c.field == field and c.end]
    if not spans:
        return ""
    text = "".join(
        f"<mark>{escape(piece)}</mark>" if quoted else escape(piece)
        for piece, quoted in segments(paper.text(field), spans)
    )
    return f"<h4>{name}</h4><blockquote>{text}</blockquote>"


def _uncited(answer: Answer) -> str:
    cited = {citation.paper_id for citation in answer.citations}
    known = {paper.paper_id: paper for paper in answer.papers}
    others = [known[h.paper_id] for h in answer.hits if h.paper_id in known.keys() - cited]
    if not others:
        return ""
    items = "".join(
        f'<li>{_title(paper)} <span class="byline">{byline(paper)}</span></li>' for paper in others
    )
    told = f"Found, but not cited ({len(others)})"
    return f"<details><summary>{told}</summary><ul>{items}</ul></details>"


def _title(paper: Paper) -> str:
    title = escape(paper.title or "Untitled paper")
    if not paper.url:
        return title
    return f'<a href="{escape(paper.url)}" rel="noopener noreferrer">{title}</a>'


def byline(paper: Paper) -> str:
    """Authors, year, venue and identifier of a paper, as HTML."""
    names = ", ".join(paper.authors[:_NAMES])
    more = len(paper.authors) - _NAMES
    if more > 0:
        names += f" and {more} more"
    elif paper.authors and not paper.authors_complete:
        names += " et al."
    identifier = f"arXiv:{paper.arxiv_id}" if paper.arxiv_id else paper.doi
    parts = (names, str(paper.year or ""), paper.venue_in_short, identifier)
    return " · ".join(escape(part) for part in parts if part)


def _document(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex"><meta name="color-scheme" content="light dark">'
        f"<title>{escape(title)} · askpapers</title><style>{_style()}</style></head>"
        f'<body><header><a href="/">askpapers</a></header><main>{body}</main></body></html>'
    )


@cache
def _style() -> str:
    return _STYLE.read_text(encoding="utf-8")
