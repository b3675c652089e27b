"""What the library holds about the works of some records: all that could merge with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ingest.facts import Facts
from ingest.match import likeness
from ingest.traits import Traits, traits
from rag.stored.records import MOST_HOLDERS, Records
from rag.types import KeyedRecord


@dataclass(slots=True)
class Neighbours:
    """Stored records (by record id) connected to some others; keys too common to be evidence,
    and those of them that were so before and need no further holder.
    """

    records: dict[int, Traits] = field(default_factory=dict)
    common: set[int] = field(default_factory=set)
    full: set[int] = field(default_factory=set)


def closure(stored: Records, fresh: Sequence[Traits], facts: Facts) -> Neighbours:
    """Stored records connected to `fresh` by likeness, over any number of steps.

    Merging a set of records together with its closure gives the papers that merging everything
    at once would give. A key that `fresh` makes too common brings in its stored holders: they
    may have been merged by it, and now are not.
    """
    search = _Search(stored, facts, fresh)
    frontier = list(fresh)
    while frontier:
        frontier = search.step(frontier)
    return search.found


class _Search:
    """One closure under way."""

    def __init__(self, stored: Records, facts: Facts, fresh: Sequence[Traits]) -> None:
        self.found = Neighbours()
        self._stored = stored
        self._facts = facts
        self._fresh: dict[int, set[int]] = {}
        for trait in fresh:
            for key in trait.keys:
                self._fresh.setdefault(key, set()).add(trait.keyed.alone)
        self._asked: set[int] = set()
        self._named: set[int] = set()
        self._pool: dict[int, list[Traits]] = {}
        self._by_key: dict[int, list[Traits]] = {}

    def step(self, frontier: Sequence[Traits]) -> list[Traits]:
        """What is reached from `frontier` in one step."""
        forced = self._all_named({trait.keyed.alone for trait in frontier})
        keys = {key for trait in frontier for key in trait.keys} - self._asked
        self._asked |= keys
        near: set[int] = set()
        lost: set[int] = set()
        for key, held in self._stored.holders(keys).items():
            if len(held | self._fresh.get(key, set())) <= MOST_HOLDERS:
                near |= held
                continue
            self.found.common.add(key)
            if len(held) > MOST_HOLDERS:
                self.found.full.add(key)
            else:
                lost |= held
        forced += self._all_named(lost)
        for trait in self._load(near):
            self._pool.setdefault(trait.keyed.alone, []).append(trait)
            for key in trait.keys:
                self._by_key.setdefault(key, []).append(trait)
        reached = [*forced, *(t for trait in frontier for t in self._alike(trait))]
        return self._whole([t for t in reached if self._is_new(t)])

    def _all_named(self, alone: set[int]) -> list[Traits]:
        """Every stored record that would have one of these ids alone."""
        pooled = [t for name in alone for t in self._pool.pop(name, ())]
        return pooled + self._load(alone)

    def _load(self, alone: set[int]) -> list[Traits]:
        new = alone - self._named
        self._named |= new
        return self._traits(self._stored.named_alone(new))

    def _traits(self, records: Iterable[KeyedRecord]) -> list[Traits]:
        return [traits(keyed.record, self._facts) for keyed in records]

    def _alike(self, trait: Traits) -> list[Traits]:
        near = {
            t.keyed.record_id: t
            for key in trait.keys - self.found.common
            for t in self._by_key.get(key, ())
        }
        return [
            t for i, t in near.items() if i not in self.found.records and likeness(trait, t) > 0
        ]

    def _is_new(self, trait: Traits) -> bool:
        record_id = trait.keyed.record_id
        if record_id in self.found.records:
            return False
        self.found.records[record_id] = trait
        return True

    def _whole(self, reached: list[Traits]) -> list[Traits]:
        """`reached` with every record of the papers that those are of."""
        owners = set(self._stored.owners(t.keyed.record_id for t in reached).values())
        rest = [t for t in self._traits(self._stored.of_papers(owners)) if self._is_new(t)]
        return reached + rest
