"""Dates as pages print them, to ISO."""

from __future__ import annotations

import re
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<month>(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:1[5-9]|20)\d\d)"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_YEAR}(?:[-/](?P<month>\d{{1,2}})(?:[-/](?P<day>\d{{1,2}})(?:[T ].*)?)?)?",
        rf"{_MONTH} {_DAY},? {_YEAR}",
        rf"{_DAY} {_MONTH},? {_YEAR}",
        rf"{_MONTH},? {_YEAR}",
        rf"(?P<month>\d{{1,2}})/(?P<day>\d{{1,2}})/{_YEAR}",
        rf"(?P<day>\d{{1,2}})\.\s?(?P<month>\d{{1,2}})\.\s?{_YEAR}",
    )
)
WRITTEN_DATE = (
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? \d{1,2}, (?:1[5-9]|20)\d\d"
)
"""Pattern of a date such as `Mar 15, 2023`."""


def iso_date(text: str) -> str:
    """`text` as `2022`, `2022-03` or `2022-03-04`; empty if it is no date.

    With slashes the month comes first, as in American English, unless it cannot be a month:
    3/4/2022 is the fourth of March, 25/3/2022 the twenty-fifth.
    """
    for form in _FORMS:
        match = form.fullmatch(text.strip())
        if match:
            parts = match.groupdict()
            month, day = _month(parts.get("month")), int(parts.get("day") or 0)
            if "/" in text and month > 12:
                month, day = day, month
            return _iso(int(parts["year"] or 0), month, day)
    return ""


def _month(text: str | None) -> int:
    if not text:
        return 0
    return int(text) if text.isdigit() else _MONTHS.index(text[:3].lower()) + 1


def _iso(year: int, month: int, day: int) -> str:
    if not month:
        return f"{year:04}"
    try:
        whole = date(year, month, day or 1).isoformat()
    except ValueError:
        return ""
    return whole if day else whole[:7]
