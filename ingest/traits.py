"""What a record is known and matched by: its identity, the id it would have alone, its keys."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import blake2b

from ingest.facts import Fact, Facts, byline
from ingest.names import person_key
from ingest.text import digest, words
from rag.types import KeyedRecord, Record

MATCH_VERSION = "1"
"""Grows with every change of what this module computes: stored records are then keyed anew."""

TEXT_WORDS = 20
"""A shorter text ("Not available.") does not identify a work."""

_TITLE_WORDS = 4  # shorter titles ("Summary", "Editorial") do not identify even with an author
_SHINGLE = 4  # words; long enough to be rare, short enough to survive small edits
_SENTENCE_WORDS = 8  # shorter sentences ("Code is available.") stand in many abstracts
_SENTENCES = 4  # of an abstract's sentences so many are keys
_OPENING_WORDS = 10  # an abstract cut within its first sentence is still met by its opening


@dataclass(frozen=True, slots=True)
class Text:
    """A text as it is compared: its words in order, and hashes of every four in a row."""

    words: tuple[str, ...]
    shingles: frozenset[int]


@lru_cache(maxsize=1024)  # the few texts that are being compared with others
def compared(text: str) -> Text:
    """`text` as it is compared. The hashes hold within this process only."""
    found = words(text)
    runs = zip(*(found[i:] for i in range(_SHINGLE)), strict=False)
    return Text(found, frozenset(map(hash, runs)))


def number(*parts: str) -> int:
    """A signed 64-bit number that stands for these strings."""
    said = blake2b("\x1f".join(parts).encode(), digest_size=8).digest()
    return int.from_bytes(said, "big", signed=True)


def content(record: Record) -> int:
    """Stands for everything that a record is matched by, apart from where it says it."""
    return number(
        record.title,
        record.abstract,
        record.summary,
        "\n".join(record.authors),
        "complete" if record.authors_complete else "",
        record.published,
        record.arxiv_id,
        record.doi,
        "\n".join(sorted(record.categories)),
    )


def record_id(record: Record, said: int) -> int:
    """Identity of a record: its source, its own id there, and all that it says: `content`, and the
    venue, which plays no part in matching.
    """
    return number(record.source, record.docno, str(said), *filter(None, (record.venue,)))


@dataclass(frozen=True)
class Traits:
    """What a record is matched by.

    `alone` is the id of the paper that the record would be by itself: records of which it is the
    same are one work. `keys` are what others are found by: two records of one work have the same
    `alone` or share a key.
    """

    record: Record
    content: int
    alone: str
    keys: frozenset[int]
    arxiv_id: str
    fact: Fact | None
    title: tuple[str, ...]
    byline: str

    @cached_property
    def people(self) -> tuple[str, ...]:
        """The authors as their names are compared."""
        return tuple(map(person_key, self.record.authors))

    @property
    def headed(self) -> tuple[str, str] | None:
        """Title and first author, where the two together identify a work."""
        return _headed(self.title, self.record)

    @property
    def abstract(self) -> Text:
        """The abstract as it is compared."""
        return compared(self.record.abstract)

    @property
    def bare_summary(self) -> bool:
        """Whether only its authors and date tell which work a summary is about."""
        return bool(self.record.summary) and not self.title and not self.record.abstract

    @property
    def handles(self) -> frozenset[int]:
        """What a decision about this record is remembered by: what it says, and its place."""
        record = self.record
        place = {number(record.source, record.docno)} if record.docno else set()
        return frozenset({self.content, *place})

    @cached_property
    def keyed(self) -> KeyedRecord:
        """The record as a library stores it."""
        return KeyedRecord(
            self.record,
            record_id(self.record, self.content),
            number(self.alone),
            tuple(sorted(self.keys)),
        )


def traits(record: Record, facts: Facts) -> Traits:
    """The traits of `record`; a fact about it lends it its arXiv id."""
    fact = facts.of(record)
    title = words(record.title)
    arxiv_id = record.arxiv_id or (fact.arxiv_id if fact else "")
    by = byline(record.authors, record.published)
    headed = _headed(title, record)
    keys = _text_keys(record.abstract)
    if title:
        keys.add(number("title", *title))
    if headed:
        keys.add(number("headed", *headed))
    for kind, said in (
        ("doi", record.doi),
        ("fact", fact.key if fact else ""),
        ("by", by),
        ("summary", record.summary),
    ):
        if said:
            keys.add(number(kind, said))
    alone = work_id(arxiv_id, record.doi, fact, headed) or text_id(record)
    return Traits(record, content(record), alone, frozenset(keys), arxiv_id, fact, title, by)


def _headed(title: tuple[str, ...], record: Record) -> tuple[str, str] | None:
    if len(title) < _TITLE_WORDS or not record.authors:
        return None
    return " ".join(title), person_key(record.authors[0])


def _text_keys(text: str) -> set[int]:
    """Of the opening, and of the sentences with the smallest numbers; of a short text, the whole.

    The smallest of all numbers are the same choice in every text that has those sentences
    (Broder, 1997): near duplicates share one though each has few.
    """
    if not text:
        return set()
    pieces = [words(piece) for piece in " ".join(text.split("\n")).split(". ")]
    opening: list[str] = []
    for piece in pieces:
        opening += piece
        if len(opening) >= _OPENING_WORDS:
            break
    if not opening:
        return set()
    found = sorted(number("text", *piece) for piece in pieces if len(piece) >= _SENTENCE_WORDS)
    return {number("text", *opening[:_OPENING_WORDS]), *found[:_SENTENCES]}


def work_id(arxiv_id: str, doi: str, fact: Fact | None, headed: tuple[str, str] | None) -> str:
    """The id of a work by its identifiers, or title and first author; empty if it has none."""
    if arxiv_id:
        return f"arxiv:{arxiv_id}"
    if doi:
        return f"doi:{doi}"
    if fact:
        return f"title:{digest(' '.join(words(fact.title)), person_key(fact.authors[0]))}"
    return f"title:{digest(*headed)}" if headed else ""


def text_id(said: Record) -> str:
    """The id of a work by what it says, for want of anything better."""
    text = words(said.abstract) or words(said.summary)
    first = person_key(said.authors[0]) if said.authors else ""
    if said.title and (first or len(text) < TEXT_WORDS):
        return f"title:{digest(' '.join(words(said.title)), first, *text)}"
    return f"text:{digest(*text)}"
