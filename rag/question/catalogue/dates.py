"""What a question says of the dates of papers: years, months, days, decades, and not those."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from rag.question.years import SPAN, Years, holds, in_words, years_of
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
    low = int(match["decade"] or _DECADES[match["named"].lower()])
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


def month_named(date: str) -> tuple[str, ...]:
    """The month of a date by its name, if it is known."""
    return (_MONTHS[int(date[5:7]) - 1].capitalize(),) if len(date) > 6 else ()


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


def _between_months(match: re.Match[str]) -> Condition:
    """Papers of a span of months, both included; a year stands behind one of them or both."""
    high_year = match["year2"] or match["year"]
    low_year = match["year"] or match["year2"]
    ends = [(low_year, _month(match["low"])), (high_year, _month(match["high"]))]
    told = " to ".join(f"{_MONTHS[month - 1].capitalize()} {year}" for year, month in ends)
    low, high = (f"{year}-{month:02}" for year, month in ends)
    return _span(f" from {told}", low, high)


def _span(told: str, low: str, high: str) -> Condition:
    """Papers from the month `low` to the month `high`, as far as their months are known."""
    return Condition(
        told,
        "published",
        lambda paper: len(paper.published) >= len(low) and low <= paper.published[:7] <= high,
    )


def _part_of_year(match: re.Match[str]) -> Condition:
    part, year = re.sub(r"[\s-]+", " ", match["part"].lower()), match["year"]
    if part == "winter":
        return Condition(
            f" from the winter of {year}",
            "published",
            lambda paper: paper.published[:7] in (f"{year}-01", f"{year}-02", f"{year}-12"),
        )
    first, last = next(
        months for words, months in _PARTS_OF_YEAR if re.fullmatch(words, part, re.IGNORECASE)
    )
    months = f"{_MONTHS[first - 1].capitalize()} to {_MONTHS[last - 1].capitalize()}"
    return _span(f" from {months} {year}", f"{year}-{first:02}", f"{year}-{last:02}")


def _open_year(match: re.Match[str]) -> Condition:
    year = int(match["year"])
    years = (None, year) if match["how"].lower() in _EARLIER else (year, None)
    return Condition(in_words(years), "published", lambda paper: holds(years, paper.year))


def _bounded(match: re.Match[str]) -> Condition:
    """Since the beginning of a year or after its end, or up to one of these."""
    year, ends = int(match["year"]), match["part"].lower() == "end"
    if match["how"].lower() in ("since", "from", "after"):
        return _since(year + ends)
    years = (None, year if ends else year - 1)
    return Condition(in_words(years), "published", lambda paper: holds(years, paper.year))


def _since(year: int) -> Condition:
    return Condition(
        in_words((year, None)), "published", lambda paper: holds((year, None), paper.year)
    )


def _recent(match: re.Match[str]) -> Condition:
    """Papers of this year or the last, or of the last few, as the calendar stands today."""
    now = datetime.now(UTC).year
    which, many = (match["which"] or "last").lower(), match["many"]
    many = "ten" if match["decade"] else many
    if many:
        number = int(many) if many.isdigit() else _FEW[many.lower()]
        years: Years = (now - number, None)
    else:
        years = (now, now) if which in ("this", "the current", "current") else (now - 1, now - 1)
    return Condition(in_words(years), "published", lambda paper: holds(years, paper.year))


_DECADES = {"sixties": 1960, "seventies": 1970, "eighties": 1980, "nineties": 1990}
_EARLIER = ("earlier", "before", "older", "prior")
_FEW = {"two": 2, "three": 3, "four": 4, "five": 5, "ten": 10, "few": 3, "couple of": 2}
_PARTS_OF_YEAR = (
    (r"early|start of|beginning of", (1, 4)),
    (r"mid|middle of", (5, 8)),
    (r"late|end of", (9, 12)),
    (r"spring", (3, 5)),
    (r"summer", (6, 8)),
    (r"autumn|fall", (9, 11)),
    (r"first half|h1", (1, 6)),
    (r"second half|h2|last half", (7, 12)),
    (r"first quarter|q1", (1, 3)),
    (r"second quarter|q2", (4, 6)),
    (r"third quarter|q3", (7, 9)),
    (r"(?:fourth|last) quarter|q4", (10, 12)),
)
_PART = "|".join(words for words, _ in _PARTS_OF_YEAR)

DATES: tuple[Slot, ...] = (
    (
        pattern(
            rf"\b(?P<how>by|until|till|up to|before|since|from|after) (?:the )?(?:very"
            rf" )?(?P<part>end|start"
            rf"|beginning) of (?:the year )?(?P<year>{_YEAR})(?: on(?:wards?)?)?\b"
        ),
        _bounded,
    ),
    (
        pattern(
            rf"\b(?:(?:from|between|in|during|of) )?(?P<low>{_MONTH})(?:,? (?:of"
            rf" )?(?P<year>{_YEAR}))?"
            rf"\s*(?:-|–|to|and|until|till|through|thru)\s*(?P<high>{_MONTH})"
            rf",? (?:of )?(?P<year2>{_YEAR})(?:,? (?:both|months|inclusive|included|including) ?)*"
        ),
        _between_months,
    ),
    (
        pattern(
            rf"\b(?:(?:in|from|of|during) )?(?:the )?(?P<part>{_PART}|winter)[ -](?:of |in"
            rf" )?(?:the )?"
            rf"(?:year )?(?P<year>{_YEAR})\b"
        ),
        _part_of_year,
    ),
    (
        pattern(
            rf"\b(?:(?:in|from|of|since|starting) )?(?P<year>{_YEAR}),? (?:(?:or|and) "
            r"(?P<how>later|newer|after|since|onwards?|up|earlier|before|older|prior)"
            r"|(?P<on>onwards?|and on|upwards?))\b"
        ),
        lambda match: _open_year(match) if match["how"] else _since(int(match["year"])),
    ),
    (
        pattern(
            r"\b(?:(?:in|from|of|during|over|within) )?(?:(?P<which>this|last|the current"
            r"|current) year"
            r"|(?:the )?(?:last|past) (?:(?P<many>\d+|two|three|four|five|ten|few|couple of) years"
            r"|(?P<decade>decade)))\b"
        ),
        _recent,
    ),
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
    (
        pattern(
            r"\b(?:(?:in|from|of|during) )?the (?:(?P<decade>(?:19|20)\d0)['’]?s"
            rf"|(?P<named>{'|'.join(_DECADES)}))\b"
        ),
        _decade,
    ),
    (
        pattern(rf"\b(?:in |from |of )?{_YEAR}(?:, {_YEAR})*,? or (?:in |from )?{_YEAR}\b"),
        _some_years,
    ),
    (pattern(rf"{_NOT}(?P<span>{re.sub('[?]P<[a-z]+>', '?:', SPAN.pattern)})"), _not_years),
    (SPAN, _years),
)
