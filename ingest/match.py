"""Whether two records are about one work: by identifier, title, near-duplicate text, or byline."""

from __future__ import annotations

from collections.abc import Collection

from ingest.facts import same_date
from ingest.traits import TEXT_WORDS, Traits

Apart = Collection[tuple[int, int]]
"""Pairs of handles of records of which a person said that they are not of one work."""

_NEAR = 0.8  # share of the shorter text's shingles that stand in the longer
_FAR = 0.5  # below this two abstracts are different texts
_IDENTICAL = 0.95


def set_apart(a: Traits, b: Traits, apart: Apart) -> bool:
    """Whether a person said that these are not one work. Symmetric if `apart` is."""
    return bool(apart) and any((x, y) in apart for x in a.handles for y in b.handles)


def same_work(a: Traits, b: Traits) -> bool:
    """Whether two records, looked at alone, are about one work. Symmetric."""
    if a.alone == b.alone:
        return True
    return not a.keys.isdisjoint(b.keys) and likeness(a, b) > 0


def likeness(a: Traits, b: Traits) -> float:
    """How surely two records are about one work: above 0 they are, below 0 they contradict.

    Identifiers decide; without them equal titles need like abstracts, or a first author in
    common; abstracts alone need to be near duplicates. Symmetric.
    """
    return judge(a, b)[0]


def judge(a: Traits, b: Traits) -> tuple[float, str]:
    """The likeness, and for a person what it rests on (empty where they are not alike)."""
    if a.content == b.content:
        return 6.0, "both say the same"
    score, reason = _by_identifier(a, b)
    if score:
        return score, reason
    if a.record.summary and a.record.summary == b.record.summary:
        return 4.5, "same summary"
    overlap = _overlap(a, b)
    if a.title and b.title:
        if a.title == b.title:
            return _equally_titled(a, b, overlap)
        if not _variants(a.title, b.title):
            same = _identical_text(a, b) and not _strangers(a, b)
            return (1.0, "same abstract under another title") if same else (-1.0, "")
    if overlap is not None:
        if _strangers(a, b) and overlap < 1:
            return -1.0, ""
        return (2 + overlap, _near(overlap)) if overlap >= _NEAR else (_doubt(overlap), "")
    if (a.bare_summary or b.bare_summary) and a.byline and a.byline == b.byline:
        agree = same_date(a.record.published, b.record.published)
        return (1.0, "summary by the same authors and date") if agree else (0.0, "")
    return (1.0, "same text") if a.alone == b.alone else (0.0, "")


def _near(overlap: float) -> str:
    return f"{overlap:.0%} of the shorter abstract stands in the longer"


def _by_identifier(a: Traits, b: Traits) -> tuple[float, str]:
    """5 if they share an identifier, -5 if they differ in one, 0 if nothing can be compared."""
    for kind, x, y in (
        ("arXiv id", a.arxiv_id, b.arxiv_id),
        ("known paper", a.fact.key if a.fact else "", b.fact.key if b.fact else ""),
        ("DOI", a.record.doi, b.record.doi),
    ):
        if x and y:
            return (5.0, f"same {kind} {x}") if x == y else (-5.0, "")
    return 0.0, ""


def _equally_titled(a: Traits, b: Traits, overlap: float | None) -> tuple[float, str]:
    if a.headed and a.headed == b.headed:
        return 3 + (overlap or 0), "same title and first author"
    if _strangers(a, b):
        return -1.0, ""
    if not a.record.abstract or not b.record.abstract:
        return 1.5, "same title, and nothing speaks against it"
    if overlap is None:
        whole = _contained(a.abstract.words, b.abstract.words)
        return (3.0, "same title, one abstract begins the other") if whole else (0.0, "")
    if overlap >= _NEAR:
        return 3 + overlap, f"same title, {_near(overlap)}"
    return _doubt(overlap), ""


def _doubt(overlap: float) -> float:
    return -1.0 if overlap < _FAR else 0.0


def _overlap(a: Traits, b: Traits) -> float | None:
    """Share of the shorter abstract that stands in the longer (Broder, 1997: containment).

    None where a text is missing or too short to tell.
    """
    if not a.record.abstract or not b.record.abstract:
        return None
    one, other = a.abstract, b.abstract
    if one.words == other.words:
        return 1.0
    if min(len(one.words), len(other.words)) < TEXT_WORDS:
        return None
    shorter = min(len(one.shingles), len(other.shingles))
    return len(one.shingles & other.shingles) / shorter


def _identical_text(a: Traits, b: Traits) -> bool:
    """Whether the abstracts are one text, long enough that this is no accident."""
    one, other = a.abstract, b.abstract
    if min(len(one.words), len(other.words)) < TEXT_WORDS:
        return False
    return len(one.shingles & other.shingles) >= _IDENTICAL * len(one.shingles | other.shingles)


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
        a.record.authors_complete
        and b.record.authors_complete
        and bool(a.people and b.people)
        and set(a.people).isdisjoint(b.people)
    )
