"""Papers like a given one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.config import Config
from rag.errors import PaperNotFound
from rag.finding.filters import Filter
from rag.finding.similar import similar_papers
from rag.library import Library
from tests.fakes import HashEmbedder
from tests.rag.test_library import work

LONG = " ".join(f"Bridges of steel number {n} carry trains over rivers." for n in range(60))


@pytest.fixture
def library(config: Config) -> Iterator[Library]:
    with Library.open(config, HashEmbedder()) as made:
        made.write(
            [
                work("Moss", "Mosses grow slowly on walls in the shade."),
                work("Lichen", "Lichens grow slowly on walls in the sun.", source="b.txt"),
                work("Ferns", "Ferns like the shade of trees.", source="b.txt"),
                work("Bridges", f"{LONG} Mosses grow slowly on walls in the shade too."),
                work("Prices", "Stocks fell.", source="b.txt"),
            ]
        )
        made.fill()
        yield made


def titles(library: Library, name: str, k: int, within: Filter | None = None) -> list[str]:
    scope = library.scope(within) if within else None
    return [paper.title for paper, _ in similar_papers(library, name, k, scope).found]


def exact(library: Library, name: str) -> list[str]:
    """Titles of the others by the nearest two chunks, every pair compared."""
    chunks = library.catalogue.chunks_of(library.catalogue.ids())
    vectors = library.embed(chunks)
    best: dict[str, float] = {}
    for one, left in zip(chunks, vectors, strict=True):
        for other, right in zip(chunks, vectors, strict=True):
            if one.title == name != other.title:
                best[other.title] = max(best.get(other.title, -1.0), float(left @ right))
    return sorted(best, key=lambda title: -best[title])


@pytest.mark.parametrize("name", ["Moss", "Bridges"])
def test_the_most_alike_come_first_and_the_paper_itself_does_not(
    library: Library, name: str
) -> None:
    found = similar_papers(library, name, 4)
    assert (found.paper.title, found.note) == (name, "")
    assert [paper.title for paper, _ in found.found] == exact(library, name)
    scores = [hit.score for _, hit in found.found]
    assert scores == sorted(scores, reverse=True)
    assert all(hit.chunk.paper_id == paper.paper_id for paper, hit in found.found)


def test_papers_of_many_chunks_do_not_crowd_others_out(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.finding.similar._DEPTH", 1)
    assert len(titles(library, "Bridges", 4)) == 4


def test_a_filter_keeps_to_its_papers(library: Library) -> None:
    fitting = [title for title in exact(library, "Moss") if title != "Bridges"]
    assert titles(library, "Moss", 5, Filter(sources=("b.txt",))) == fitting
    assert titles(library, "Moss", 5, Filter(sources=("c.txt",))) == []


def test_a_paper_without_vectors_is_compared_all_the_same_and_that_is_said(
    library: Library,
) -> None:
    library.write([work("Liverworts", "Liverworts grow slowly on walls in the shade.")])
    found = similar_papers(library, "Liverworts", 1)
    assert found.found[0][0].title == "Moss"
    assert "no vectors yet" in found.note


def test_an_unknown_paper_is_an_error(library: Library) -> None:
    with pytest.raises(PaperNotFound, match="nothing"):
        similar_papers(library, "nothing", 1)
