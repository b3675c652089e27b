"""Filters: which papers a search or a question may use, by what the catalogue says of them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, fields
from itertools import combinations

from rag.errors import QuestionError

_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_YEARS = re.compile(r"(?P<low>\d{4})?(?P<to>\.\.)?(?P<high>\d{4})?")
# Letters that Unicode does not decompose, as people without them on their keyboard write them.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"})
_LONGEST_NAME = 12  # words of a name that are looked at; more make no name


@dataclass(frozen=True, slots=True)
class Filter:
    """What papers must be like: any of the values of one kind, and that for every kind given.

    `years` are the first and the last year, None for an open end; a paper without a date is in no
    range. One of `authors` names a person all of whose given words stand in one name of the paper
    ("ouyang", "Long Ouyang"; case and accents do not matter). A category stands for itself and
    for those below it (`cs` for `cs.LG`), in any case. `sources` are names, or patterns with `*`
    and `?`. `paper_ids` are anything that `Library.paper` accepts, and so are those of `without`,
    papers that are left out. Raises QuestionError for a value that can mean nothing.
    """

    years: tuple[int | None, int | None] = (None, None)
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    paper_ids: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        low, high = self.years
        if low is not None and high is not None and low > high:
            raise QuestionError(f"the years {low}..{high} end before they begin: swap them")
        if any(year is not None and not 0 <= year <= 9999 for year in self.years):
            raise QuestionError(f"the years {low}..{high} cannot be: give them as 2020..2023")
        for kind in ("categories", "sources", "paper_ids", "without"):
            if any(not value.strip() for value in getattr(self, kind)):
                raise QuestionError(f"one of the {kind} to filter by is empty: leave it out")
        for author in self.authors:
            if not name_words(author):
                raise QuestionError(
                    f"the author {author!r} holds no word: give a name or part of it"
                )

    def __bool__(self) -> bool:
        """Whether it asks for anything at all."""
        return bool(self.parts())

    def __str__(self) -> str:
        """In words for a person: `year 2020..2022, author ouyang`."""
        return ", ".join(f"{kind} {' or '.join(values)}" for kind, values in self._told())

    def parts(self) -> list[Filter]:
        """One filter for each kind that is given."""
        blank = Filter.__dataclass_fields__
        return [
            Filter(**{field.name: getattr(self, field.name)})
            for field in fields(self)
            if getattr(self, field.name) != blank[field.name].default
        ]

    def _told(self) -> list[tuple[str, list[str]]]:
        low, high = ("" if year is None else str(year) for year in self.years)
        years = [] if low == high == "" else [low if low == high else f"{low}..{high}"]
        told = [
            ("year", years),
            ("author", list(self.authors)),
            ("category", list(self.categories)),
            ("source", list(self.sources)),
            ("id", list(self.paper_ids)),
            ("no id", list(self.without)),
        ]
        return [(kind, values) for kind, values in told if values]


EVERYTHING = Filter()
"""The filter that leaves every paper."""


def parse_years(text: str) -> tuple[int | None, int | None]:
    """First and last year of `2022`, `2020..2023`, `2020..` or `..2023`. Raises QuestionError."""
    match = _YEARS.fullmatch(text.strip())
    if not match or not (match["low"] or match["high"]):
        raise QuestionError(f"the year {text!r} is none: give 2022, 2020..2023, 2020.. or ..2023")
    low, high = (int(match[end]) if match[end] else None for end in ("low", "high"))
    if not match["to"]:
        if match["low"] and match["high"]:  # eight digits in a row
            raise QuestionError(f"the year {text!r} is none: give 2022 or 2020..2023")
        return low, low
    return low, high


def fold(text: str) -> str:
    """`text` in small letters without accents."""
    if text.isascii():
        return text.lower()
    # Taken apart before letters become small: a mathematical A has no small form of its own.
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(c for c in parts if not unicodedata.combining(c)).translate(_PLAIN)


def name_words(name: str) -> list[str]:
    """The words of a name, folded, sorted, each once."""
    return sorted(set(_WORD.findall(fold(name))[:_LONGEST_NAME]))


def name_terms(name: str) -> set[str]:
    """What a name is indexed by: each of its words, and each two of them together.

    Two words that share a name are so told from two words of two names, at the price of a look-up.
    """
    words = name_words(name)
    return {*words, *map(" ".join, combinations(words, 2))}


def category_terms(category: str) -> set[str]:
    """What a category is indexed by: itself and all it lies in (`cs.lg` and `cs`)."""
    parts = fold(category).split(".")
    return {".".join(parts[:end]) for end in range(1, len(parts) + 1)} - {""}
