"""A small table of what is known about papers whose pages leave out title, id, authors or date."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ingest.names import person_key
from ingest.text import digest, words
from rag.types import Record

_AUTHORS_COMPARED = 3  # as many as a listing prints before "et al."


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known about one paper. It names a paper, and is no source of it."""

    title: str
    authors: tuple[str, ...]
    authors_complete: bool
    published: str
    arxiv_id: str = ""

    @property
    def key(self) -> str:
        """Identity of the fact: equal for two records, they are about one work."""
        return f"fact:{self.arxiv_id or digest(*words(self.title))}"


def byline(authors: Iterable[str], published: str) -> str:
    """What a work's first three authors and its year tell it by; empty if either is not known."""
    people = [person_key(name) for name in authors][:_AUTHORS_COMPARED]
    return "/".join([*people, published[:4]]) if len(people) >= 2 and published else ""


class Facts:
    """The table, looked up by arXiv id, by title, or, for a bare summary, by authors and year."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self._all = tuple(facts)
        self._by_id: Mapping[str, Fact] = {f.arxiv_id: f for f in self._all if f.arxiv_id}
        self._by_title: Mapping[tuple[str, ...], Fact] = {words(f.title): f for f in self._all}
        self._by_byline: Mapping[str, Fact] = {
            byline(f.authors, f.published): f for f in self._all if byline(f.authors, f.published)
        }

    def __len__(self) -> int:
        return len(self._all)

    def of(self, record: Record) -> Fact | None:
        """The fact about the work that `record` is about, if the table has one."""
        if record.arxiv_id:
            return self._by_id.get(record.arxiv_id)
        if record.title:
            fact = self._by_title.get(words(record.title))
            return fact if fact and not _others(fact, record) else None
        if record.summary and not record.abstract:
            fact = self._by_byline.get(byline(record.authors, record.published))
            return fact if fact and same_date(fact.published, record.published) else None
        return None


def _others(fact: Fact, record: Record) -> bool:
    """Whether a record with a fact's title names wholly other people as its authors."""
    people = {person_key(name) for name in record.authors}
    return (
        fact.authors_complete
        and bool(people)
        and people.isdisjoint(person_key(name) for name in fact.authors)
    )


def same_date(one: str, other: str) -> bool:
    """Whether two ISO dates agree as far as both are known."""
    return one.startswith(other) or other.startswith(one)


@cache
def shipped() -> Facts:
    """The table that comes with askpapers, `ingest/facts.json`."""
    rows = json.loads((Path(__file__).parent / "facts.json").read_text(encoding="utf-8"))
    return Facts(Fact(**{**row, "authors": tuple(row["authors"])}) for row in rows)
