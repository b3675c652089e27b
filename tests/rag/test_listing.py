"""A page of the library: searched, filtered, sorted and counted by the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zlib import crc32

import pytest

from rag.stored.catalogue import Catalogue
from rag.stored.listing import SORTS, Listing, Wanted
from rag.types import KeyedRecord, Paper, Record, Work

PAPERS = (
    Paper("arxiv:2101.00001", "Lamps that learn", "Lamps dim.", authors=("Ada Lumen", "Zoë Ähre"),
          published="2021-01-05", arxiv_id="2101.00001", sources=("a.bib",),
          docnos=("lamps21",), categories=("cs.LG", "stat.ML")),
    Paper("doi:10.5/wicks", "On wicks", "Wicks burn.", authors=("Otto Docht",), published="2019",
          doi="10.5/wicks", sources=("a.bib", "b%.csv"), categories=("cs.CL",)),
    Paper("text:1", "candles, a 100% survey", "Wax.", sources=("bX.csv",)),
    Paper("text:2", "Zinc lamps", "Zinc.", authors=("Ada Lumen",), published="2021-06",
          sources=("b%.csv",), categories=("cs",)),
)  # fmt: skip


@pytest.fixture
def listing(tmp_path: Path) -> Iterator[Listing]:
    catalogue = Catalogue(tmp_path / "catalogue.sqlite3")
    works = [
        Work(paper, (KeyedRecord(Record("a", i), crc32(paper.paper_id.encode()), i, ()),))
        for i, paper in enumerate(PAPERS)
    ]
    catalogue.put(works, {paper.paper_id: () for paper in PAPERS})
    yield Listing(catalogue)
    catalogue.close()


def titles(listing: Listing, **wanted: object) -> list[str]:
    page = listing.page(replace(Wanted(), **wanted))  # type: ignore[arg-type]  # of any field
    assert page.total == len(page.papers)
    return [paper.title for paper in page.papers]


LAMPS, WICKS, CANDLES, ZINC = (paper.title for paper in PAPERS)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("lamp", [ZINC, LAMPS]),
        ("LUMEN lamps learn", [LAMPS]),
        ('"lamps that"', [LAMPS]),
        ('"that lamps"', []),
        ("zoe ahre", []),
        ("Zoë ähre", [LAMPS]),
        ("2101.00001", [LAMPS]),
        ("10.5/wicks", [WICKS]),
        ("lamps21", [LAMPS]),
        ("text:2", [ZINC]),
        ("21", []),
        ("100%", [CANDLES]),
        ("'; DROP TABLE papers; --", []),
        ("  ", [ZINC, LAMPS, WICKS, CANDLES]),
    ],
)
def test_every_word_must_stand_in_title_names_or_ids(
    listing: Listing, words: str, found: list[str]
) -> None:
    assert titles(listing, words=words) == found


@pytest.mark.parametrize(
    ("years", "found"),
    [
        ((2021, None), [ZINC, LAMPS]),
        ((None, 2020), [WICKS]),
        ((2019, 2021), [ZINC, LAMPS, WICKS]),
        ((2022, None), []),
        ((None, 9999), [ZINC, LAMPS, WICKS]),
    ],
)
def test_years_keep_those_with_a_date_between_them(
    listing: Listing, years: tuple[int | None, int | None], found: list[str]
) -> None:
    assert titles(listing, years=years) == found


def test_a_category_stands_for_those_below_it_and_for_no_other(listing: Listing) -> None:
    assert titles(listing, category="cs") == [ZINC, LAMPS, WICKS]
    assert titles(listing, category="cs.LG") == [LAMPS]
    assert titles(listing, category="cs.L") == []


def test_a_source_is_its_whole_name_and_no_pattern(listing: Listing) -> None:
    assert titles(listing, source="b%.csv") == [ZINC, WICKS]
    assert titles(listing, source="b") == []


def test_every_order_holds_all_papers_and_the_undated_come_last(listing: Listing) -> None:
    assert titles(listing, sort="newest") == [ZINC, LAMPS, WICKS, CANDLES]
    assert titles(listing, sort="oldest") == [WICKS, LAMPS, ZINC, CANDLES]
    assert titles(listing, sort="title") == [CANDLES, LAMPS, WICKS, ZINC]
    assert titles(listing, sort="authors")[-1] == CANDLES
    for sort in SORTS:
        assert sorted(titles(listing, sort=sort)) == sorted([LAMPS, WICKS, CANDLES, ZINC])


def test_pages_follow_one_another_and_tell_how_many_there_are_in_all(listing: Listing) -> None:
    pages = [listing.page(Wanted(), number, size=3) for number in (0, 1, 2)]
    assert [[paper.title for paper in page.papers] for page in pages] == [
        [ZINC, LAMPS, WICKS],
        [CANDLES],
        [],
    ]
    assert {page.total for page in pages} == {4}


def test_a_paper_being_deleted_is_on_no_page_and_in_no_count(listing: Listing) -> None:
    listing._catalogue.mark_deleted("text:2")
    assert titles(listing) == [LAMPS, WICKS, CANDLES]
    assert listing.years(Wanted()) == {2019: 1, 2021: 1}
    assert listing.categories()["cs"] == 0


def test_years_are_counted_as_the_list_would_show_them_without_its_years(listing: Listing) -> None:
    assert listing.years(Wanted(words="lamps", years=(2019, 2019))) == {2021: 2}
    assert listing.sources() == {"a.bib": 2, "b%.csv": 2, "bX.csv": 1}
