"""A paper's page as HTML: what it is, what it says, where that comes from and why it is one work.

Everything that papers and sources say passes through `html.escape` here.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape

from ingest.evidence import Link
from rag.stored.listing import PAGE
from rag.summary.bibtex import bibtex
from rag.types import Paper, Record
from ui.app.library_list import names, paper_link

_AUTHORS_SHOWN = 30
_SAYS = "title abstract summary authors published venue arxiv_id doi categories".split()


def paper_page(paper: Paper, merged: Sequence[Link]) -> str:
    """The whole page; papers like it come later, as finding them takes a moment."""
    return (
        '<p class="lib-back"><button type="button" class="quiet" data-do="back">← Library</button>'
        f'</p><header><h2 tabindex="-1">{escape(paper.title or "Untitled paper")}</h2>'
        f'<p class="byline">{_authors(paper)}</p><p class="byline">{_where(paper)}</p></header>'
        f"{_actions(paper)}{_prose(paper)}{_facts(paper)}{_merged(paper, merged)}"
        f'<details class="lib-cite"><summary>BibTeX</summary><pre tabindex="0">'
        f"{escape(bibtex([paper]))}</pre></details>"
        '<section class="lib-like" aria-label="Papers like this one"></section>'
    )


def _authors(paper: Paper) -> str:
    if not paper.authors:
        return "Authors unknown"
    shown = escape(", ".join(paper.authors[:_AUTHORS_SHOWN]))
    more = paper.authors[_AUTHORS_SHOWN:]
    if more:
        return (
            f'{shown}<details class="folded"><summary> and {len(more)} more</summary>, '
            f"{escape(', '.join(more))}</details>"
        )
    return shown if paper.authors_complete else f"{shown} and others"


def _where(paper: Paper) -> str:
    links = [escape(told) for told in (paper.published, paper.venue_in_short) if told]
    if paper.arxiv_id:
        links.append(_link(f"https://arxiv.org/abs/{paper.arxiv_id}", f"arXiv:{paper.arxiv_id}"))
    if paper.doi:
        links.append(_link(f"https://doi.org/{paper.doi}", f"doi:{paper.doi}"))
    links += [
        f'<button type="button" class="tag" data-do="category" data-with="{escape(name)}">'
        f"{escape(name)}</button>"
        for name in paper.categories
    ]
    return " · ".join(links)


def _link(address: str, told: str) -> str:
    return (
        f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer">{escape(told)}</a>'
    )


def _actions(paper: Paper) -> str:
    paper_id = escape(paper.paper_id)
    one = escape(json.dumps([paper.paper_id]))
    return (
        '<div class="lib-actions">'
        f'<button type="button" class="strong" data-go="ask-only" data-value="{paper_id}">'
        "Ask this paper</button>"
        f'<button type="button" class="quiet" data-go="similar" data-value="{paper_id}">'
        "More like this</button>"
        f'<button type="button" class="quiet" data-go="summarise" data-value="{one}">'
        "Summarise</button>"
        f'<button type="button" class="quiet bad" data-do="remove" data-with="{one}">Delete'
        "</button></div>"
    )


def _prose(paper: Paper) -> str:
    parts = []
    if paper.abstract:
        parts.append(f'<h3>Abstract</h3><p class="passage">{escape(paper.abstract)}</p>')
    if paper.summary:
        parts.append(
            '<h3>Summary <em class="third-party">by a third party, not the authors</em></h3>'
            f'<p class="passage">{escape(paper.summary)}</p>'
        )
    if not parts:
        parts.append(
            '<p class="lib-note">Nothing but the title is known of it; its arXiv id or DOI, added'
            " under “Add papers”, may bring the abstract.</p>"
        )
    return "".join(parts)


def _facts(paper: Paper) -> str:
    rows = [("Id", paper.paper_id)]
    rows += [("Also found as", alias) for alias in paper.aliases[:PAGE]]
    if paper.docnos:
        rows.append(("Named there", ", ".join(paper.docnos[:PAGE])))
    told = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in rows)
    return f"<dl>{told}</dl>"


def _merged(paper: Paper, merged: Sequence[Link]) -> str:
    several = len(merged) > 1
    rows = "".join(_record(link, several=several) for link in merged)
    told = f"Merged from {len(merged)} records" if several else "Where it comes from"
    apart = (
        '<p><button type="button" class="quiet" data-do="split"'
        f' data-with="{escape(paper.paper_id)}" disabled>Take the chosen out as another work'
        "</button></p>"
        if several
        else ""
    )
    return (
        f'<section class="lib-merged"><h3>{told}</h3><ul>{rows}</ul>{apart}'
        '<details class="lib-join"><summary>The same work as another paper?</summary>'
        '<form data-do="join"><label>Its id, arXiv id or DOI <input name="other" maxlength="200">'
        f'</label><input type="hidden" name="one" value="{escape(paper.paper_id)}">'
        '<button class="quiet">Make them one</button></form><p class="lib-note">This takes back'
        " that they were split; they become one if their records say so.</p></details></section>"
    )


def _record(link: Link, *, several: bool) -> str:
    record = link.record
    key = escape(record.key)
    because = (
        f'<small class="because">{escape(link.because)} ({escape(link.other)})</small>'
        if link.because
        else ""
    )
    inner = f"<b>{key}</b> <small>{escape(_says(record))}</small>{because}"
    if several:
        inner = f'<label><input type="checkbox" data-record="{key}"> <span>{inner}</span></label>'
    return f"<li>{inner}{_differs(record)}</li>"


def _says(record: Record) -> str:
    said = [name.replace("_", " ") for name in _SAYS if getattr(record, name)]
    return f"says {', '.join(said)}" if said else "says nothing else"


def _differs(record: Record) -> str:
    told = [record.title, ", ".join(record.authors), record.published, record.venue]
    byline = escape(" · ".join(filter(None, told)))
    prose = escape(record.abstract or record.summary)
    return (
        f"<details><summary>what it says</summary><p>{byline}</p>"
        f'<p class="passage">{prose}</p></details>'
    )


def like(found: Sequence[tuple[Paper, float]]) -> str:
    """The papers most like this one."""
    if not found:
        return ""
    rows = "".join(
        f"<li>{paper_link(paper)} <small>{escape(names(paper))} {paper.year or ''}</small></li>"
        for paper, _ in found
    )
    return f"<h3>Papers like this one</h3><ul>{rows}</ul>"
