"""What the library holds about the works of some records: all that could merge with them."""

from __future__ import annotations

from collections.abc import Iterable

from ingest.facts import Facts
from ingest.match import Traits, likeness, traits
from rag.library import Library
from rag.types import Record


def closure(library: Library, records: Iterable[Record], facts: Facts) -> dict[str, Record]:
    """Stored records connected to `records` by likeness, over any number of steps, by key.

    Those of `records` that are stored themselves are among them. Merging a set of records
    together with its closure gives the papers that merging everything at once would give.
    """
    frontier = {record.key: traits(record, facts) for record in records}
    found: dict[str, Record] = {}
    pool: dict[str, tuple[Record, Traits]] = {}
    holders: dict[str, list[str]] = {}
    asked: set[str] = set()
    while frontier:
        keys = {key for trait in frontier.values() for key in trait.keys}
        for record in library.records_sharing(keys - asked):
            if record.key not in found and record.key not in pool:
                trait = traits(record, facts)
                pool[record.key] = (record, trait)
                for key in trait.keys:
                    holders.setdefault(key, []).append(record.key)
        asked |= keys
        reached: dict[str, Traits] = {}
        for trait in frontier.values():
            for name in {name for key in trait.keys for name in holders.get(key, ())}:
                if name in pool and likeness(trait, pool[name][1]) > 0:
                    found[name], reached[name] = pool.pop(name)
        frontier = reached
    return found
