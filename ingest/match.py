"""Whether two records are about one work: by identifier, title, near-duplicate text, or byline."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from ingest.facts import Fact, Facts, byline, same_date
from ingest.names import person_key
from ingest.text import digest, sentences, words
from rag.types import Record

_SHINGLE = 4  # words; long enough to be rare, short enough to survive small edits
_SENTENCE_WORDS = 8  # shorter sentences ("Code is available.") stand in many abstracts
_OPENING_WORDS = 10  # an abstract cut within its first sentence is still met by its opening
_TEXT_WORDS = 20  # shorter texts are no evidence by themselves
_TITLE_WORDS = 4  # shorter titles ("Summary", "Editorial") do not identify even with an author
_NEAR = 0.8  # share of the shorter text's shingles that stand in the longer
_FAR = 0.5  # below this two abstracts are different texts
_IDENTICAL = 0.95


@dataclass(frozen=True, slots=True)
class Traits:
    """What a record is matched by, computed once. `content` is the record without its place.

    `keys` are what a library finds it by: two records of one work share at least one. One of
    them is `record:` and the record's own key.
    """

    content: tuple[str, ...]
    keys: frozenset[str]
    arxiv_id: str
    doi: str
    fact: Fact | None
    title: tuple[str, ...]
    people: tuple[str, ...]
    all_people: bool
    abstract: tuple[str, ...]
    shingles: frozenset[int]
    summary: str
    byline: str
    published: str

    @property
    def headed(self) -> tuple[str, str] | None:
        """Title and first author, where the two together identify a work."""
        if len(self.title) < _TITLE_WORDS or not self.people:
            return None
        return " ".join(self.title), self.people[0]

    @property
    def bare_summary(self) -> bool:
        """Whether only its authors and date tell which work a summary is about."""
        return bool(self.summary) and not self.title and not self.abstract


@lru_cache(maxsize=2048)  # a batch and what it meets: merging asks for the same ones again
def traits(record: Record, facts: Facts) -> Traits:
    """The traits of `record`; a fact about it lends it its arXiv id."""
    fact = facts.of(record)
    abstract = words(record.abstract)
    arxiv_id = record.arxiv_id or (fact.arxiv_id if fact else "")
    by = byline(record.authors, record.published)
    title = words(record.title)
    keys = {f"record:{record.key}", *_text_keys(record.abstract, abstract)}
    keys |= {f"arxiv:{arxiv_id}"} if arxiv_id else set()
    keys |= {f"doi:{record.doi}"} if record.doi else set()
    keys |= {fact.key} if fact else set()
    keys |= {f"title:{digest(*title)}"} if title else set()
    keys |= {f"by:{by}"} if by else set()
    keys |= {f"summary:{digest(record.summary)}"} if record.summary else set()
    return Traits(
        content=content(record),
        keys=frozenset(keys),
        arxiv_id=arxiv_id,
        doi=record.doi,
        fact=fact,
        title=title,
        people=tuple(person_key(name) for name in record.authors),
        all_people=record.authors_complete,
        abstract=abstract,
        shingles=frozenset(map(hash, zip(*(abstract[i:] for i in range(_SHINGLE)), strict=False))),
        summary=record.summary,
        byline=by,
        published=record.published,
    )


def content(record: Record) -> tuple[str, ...]:
    """Everything a record says about its work, apart from where it says it."""
    complete = "complete" if record.authors_complete else ""
    return (
        record.title,
        record.abstract,
        record.summary,
        "\n".join(record.authors),
        complete,
        record.published,
        record.arxiv_id,
        record.doi,
        "\n".join(sorted(record.categories)),
    )


def _text_keys(text: str, abstract: tuple[str, ...]) -> set[str]:
    """Digests of the sentences and the opening; of a short text, of the whole."""
    if not abstract:
        return set()
    long = [s for s in sentences(text) if len(s) >= _SENTENCE_WORDS]
    return {f"text:{digest(*piece)}" for piece in [*long, abstract[:_OPENING_WORDS]]}


def same_work(a: Record, b: Record, facts: Facts) -> bool:
    """Whether two records, looked at alone, are about one work. Symmetric."""
    one, other = traits(a, facts), traits(b, facts)
    return not one.keys.isdisjoint(other.keys) and likeness(one, other) > 0


def likeness(a: Traits, b: Traits) -> float:
    """How surely two records are about one work: above 0 they are, below 0 they contradict.

    Identifiers decide; without them equal titles need like abstracts, or a first author in
    common; abstracts alone need to be near duplicates. Symmetric.
    """
    if a.content == b.content:
        return 6.0
    decided = _by_identifier(a, b)
    if decided:
        return 5.0 * decided
    if a.summary and a.summary == b.summary:
        return 4.5
    overlap = _overlap(a, b)
    if a.title and b.title:
        if a.title == b.title:
            return _equally_titled(a, b, overlap)
        if not _variants(a.title, b.title):
            return 1.0 if _identical_text(a, b) and not _strangers(a, b) else -1.0
    if overlap is not None:
        if _strangers(a, b) and overlap < 1:
            return -1.0
        return 2 + overlap if overlap >= _NEAR else _doubt(overlap)
    if (a.bare_summary or b.bare_summary) and a.byline and a.byline == b.byline:
        return float(same_date(a.published, b.published))
    return 0.0


def _by_identifier(a: Traits, b: Traits) -> int:
    """1 if they share an identifier, -1 if they differ in one, 0 if nothing can be compared."""
    pairs = (
        (a.arxiv_id, b.arxiv_id),
        (a.fact.key if a.fact else "", b.fact.key if b.fact else ""),
        (a.doi, b.doi),
    )
    return next(((1 if x == y else -1) for x, y in pairs if x and y), 0)


def _equally_titled(a: Traits, b: Traits, overlap: float | None) -> float:
    if a.headed and a.headed == b.headed:
        return 3 + (overlap or 0)
    if _strangers(a, b):
        return -1.0
    if not a.abstract or not b.abstract:
        return 1.5
    if overlap is None:
        return 3.0 if _contained(a.abstract, b.abstract) else 0.0
    return 3 + overlap if overlap >= _NEAR else _doubt(overlap)


def _doubt(overlap: float) -> float:
    return -1.0 if overlap < _FAR else 0.0


def _overlap(a: Traits, b: Traits) -> float | None:
    """Share of the shorter abstract that stands in the longer (Broder, 1997: containment).

    None where a text is missing or too short to tell.
    """
    if not a.abstract or not b.abstract:
        return None
    if a.abstract == b.abstract:
        return 1.0
    if min(len(a.abstract), len(b.abstract)) < _TEXT_WORDS:
        return None
    return len(a.shingles & b.shingles) / min(len(a.shingles), len(b.shingles))


def _identical_text(a: Traits, b: Traits) -> bool:
    """Whether the abstracts are one text, long enough that this is no accident."""
    if min(len(a.abstract), len(b.abstract)) < _TEXT_WORDS:
        return False
    return len(a.shingles & b.shingles) >= _IDENTICAL * len(a.shingles | b.shingles)


def _contained(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Whether the longer text begins with the shorter, whose last word may be cut."""
    short, long = sorted((a, b), key=len)
    return short == long or (len(short) > 1 and short[:-1] == long[: len(short) - 1])


def _variants(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Whether two titles may be one: a subtitle more or less, a word or two written otherwise."""
    short, long = sorted((a, b), key=len)
    if long[: len(short)] == short:
        return True
    return len(set(a) & set(b)) >= 0.6 * len(set(a) | set(b))


def _strangers(a: Traits, b: Traits) -> bool:
    """Whether both name all their authors and share none."""
    return (
        a.all_people
        and b.all_people
        and bool(a.people and b.people)
        and set(a.people).isdisjoint(b.people)
    )
