"""Spans of years as people write them: "since 2022", "between 2019 and 2021", "before 2020"."""

from __future__ import annotations

import re

Years = tuple[int | None, int | None]
"""The first and the last year of a span, both within it; None for an open end."""

_YEAR = r"(?:19|20)\d\d"
SPAN = re.compile(
    rf"\b(?:(?:between |from |in |of )?(?P<low>{_YEAR})\s*(?:-|–|to|and|until|till|through)\s*"
    rf"(?P<high>{_YEAR})"
    rf"|(?:since|from|starting in|as of)\s+(?P<start>{_YEAR})"
    rf"(?:\s+(?:on(?!\s+\w)|onwards?|or later))\b"
    rf"|since\s+(?P<since>{_YEAR})"
    rf"|(?:after|later than|newer than)\s+(?P<after>{_YEAR})"
    rf"|(?:before|earlier than|older than|prior to)\s+(?P<before>{_YEAR})"
    rf"|(?:until|till|up to)\s+(?P<until>{_YEAR})"
    rf"|(?:(?:in|from|of|during)\s+)?(?P<year>{_YEAR}))(?![\w-]|\.\d)",
    re.IGNORECASE,
)


def years_of(span: re.Match[str]) -> Years:
    """The years that a match of SPAN names."""
    said = {name: int(year) for name, year in span.groupdict().items() if year}
    match said:
        case {"low": low, "high": high}:
            return min(low, high), max(low, high)
        case {"start": year} | {"since": year}:
            return year, None
        case {"after": year}:
            return year + 1, None
        case {"before": year}:
            return None, year - 1
        case {"until": year}:
            return None, year
    return said["year"], said["year"]


def holds(years: Years, year: int | None) -> bool:
    """Whether `year` lies in the span; an unknown one lies in none."""
    low, high = years
    return year is not None and (low is None or low <= year) and (high is None or year <= high)


def in_words(years: Years) -> str:
    """ " from 2022 or later", with a blank before it; empty for no bounds at all."""
    low, high = years
    if low is None:
        return "" if high is None else f" from {high} or earlier"
    if high is None:
        return f" from {low} or later"
    return f" from {low}" if low == high else f" from {low} to {high}"
