"""Deleting papers, and having them back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from ingest.evidence import split
from ingest.facts import Facts
from ingest.removal import remove, restore
from ingest.settle import Settler
from rag.config import Config
from rag.errors import LibraryError, PaperNotFound
from rag.library import Library
from rag.stored import removed as removals
from rag.stored.removed import Removed
from rag.types import Record
from tests.fakes import HashEmbedder

NO_FACTS = Facts([])
MOSS = Record("a.bib", 0, "moss", "On the growth of moss", "Moss is green.", authors=("A Bee",))
FERN = Record("a.bib", 1, "fern", "Ferns in the shade", "Ferns like shade.", arxiv_id="2101.00001")


@pytest.fixture
def library(config: Config) -> Iterator[Library]:
    with Library.open(config, HashEmbedder()) as opened:
        Settler(opened, NO_FACTS).take([MOSS, FERN])
        opened.fill()
        yield opened


def ids(library: Library) -> set[str]:
    return {paper.paper_id for paper in library.papers()}


def test_deleted_papers_are_gone_at_once_for_every_way_of_finding_them(library: Library) -> None:
    fern = library.paper("2101.00001")
    assert remove(library, ["2101.00001"]) == [fern]
    assert fern.paper_id not in ids(library)
    assert library.search_words("ferns shade", 5) == []
    with pytest.raises(PaperNotFound):
        library.paper("2101.00001")
    library.fill()
    assert all("2101.00001" not in name for name in library._vectors.ids())


def test_a_deletion_undone_leaves_the_library_as_it_was(library: Library) -> None:
    before = library.papers()
    remove(library, ids(library))
    assert library.count() == 0
    assert len(Removed(library.catalogue.database).listed()) == 2
    restore(library, [paper.paper_id for paper in before], NO_FACTS)
    assert library.papers() == before
    assert library.search_words("ferns shade", 5)
    library.fill()
    assert len(library._vectors.ids()) == 2
    assert Removed(library.catalogue.database).listed() == []


def test_undone_before_the_vectors_followed_nothing_is_lost_or_doubled(library: Library) -> None:
    (fern,) = remove(library, ["2101.00001"])
    restore(library, [fern.paper_id], NO_FACTS)
    library.fill()
    assert len(library._vectors.ids()) == 2
    assert library.unfinished() == 0


def test_a_paper_that_came_in_again_meanwhile_is_not_doubled(library: Library) -> None:
    (fern,) = remove(library, ["2101.00001"])
    Settler(library, NO_FACTS).take([FERN])
    assert [one.paper_id for one in restore(library, [fern.paper_id], NO_FACTS)] == [fern.paper_id]
    assert library.count() == 2


def test_a_persons_word_that_two_are_not_one_outlasts_deleting_and_undoing(
    library: Library,
) -> None:
    twin = Record(
        "b.bib", 0, "x", MOSS.title, MOSS.abstract, authors=MOSS.authors, published="2020"
    )
    Settler(library, NO_FACTS).take([twin])
    moss = next(paper for paper in library.papers() if "moss" in paper.title)
    apart = split(library, moss.paper_id, ["b.bib#x"], NO_FACTS)
    remove(library, [paper.paper_id for paper in apart])
    restore(library, [paper.paper_id for paper in apart], NO_FACTS)
    assert ids(library) >= {paper.paper_id for paper in apart}


def test_one_unknown_paper_and_none_is_deleted(library: Library) -> None:
    with pytest.raises(PaperNotFound):
        remove(library, ["2101.00001", "nobody"])
    assert library.count() == 2


def test_what_was_deleted_a_day_ago_is_gone_for_good(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    (fern,) = remove(library, ["2101.00001"])
    monkeypatch.setattr(removals, "UNDO_S", -1.0)
    assert Removed(library.catalogue.database).listed() == []
    remove(library, ids(library))
    with pytest.raises(LibraryError, match="cannot be undone any more"):
        restore(library, [fern.paper_id], NO_FACTS)


def test_a_deletion_tells_when_it_was(library: Library) -> None:
    remove(library, ["2101.00001"])
    (one,) = Removed(library.catalogue.database).listed()
    assert one.title == FERN.title
    assert 0 <= (datetime.now(UTC) - one.at).total_seconds() < 60
