"""Why the records of a paper are one work, for a person; and decisions that they are not."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import product

from ingest.facts import Facts, shipped
from ingest.match import judge
from ingest.settle import Settler
from ingest.traits import Traits, traits
from rag.errors import LibraryError
from rag.library import Library
from rag.types import Paper, Record


@dataclass(frozen=True, slots=True)
class Link:
    """A record of a paper, with what ties it to another of its records.

    `other` is that record's key and `because` the evidence; both empty for the first record, and
    where the two meet only through others. `likeness` is above 0, more the surer.
    """

    record: Record
    other: str = ""
    because: str = ""
    likeness: float = 0.0


def links(records: Sequence[Record], facts: Facts | None = None) -> list[Link]:
    """Each record of one paper with its surest tie to another, in the order given."""
    held = [traits(record, facts or shipped()) for record in records]
    return [_link(trait, held[:number], held) for number, trait in enumerate(held)]


def _link(trait: Traits, before: Sequence[Traits], held: Sequence[Traits]) -> Link:
    if not before:
        return Link(trait.record)
    others = [other for other in held if other is not trait]
    ties = [(*judge(trait, other), other.record.key) for other in others]
    score, because, other = max(ties, key=lambda tie: tie[0])
    return Link(trait.record, other, because, score) if score > 0 else Link(trait.record)


def split(
    library: Library, paper_id: str, keys: Collection[str], facts: Facts | None = None
) -> list[Paper]:
    """Take the records named by `keys` out of a paper, for good: they are not of its work.

    The decision outlasts ingests, new versions and copies of the records. Returns the papers
    that came of it. Raises PaperNotFound, LibraryBusy, LibraryError (no such record; nothing
    would be left; records that say the same would be told apart). Killed on the way, the same call
    again finishes it.
    """
    settler = Settler(library, facts or shipped())
    paper = library.paper(paper_id)
    held = [traits(record, facts or shipped()) for record in library.records(paper.paper_id)]
    known = {trait.record.key for trait in held}
    for key in keys:
        if key not in known:
            raise LibraryError(
                f"{paper.paper_id} has no record {key!r}; it has {', '.join(sorted(known))}"
            )
    taken = [trait for trait in held if trait.record.key in keys]
    left = [trait for trait in held if trait.record.key not in keys]
    if not left:
        raise LibraryError(
            f"{paper.paper_id} has no other records than those; name the ones to be taken out"
        )
    if {trait.content for trait in taken} & {trait.content for trait in left}:
        raise LibraryError(
            "some of these records say just the same as some that would stay; name all that do"
        )
    with library.writing():
        library.catalogue.stored.set_apart(_pairs(taken, left))
        return settler.settle_anew([paper.paper_id])


def join(library: Library, one: str, other: str, facts: Facts | None = None) -> list[Paper]:
    """Take back every decision that the records of these two papers are not of one work.

    Whether they become one is then up to what they say. Returns the papers that came of it.
    Raises PaperNotFound, LibraryBusy, LibraryError (nothing was decided about them, and they are
    two).
    """
    settler = Settler(library, facts or shipped())
    ids = [library.paper(one).paper_id, library.paper(other).paper_id]
    mine, theirs = (
        [traits(record, facts or shipped()) for record in library.records(name)] for name in ids
    )
    with library.writing():
        stored = library.catalogue.stored
        decided = _pairs(mine, theirs) & stored.apart()
        stored.take_back(decided)
        papers = settler.settle_anew(ids)
    if not decided and len(papers) > 1:
        raise LibraryError(
            f"{ids[0]} and {ids[1]} were not split, and their records do not say that they are one"
            " work; nothing was changed"
        )
    return papers


def _pairs(some: Sequence[Traits], others: Sequence[Traits]) -> set[tuple[int, int]]:
    return {pair for a, b in product(some, others) for pair in product(a.handles, b.handles)}
