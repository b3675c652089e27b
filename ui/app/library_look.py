"""The library to look at: papers per year as bars, and a map of it, both as SVG.

Everything in them that comes from papers passes through `html.escape` here.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from rag.stored.listing import Wanted
from rag.summary.overview import Overview, Region, Spot

_BAR, _HEIGHT = 10, 44  # of a year, in the picture's units
_MOST_YEARS = 60  # bars; older years are one
_WIDE, _HIGH, _EDGE = 1400, 560, 30
_LABEL_CHARS = 34
_NAME_WIDE, _NAME_HIGH = 280, 28  # what a name takes
_TITLED = 30  # papers on a map that has room for their titles


def years(counts: Mapping[int, int], wanted: Wanted) -> str:
    """A bar a year, each a button that keeps the list to it; empty where no paper has a date."""
    if not counts:
        return ""
    last = max(counts)
    first = max(min(counts), last - _MOST_YEARS + 1)
    tallest = max(counts.values())
    low, high = wanted.years
    bars = []
    for place, year in enumerate(range(first, last + 1)):
        number = counts.get(year, 0)
        inside = (low is None or year >= low) and (high is None or year <= high)
        tall = max(number / tallest * _HEIGHT, 1.5) if number else 0
        told = f"{year}: {number:,} {'paper' if number == 1 else 'papers'}"
        bars.append(
            f'<button type="button" class="bar{"" if inside else " out"}" data-do="year"'
            f' data-with="{year}" aria-label="{told}" title="{told}"'
            f' aria-pressed="{str(inside and wanted.years != (None, None)).lower()}"'
            f' style="--place:{place};--tall:{tall:.1f}px"><i></i></button>'
        )
    kept = wanted.years != (None, None)
    clear = (
        f'<button type="button" class="quiet" data-do="year" data-with="">{_range(low, high)} ✕'
        "</button>"
        if kept
        else "".join(f"<span>{year}</span>" for year in dict.fromkeys((first, last)))
    )
    return (
        f'<div style="--years:{last - first + 1}"><div class="bars" role="group"'
        f' aria-label="Papers per year">{"".join(bars)}</div><div class="ends">{clear}</div></div>'
    )


def _range(low: int | None, high: int | None) -> str:
    if low == high:
        return str(low)
    return f"{low or ''}–{high or ''}"


def map_html(seen: Overview) -> str:
    """The map: a dot a paper, later ones stronger, regions named; each dot opens its paper."""
    if not seen.spots:
        return (
            '<p class="lib-note">There is no map yet: it needs a few papers that have vectors.</p>'
        )
    dated = sorted({spot.paper.year for spot in seen.spots if spot.paper.year})
    dots = "".join(_dot(spot, dated) for spot in seen.spots)
    labels = "".join(map(_label, _spread(seen.regions)))
    if len(seen.spots) <= _TITLED:
        labels += "".join(map(_titled, seen.spots))
    sample = (
        f"{len(seen.spots):,} papers, evenly taken from {seen.of:,}"
        if seen.of > len(seen.spots)
        else f"All {seen.of:,} papers that have vectors"
    )
    return (
        f'<figure class="lib-map"><svg viewBox="0 0 {_WIDE} {_HIGH}" role="img"'
        ' aria-label="Papers on a plane: those of like content lie close">'
        f"{dots}{labels}</svg><figcaption>{sample}; those of like content lie close, later ones"
        " are darker. A dot opens its paper.</figcaption></figure>"
    )


def _at(x: float, y: float) -> tuple[float, float]:
    across = _EDGE + (x + 1) / 2 * (_WIDE - 2 * _EDGE)
    down = _EDGE + (1 - y) / 2 * (_HIGH - 2 * _EDGE)
    return across, down


def _dot(spot: Spot, dated: list[int]) -> str:
    across, down = _at(spot.x, spot.y)
    paper = spot.paper
    recent = 0.35
    if paper.year and len(dated) > 1:
        recent = 0.3 + 0.6 * dated.index(paper.year) / (len(dated) - 1)
    told = f"{paper.title or 'Untitled paper'}{f' ({paper.year})' if paper.year else ''}"
    return (
        f'<circle cx="{across:.0f}" cy="{down:.0f}" r="4.5" fill-opacity="{recent:.2f}"'
        f' data-go="paper" data-value="{escape(paper.paper_id)}"><title>{escape(told)}</title>'
        "</circle>"
    )


def _titled(spot: Spot) -> str:
    across, down = _at(spot.x, spot.y)
    title = spot.paper.title
    short = title if len(title) <= _LABEL_CHARS else f"{title[:_LABEL_CHARS].rsplit(' ', 1)[0]}…"
    side = "end" if across > _WIDE / 2 else "start"
    beside = across + (-9 if side == "end" else 9)
    return (
        f'<text class="small" x="{beside:.0f}" y="{down + 4:.0f}" text-anchor="{side}">'
        f"{escape(short)}</text>"
    )


def _spread(regions: tuple[Region, ...]) -> list[tuple[Region, float, float]]:
    """Where each name stands: none on another."""
    placed: list[tuple[Region, float, float]] = []
    for region in sorted(regions, key=lambda one: -one.y):
        across, down = _at(region.x, region.y)
        across = min(max(across, _NAME_WIDE / 2), _WIDE - _NAME_WIDE / 2)
        for _, x, y in placed:  # from the top down, so that one moved clears those below
            if abs(across - x) < _NAME_WIDE and down - y < _NAME_HIGH:
                down = y + _NAME_HIGH
        placed.append((region, across, down))
    return placed


def _label(placed: tuple[Region, float, float]) -> str:
    region, across, down = placed
    name = region.name if len(region.name) <= _LABEL_CHARS else f"{region.name[:_LABEL_CHARS]}…"
    return f'<text x="{across:.0f}" y="{down:.0f}" text-anchor="middle">{escape(name)}</text>'
