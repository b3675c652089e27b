"""What people labelled, as scorers are held against it: claims, answers, preferences, decisions.

Each loader takes the folder that holds its files (docs/cards.md says which) and splits it into a
half to fit thresholds on and a half to report.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal, TypeVar

from rag.types import Paper

Half = Literal["fit", "report"]
"""`fit` is for thresholds, `report` for the figures of cards."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim, the passages it is held against, and whether people found that they bear it out.

    `label` is how they put it (`supported`, `contradicted`, `no evidence`, an error's type);
    pairs of one `group` (a claim, a question) are not independent. `papers` are those that the
    passages are of, where they are known.
    """

    group: str
    half: Half
    passages: tuple[str, ...]
    claim: str
    supported: bool
    label: str
    papers: tuple[Paper, ...] = ()


@dataclass(frozen=True, slots=True)
class Preference:
    """Two answers to a question, of which people preferred the first or the second."""

    question: str
    first: str
    second: str
    first_preferred: bool


@dataclass(frozen=True, slots=True)
class Telling:
    """An answer and facts of which people said that it tells them all (`told`), or lacks them."""

    question: str
    facts: tuple[str, ...]
    answer: str
    told: bool


Decision = Literal["yes", "no", "maybe"]


@dataclass(frozen=True, slots=True)
class Decided:
    """A question that an abstract answers, with people's decision."""

    pmid: str
    question: str
    abstract: str
    decision: Decision
    half: Half


def drawn(items: Sequence[T], key: str, n: int) -> list[T]:
    """At most `n` of `items`, in their order, the same for the same `key`; all of them if n is 0.

    `key` is the name of an attribute by whose hash they are drawn: those of equal value come or
    stay together, as far as `n` allows.
    """
    if not n or len(items) <= n:
        return list(items)

    def by_hash(place: int) -> tuple[bytes, int]:
        value = str(getattr(items[place], key))
        return blake2b(value.encode(), digest_size=8).digest(), place

    return [items[place] for place in sorted(sorted(range(len(items)), key=by_hash)[:n])]


def half_of(name: str) -> Half:
    """The half to which a thing belongs, by the hash of its name: half of them each, for good."""
    return "fit" if blake2b(name.encode(), digest_size=8).digest()[0] % 2 else "report"
