"""Why records are one paper, and a person's word that they are not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from ingest.evidence import join, links, split
from ingest.facts import Facts
from ingest.settle import Settler
from rag.config import Config
from rag.errors import LibraryError
from rag.library import Library
from rag.types import Paper, Record
from tests.fakes import HashEmbedder

NO_FACTS = Facts([])
MOSS = (
    "Mosses grow slowly on the north side of old walls, where water stays. We measured four"
    " hundred walls over ten years and found that shade matters more than stone does."
)


def record(docno: str, **fields: Any) -> Record:
    return replace(Record("a.jsonl", 0, docno), **fields)


ALIKE = (
    record("1", title="On the growth of moss", abstract=MOSS),
    record("2", title="On the growth of moss", abstract=MOSS + " We thank the walls."),
    record("3", abstract=MOSS + " It rained."),
)


@pytest.fixture
def library(config: Config) -> Iterator[Library]:
    with Library.open(config, HashEmbedder()) as opened:
        yield opened


def take(library: Library, *records: Record) -> None:
    Settler(library, NO_FACTS).take(records)


def docnos(library: Library) -> list[tuple[str, ...]]:
    return sorted(paper.docnos for paper in library.papers())


@pytest.mark.parametrize(
    ("one", "other", "because"),
    [
        (
            {"arxiv_id": "2101.00001"},
            {"arxiv_id": "2101.00001", "title": "T"},
            "same arXiv id 2101.00001",
        ),
        ({"doi": "10.1/a", "title": "A"}, {"doi": "10.1/a", "title": "B"}, "same DOI 10.1/a"),
        (
            {"title": "On the growth of moss", "authors": ("Ada King",), "abstract": MOSS},
            {"title": "On the growth of moss", "authors": ("A. King",)},
            "same title and first author",
        ),
        (
            {"abstract": MOSS},
            {"abstract": MOSS.replace("ten", "five")},
            "85% of the shorter abstract stands in the longer",
        ),
        ({"title": "T"}, {"title": "T"}, "both say the same"),
    ],
)
def test_a_merge_says_what_it_rests_on(
    one: dict[str, Any], other: dict[str, Any], because: str
) -> None:
    first, second = links([record("1", **one), record("2", **other)], NO_FACTS)
    assert (first.because, first.other) == ("", "")
    assert (second.because, second.other) == (because, "a.jsonl#1")
    assert second.likeness > 0


def test_what_is_split_stays_apart_when_it_comes_again_in_any_form(library: Library) -> None:
    take(library, *ALIKE)
    (paper,) = library.papers()
    found = split(library, paper.paper_id, ["a.jsonl#2"], NO_FACTS)
    assert sorted(p.docnos for p in found) == docnos(library) == [("1", "3"), ("2",)]
    take(library, *ALIKE)
    copies = [replace(r, source="copy.jsonl") for r in ALIKE]
    take(library, *copies)
    assert docnos(library) == [("1", "3"), ("2",)]
    take(library, replace(ALIKE[1], abstract=MOSS + " Thanks."))  # a new version of the record
    assert docnos(library) == [("1", "3"), ("2",)]


def test_a_split_holds_when_a_source_read_anew_tells_the_venue(library: Library) -> None:
    bare = [replace(r, docno="", source=f"{r.docno}.ris") for r in ALIKE]
    take(library, *bare)
    split(library, library.papers()[0].paper_id, ["2.ris#0"], NO_FACTS)
    settler = Settler(library, NO_FACTS)
    settler.take([replace(r, venue="Kew Journal") for r in bare])
    for source in ("1.ris", "2.ris", "3.ris"):
        settler.replaced(source)
    assert sorted(p.sources for p in library.papers()) == [("1.ris", "3.ris"), ("2.ris",)]
    assert [p.venue for p in library.papers()] == ["Kew Journal", "Kew Journal"]
    said = [r.venue for p in library.papers() for r in library.records(p.paper_id)]
    assert said == ["Kew Journal"] * 3


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_a_split_gives_the_same_papers_in_whatever_order_the_records_come(
    order: tuple[int, ...], library: Library, config: Config
) -> None:
    take(library, *ALIKE)
    split(library, library.papers()[0].paper_id, ["a.jsonl#2"], NO_FACTS)
    decided = library.catalogue.stored.apart()
    other_home = replace(config, home=config.home.parent / "other")
    with Library.open(other_home, HashEmbedder()) as other:
        other.catalogue.stored.set_apart(decided)
        for i in order:
            take(other, ALIKE[i])
        assert said(other) == said(library)


def said(library: Library) -> list[Paper]:
    """The papers without their earlier ids, which tell how they came about."""
    return sorted((replace(p, aliases=()) for p in library.papers()), key=lambda p: p.paper_id)


def test_a_split_is_taken_back(library: Library) -> None:
    take(library, *ALIKE)
    before = said(library)
    one, other = split(library, library.papers()[0].paper_id, ["a.jsonl#2"], NO_FACTS)
    (paper,) = join(library, one.paper_id, other.paper_id, NO_FACTS)
    assert said(library) == before
    assert paper.docnos == ("1", "2", "3")
    take(library, *ALIKE)
    assert said(library) == before


def test_papers_of_one_arxiv_id_can_be_split_too(library: Library) -> None:
    take(library, record("1", arxiv_id="2101.00001", title="On moss"))
    take(library, record("2", arxiv_id="2101.00001", title="On ferns"))
    (paper,) = library.papers()
    one, other = split(library, paper.paper_id, ["a.jsonl#2"], NO_FACTS)
    assert one.paper_id != other.paper_id
    assert {one.title, other.title} == {"On moss", "On ferns"}


def test_what_cannot_be_split_or_joined_is_an_error_that_says_so(library: Library) -> None:
    take(library, *ALIKE, replace(ALIKE[0], source="copy"), record("9", title="Quite another"))
    paper, other = (library.paper("1"), library.paper("9"))
    for keys, reason in (
        (["nothing#1"], "has no record 'nothing#1'"),
        (["a.jsonl#1"], "say just the same as some that would stay"),
        (["a.jsonl#1", "a.jsonl#2", "a.jsonl#3", "copy#1"], "has no other records"),
    ):
        with pytest.raises(LibraryError, match=reason):
            split(library, paper.paper_id, keys, NO_FACTS)
    with pytest.raises(LibraryError, match="were not split"):
        join(library, paper.paper_id, other.paper_id, NO_FACTS)
    assert library.count() == 2
