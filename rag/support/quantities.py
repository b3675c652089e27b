"""The quantities that a text states, however they are written: 56%, 1.3 billion, twice, a third."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["number", "share", "times", "points"]
"""What a quantity is of: a plain number, a part of a whole (percent), a factor, or points by which
things differ: 28.8 points are no 28.8%.
"""

Hedge = Literal["", "about", "over", "under"]
"""What a word before it makes of it: nearly so much, more, less."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity as a text states it.

    `value` has scale words worked in, and is a fraction for a share; `step` is the least
    difference that the writing tells (0.1 of 56.3, 1e8 of 1.3 billion). `start` and `end` are
    offsets of `text`. `spelled` says that it is in words that people also use without
    counting: "two" of what is listed, "several hundred". `unit` is what a unit of measure is of,
    if one follows (time, mass, length, bytes), and `scale` how many of the smallest it is.
    """

    value: float
    step: float
    kind: Kind
    text: str
    start: int
    end: int
    hedge: Hedge = ""
    spelled: bool = False
    unit: str = ""
    scale: float = 1.0


_SMALL = {
    word: float(number)
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
        " fifteen sixteen seventeen eighteen nineteen".split()
    )
}
_TENS = {
    word: 10.0 * number
    for number, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
}
_SCALES = {
    "dozen": 12.0,
    "hundred": 1e2,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "trillion": 1e12,
}
_LETTERS = {"k": 1e3, "K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
_FACTORS = {
    **dict.fromkeys(("twice", "double", "doubles", "doubled", "doubling", "twofold"), 2.0),
    **dict.fromkeys(("thrice", "triple", "triples", "tripled", "tripling", "threefold"), 3.0),
    **dict.fromkeys(("quadruple", "quadrupled", "fourfold", "tenfold"), 4.0),
    "tenfold": 10.0,
}
_SPELLED = "|".join([*_SMALL, *_TENS])
_SCALE_WORDS = "|".join(_SCALES)
# Digits that belong to a name (GPT-3, InstructGPT2, OCT3/4, 3T3, 3D, 2nd) state no quantity.
_QUANTITY = re.compile(
    rf"""
    (?<![\w.])(?<![A-Za-z]-)(?<![A-Za-z]\d/)
    (?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)
    (?![\d,]*\d)(?!(?:st|nd|rd|th|D)\b|[A-Za-z]+\d)
    (?:(?P<letter>[kKMBT])\b|[\s-]?(?P<scale>{_SCALE_WORDS})s?\b)?
    |
    \b(?:an?\s+|(?P<some>one|two|three|four)[\s-])?(?P<part>half|third|quarter|fifth|tenth)s?\b
    |
    \b(?P<factor>{"|".join(_FACTORS)})\b(?!-)
    |
    \b(?P<words>(?:{_SPELLED})(?:[\s-](?:{_SPELLED}|hundred))*)
    (?:[\s-](?P<wordscale>{_SCALE_WORDS})s?)?\b
    |
    \b(?P<bare>{_SCALE_WORDS})\b
    |
    \b(?P<article>an?)(?=\s(?:second|minute|hour|day|week|month|year|decade)\b)
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Of a range of shares (76-85%) the first one has no sign of its own.
_SHARE = re.compile(
    r"(?P<range>\s?(?:-|–|—|to|and)\s?\d[\d.,]*)?\s?(?:%|per\s?cent\b|percentage\b|pp\b)",
    re.IGNORECASE,
)
_POINTS = re.compile(r"\s?(?:percentage[\s-]points?|%[\s-]?points?|pp|points?)\b", re.IGNORECASE)
_DAY = 86_400.0
_UNITS: dict[str, dict[str, float]] = {
    "time": {
        "second": 1, "sec": 1, "minute": 60, "min": 60, "hour": 3600, "hr": 3600, "day": _DAY,
        "week": 7 * _DAY, "month": 30.4375 * _DAY, "year": 365.25 * _DAY, "yr": 365.25 * _DAY,
        "decade": 3652.5 * _DAY,
    },
    "mass": {"mg": 1, "kg": 1e6},
    "length": {"mm": 1, "cm": 10, "km": 1e6},
    "bytes": {"kb": 1, "mb": 1e3, "gb": 1e6, "tb": 1e9},
}  # fmt: skip
_UNIT_OF = {name: (unit, scale) for unit, all_ in _UNITS.items() for name, scale in all_.items()}
_UNIT = re.compile(rf"[\s-]?(?P<name>{'|'.join(_UNIT_OF)})s?\b", re.IGNORECASE)
_ABOUT_AS_LONG = 0.02  # 12 months are 365 days
# Behind these "an hour" is one; elsewhere it says how often ("five times an hour").
_LASTS = re.compile(
    r"\b(?:about|after|for|in|lasts?|lasted|only|over|takes?|than|took|under|within)\s$",
    re.IGNORECASE,
)
_TIMES = re.compile(r"\s?(?:×|x\b|[\s-]?times\b|-?fold\b)", re.IGNORECASE)
_HEDGES: tuple[tuple[Hedge, re.Pattern[str]], ...] = (
    (
        "over",
        re.compile(
            r"(?:(?:more|greater|higher|larger|longer) than|over|above|at least|exceed\w*"
            r"|beyond|>|≥)\s*$",
            re.IGNORECASE,
        ),
    ),
    (
        "under",
        re.compile(
            r"(?:(?:less|fewer|lower|smaller|shorter) than|under|below|at most|up to|within|<|≤)"
            r"\s*$",
            re.IGNORECASE,
        ),
    ),
    (
        "about",
        re.compile(
            r"(?:about|around|approximately|approx\.|roughly|nearly|almost|some|close to|circa"
            r"|ca\.|~|≈|an estimated)\s*$",
            re.IGNORECASE,
        ),
    ),
)
_MIDDLE_DOT = re.compile(r"(?<=\d)·(?=\d)")  # as British journals write 3.5
_HEDGE_CHARS = 24  # the longest hedge is no longer
_NEARLY = 0.1  # how far off "about" may be, as a share of the value


def quantities(text: str) -> list[Quantity]:
    """The quantities of `text`, in order."""
    text = _MIDDLE_DOT.sub(".", text)
    found = (_read(text, match) for match in _QUANTITY.finditer(text))
    return [quantity for quantity in found if quantity is not None]


def agrees(said: Quantity, given: Quantity) -> bool:
    """Whether what is `said` may be said where `given` stands: equal, or rightly rounded."""
    kinds = {said.kind, given.kind}
    if len(kinds) > 1 and kinds <= {"share", "times", "points"}:
        return False
    if said.unit and given.unit and (said.unit, said.scale) != (given.unit, given.scale):
        if said.unit != given.unit:
            return False
        ratio = said.scale / given.scale
        said = replace(said, value=said.value * ratio, step=said.step * ratio)
        if abs(said.value - given.value) <= _ABOUT_AS_LONG * given.value:
            return True
    near = math.isclose(said.value, given.value, rel_tol=1e-9)
    # "twice" and "2 of them" are the same word for different things; a numeral may be either.
    if said.kind != given.kind and {said.kind, given.kind} != {"number", "times"}:
        return near
    if said.hedge == "over":
        return given.value > said.value or near
    if said.hedge == "under":
        return given.value < said.value or near
    slack = said.step / 2 if said.step > given.step else 0.0
    if said.hedge == "about":
        slack = max(slack, _NEARLY * abs(given.value))
    return near or abs(said.value - given.value) <= slack * (1 + 1e-9)


def _read(text: str, match: re.Match[str]) -> Quantity | None:
    """The quantity of a match; None for a third or a fifth that only counts a rank."""
    stated = _stated(text, match)
    if stated is None:
        return None
    value, step, kind, spelled = stated
    start, end = match.span()
    if points := _POINTS.match(text, end):
        kind, end = "points", points.end()
    elif share := _SHARE.match(text, end):
        value, step, kind, end = value / 100, step / 100, "share", share.end()
        end = match.end() if share["range"] else end
        spelled = False
    elif kind == "number" and (times := _TIMES.match(text, end)):
        kind, end = "times", times.end()
    unit, scale = "", 1.0
    if kind == "number" and (measure := _UNIT.match(text, end)):
        unit, scale = _UNIT_OF[measure["name"].lower()]
    said = text[start:end].strip()
    return Quantity(value, step, kind, said, start, end, _hedge(text[:start]), spelled, unit, scale)


def _stated(text: str, match: re.Match[str]) -> tuple[float, float, Kind, bool] | None:
    """Value, step and kind of a match as it stands alone, and whether it is spelled out."""
    if digits := match["digits"]:
        size = _LETTERS.get(match["letter"] or "") or _SCALES.get((match["scale"] or "").lower())
        step = 10.0 ** -len(digits.partition(".")[2]) * (size or 1.0)
        return float(digits.replace(",", "")) * (size or 1.0), step, "number", False
    if part := match["part"]:
        some = (match["some"] or "").lower()
        if part.lower() != "half" and not some and match.group()[:1] not in "aA":
            return None
        return _SMALL.get(some, 1.0) / _PARTS[part.lower()], 0.05, "share", False
    if factor := match["factor"]:
        return _FACTORS[factor.lower()], 1.0, "times", False
    if words := match["words"]:
        size = _SCALES.get((match["wordscale"] or "").lower())
        value = _spelled_value(words) * (size or 1.0)
        return value, size or 1.0, "number", size is None and value <= 12
    if match["article"]:
        return (1.0, 1.0, "number", True) if _LASTS.search(text[: match.start()]) else None
    value = _SCALES[match["bare"].lower()]
    return value, value, "number", True


def _hedge(before: str) -> Hedge:
    for name, words in _HEDGES:
        if words.search(before[-_HEDGE_CHARS:]):
            return name
    return ""


def _spelled_value(words: str) -> float:
    """The number of words such as "two hundred forty-two"; of a list, its last one."""
    total = 0.0
    for word in re.split(r"[\s-]+", words.lower()):
        if word == "hundred":
            total = (total or 1.0) * 100
        elif word in _TENS:
            total = total - total % 100 + _TENS[word]
        else:
            total = total - total % 10 + _SMALL[word] if total >= 20 else _SMALL[word]
    return total
