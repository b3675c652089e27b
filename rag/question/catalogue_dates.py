"""What a question says of the dates of papers: years, months, days, decades, and not those."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from rag.question.years import SPAN, holds, in_words, years_of
from rag.types import Paper

_MONTHS = (
    "january february march april may june july august september october november december".split()
)
_MONTH = rf"(?:{'|'.join(_MONTHS)}|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?)"
_YEAR = r"(?:19|20)\d\d"
_NOT = (
    r"(?:\bnot|n['’]t|\bexcept(?: for)?|\bexcluding|\bother than|\boutside(?: of)?)"
    r" (?:(?:published|written|from|in|those|the ones|ones) )*"
)


@dataclass(frozen=True, slots=True)
class Condition:
    """What papers must be like: `told` in words (" from 2020"), and the field that says it."""

    told: str
    field: str
    holds: Callable[[Paper], bool]


Slot = tuple[re.Pattern[str], Callable[[re.Match[str]], Condition]]
"""Words that say what papers must be like, and what they say then."""


def pattern(text: str) -> re.Pattern[str]:
    """`text` as a pattern of any case."""
    return re.compile(text, re.IGNORECASE)


def _years(match: re.Match[str]) -> Condition:
    years = years_of(match)
    return Condition(in_words(years), "published", lambda paper: holds(years, paper.year))


def _not_years(match: re.Match[str]) -> Condition:
    span = SPAN.search(match["span"])
    assert span is not None  # the pattern holds it
    one = _years(span)
    return Condition(f" not{one.told}", one.field, lambda paper: not one.holds(paper))


def _some_years(match: re.Match[str]) -> Condition:
    years = re.findall(_YEAR, match[0])
    return Condition(
        f" from {', '.join(years[:-1])} or {years[-1]}",
        "published",
        lambda paper: paper.published[:4] in years,
    )


def _decade(match: re.Match[str]) -> Condition:
    low = int(match["decade"])
    return Condition(
        in_words((low, low + 9)), "published", lambda paper: holds((low, low + 9), paper.year)
    )


def _day(match: re.Match[str]) -> Condition:
    if match["iso"]:
        date = match["iso"]
    else:
        month = _month(match["month"] or match["month2"])
        day = int(match["day"] or match["day2"])
        date = f"{match['year'] or match['year2']}-{month:02}-{day:02}"
    return Condition(f" from {date}", "published", lambda paper: paper.published == date)


def _month(name: str) -> int:
    return next(n for n, month in enumerate(_MONTHS, 1) if month.startswith(name.lower()[:3]))


def _months(match: re.Match[str]) -> Condition:
    """Papers of a month, of one year or of any; or since, before or after it."""
    number, name = _month(match["month"]), _MONTHS[_month(match["month"]) - 1].capitalize()
    how, year = (match["how"] or "in").lower(), match["year"]
    if not year:
        return Condition(f" from {name}", "published", lambda p: p.published[5:7] == f"{number:02}")
    month = f"{year}-{number:02}"
    if (how in ("since", "from") and match["on"]) or how == "since":
        return Condition(f" since {name} {year}", "published", lambda p: _lies(p, month, ">="))
    if how in ("after", "later than", "newer than"):
        return Condition(f" after {name} {year}", "published", lambda p: _lies(p, month, ">"))
    if how in ("before", "earlier than", "older than", "prior to"):
        return Condition(f" before {name} {year}", "published", lambda p: _lies(p, month, "<"))
    if how in ("until", "till", "up to"):
        return Condition(f" until {name} {year}", "published", lambda p: _lies(p, month, "<="))
    return Condition(f" from {name} {year}", "published", lambda p: p.published[:7] == month)


def _lies(paper: Paper, month: str, how: str) -> bool:
    """Whether its date, as far as it is known, surely lies so to a month."""
    known = paper.published[: len(month)]
    bound = month[: len(known)]
    if not known:
        return False
    same = known == bound and len(known) == len(month)
    return (known > bound if ">" in how else known < bound) or (same and "=" in how)


DATES: tuple[Slot, ...] = (
    (
        pattern(
            rf"\b(?:(?:on|from|of) )?(?:the )?(?:(?P<iso>{_YEAR}-\d\d-\d\d)"
            rf"|(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{_MONTH}),? (?P<year>{_YEAR})"
            rf"|(?P<month2>{_MONTH}) (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year2>{_YEAR}))\b"
        ),
        _day,
    ),
    (
        pattern(
            rf"\b(?:(?P<how>in|from|of|during|since|after|before|until|till|up to|later than"
            rf"|newer than"
            rf"|earlier than|older than|prior to) )(?:an? |the month(?:s)? of |any |some |every )?"
            rf"(?P<month>{_MONTH}(?= |,)(?=,? (?:of )?{_YEAR})|{'|'.join(_MONTHS)})s?"
            rf"(?:,? (?:of )?(?P<year>{_YEAR}))?(?P<on> on(?:wards?)?)?(?! [A-Z])"
            r"(?:,? (?:(?:whatever|whichever|no matter|regardless of|in) (?:which |what |any |the"
            r" )*"
            r"year|of any year|of whatever year))?(?!\w)"
        ),
        _months,
    ),
    (
        pattern(
            rf"(?P<how>)\b(?P<month>{_MONTH})s?(?:,? (?:of )?(?P<year>{_YEAR}))(?P<on>"
            rf" on(?:wards?)?)?"
        ),
        _months,
    ),
    (pattern(r"\b(?:(?:in|from|of|during) )?the (?P<decade>(?:19|20)\d0)['’]?s\b"), _decade),
    (
        pattern(rf"\b(?:in |from |of )?{_YEAR}(?:, {_YEAR})*,? or (?:in |from )?{_YEAR}\b"),
        _some_years,
    ),
    (pattern(rf"{_NOT}(?P<span>{re.sub('[?]P<[a-z]+>', '?:', SPAN.pattern)})"), _not_years),
    (SPAN, _years),
)
