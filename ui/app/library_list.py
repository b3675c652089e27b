"""The list of papers as HTML: the bar above it, a page of rows, what was deleted lately.

Titles, names and sources are untrusted: every piece of them passes through `html.escape` here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from rag.stored.listing import PAGE, Wanted
from rag.stored.removed import Removal
from rag.types import Paper

AUTHORS_SHOWN = 2
CATEGORIES_SHOWN = 2
CHOICES = 200  # of a menu; who looks for a rarer one searches

_COLUMNS = (
    ("title", "Title", "title", "title-down"),
    ("names", "Authors", "authors", "authors-down"),
    ("year", "Year", "newest", "oldest"),
)
_ORDERS = (
    ("newest", "Newest first"),
    ("oldest", "Oldest first"),
    ("title", "Title, A to Z"),
    ("title-down", "Title, Z to A"),
    ("authors", "First author"),
    ("authors-down", "First author, backwards"),
    ("added", "Last added or changed"),
)

EMPTY = (
    '<div class="lib-empty"><h3>No papers yet</h3><p>Drop a BibTeX, RIS, JSON, CSV or PDF file '
    "anywhere on this page, or add papers by their arXiv ids and DOIs.</p></div>"
)


def bar() -> str:
    """What stands above the list: search, filters, order."""
    orders = "".join(f'<option value="{name}">{told}</option>' for name, told in _ORDERS)
    return (
        '<div class="lib-bar"><div class="lib-search">'
        '<input type="search" name="words" maxlength="200" autocomplete="off" spellcheck="false"'
        ' placeholder="Search titles, authors, ids" aria-label="Search titles, authors and ids">'
        '<button type="button" class="quiet" data-do="meaning" hidden>By meaning</button></div>'
        '<button type="button" class="quiet" data-do="map" aria-expanded="false">Map</button>'
        '<button type="button" class="strong" data-do="add" aria-expanded="false">'
        "Add papers</button></div>"
        '<div class="lib-filters"><div class="lib-years"></div>'
        '<select name="category" aria-label="Category"><option value="">All categories</option>'
        "</select>"
        '<select name="source" aria-label="Source"><option value="">All sources</option></select>'
        f'<select name="sort" aria-label="Order">{orders}</select></div>'
    )


def choices(everything: str, counts: Mapping[str, int], chosen: str = "") -> str:
    """The options of a menu, the most frequent first; `chosen` stays even if it is gone."""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:CHOICES]
    if chosen and chosen not in dict(ranked):
        ranked.append((chosen, counts.get(chosen, 0)))
    options = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>'
        f"{escape(_short(value))} ({number:,})</option>"
        for value, number in ranked
    )
    return f'<option value="">{everything}</option>{options}'


def _short(text: str, most: int = 48) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def table(papers: Sequence[Paper], wanted: Wanted, total: int, number: int) -> str:
    """One page of the list and the way to the others; `number` counts from 0."""
    rows = "".join(map(_row, papers))
    return f"{_head(wanted)}<tbody>{rows}</tbody></table>{_pages(total, number)}"


def near(found: Iterable[tuple[Paper, float]]) -> str:
    """Papers in the order of their likeness (a cosine, or a fused score, in [0, 1])."""
    rows = "".join(_row(paper, score) for paper, score in found)
    return f"{_head(None)}<tbody>{rows}</tbody></table>"


def _head(wanted: Wanted | None) -> str:
    cells = "".join(_heading(*column, wanted) for column in _COLUMNS)
    return (
        '<table class="lib-table"><caption class="unseen">Papers of the library</caption><thead>'
        '<tr><th class="pick"><input type="checkbox" data-do="pick-all"'
        f' aria-label="Choose all papers on this page"></th>{cells}</tr></thead>'
    )


def _heading(kind: str, name: str, first: str, other: str, wanted: Wanted | None) -> str:
    if wanted is None:
        return f'<th scope="col" class="{kind}">{name}</th>'
    ways = {first: "↓" if kind == "year" else "↑", other: "↑" if kind == "year" else "↓"}
    now = wanted.sort
    then = other if now == first else first
    arrow = f'<span aria-hidden="true"> {ways[now]}</span>' if now in ways else ""
    rising = {"↑": "ascending", "↓": "descending"}
    state = f' aria-sort="{rising[ways[now]]}"' if now in ways else ""
    return (
        f'<th scope="col" class="{kind}"{state}><button type="button" data-do="sort"'
        f' data-with="{then}">{name}{arrow}</button></th>'
    )


def _row(paper: Paper, score: float | None = None) -> str:
    title = escape(paper.title or "Untitled paper")
    paper_id = escape(paper.paper_id)
    likeness = "" if score is None else f'<small class="score">{score:.2f}</small>'
    lacking = "" if paper.abstract or paper.summary else '<small class="lacks">no abstract</small>'
    chips = "".join(
        f'<button type="button" class="tag" data-do="category" data-with="{escape(name)}">'
        f"{escape(_short(name, 24))}</button>"
        for name in paper.categories[:CATEGORIES_SHOWN]
    )
    return (
        f'<tr><td class="pick"><input type="checkbox" data-pick="{paper_id}"'
        f' aria-label="Choose {title}"></td>'
        f'<td class="title">{paper_link(paper)}{likeness}{lacking}{chips}</td>'
        f'<td class="names">{escape(names(paper))}</td>'
        f'<td class="year">{paper.year or ""}</td></tr>'
    )


def paper_link(paper: Paper) -> str:
    """A link that opens the paper's page here, or in another tab of the browser."""
    paper_id = escape(paper.paper_id)
    return (
        f'<a href="{address(paper)}" data-go="paper" data-value="{paper_id}">'
        f"{escape(paper.title or 'Untitled paper')}</a>"
    )


def address(paper: Paper) -> str:
    """The address of a paper's page in this app, as an attribute may hold it."""
    from urllib.parse import urlencode

    return escape(f"/?{urlencode({'paper': paper.paper_id})}")


def names(paper: Paper, most: int = AUTHORS_SHOWN) -> str:
    """The first authors, and how many more there are."""
    told = ", ".join(paper.authors[:most])
    more = len(paper.authors) - most
    if more > 0:
        return f"{told} and {more} more"
    return f"{told} et al." if told and not paper.authors_complete else told


def _pages(total: int, number: int) -> str:
    last = max(total - 1, 0) // PAGE
    first_row = number * PAGE + 1
    told = f"{first_row:,}–{min(first_row + PAGE - 1, total):,} of {total:,}"

    def button(name: str, to: int) -> str:
        off = "" if 0 <= to <= last and to != number else " disabled"
        return (
            f'<button type="button" class="quiet" data-do="page" data-with="{to}"{off}>{name}'
            "</button>"
        )

    if not last:
        return ""
    return (
        '<nav class="lib-pages" aria-label="Pages of the list">'
        f"{button('First', 0)}{button('Previous', number - 1)}<span>{told}</span>"
        f"{button('Next', number + 1)}{button('Last', last)}</nav>"
    )


def counted(number: int) -> str:
    """A number of papers in words."""
    return "1 paper" if number == 1 else f"{number:,} papers"


def deleted(removals: Sequence[Removal]) -> str:
    """What was deleted within the last day, each with the way back."""
    if not removals:
        return ""
    rows = "".join(
        f"<li>{escape(one.title or one.paper_id)} {undo([one.paper_id])}</li>"
        for one in removals[:PAGE]
    )
    return (
        f'<details class="lib-deleted"><summary>Deleted in the last day: {counted(len(removals))}'
        f"</summary><ul>{rows}</ul></details>"
    )


def undo(paper_ids: Sequence[str]) -> str:
    """The button that undoes a deletion."""
    ids = escape(json.dumps(list(paper_ids)))
    return f'<button type="button" class="quiet" data-do="restore" data-with="{ids}">Undo</button>'
