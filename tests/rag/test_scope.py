"""Searching within a filter gives what a search of everything gives, less what does not fit."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.config import Config
from rag.finding.filters import Filter
from rag.finding.retrieve import retrieve, search_papers
from rag.finding.scope import Scope
from rag.library import Library
from tests.fakes import HashEmbedder
from tests.rag.test_filters import leaves, papers
from tests.rag.test_library import wait_until

FILTERS = (
    Filter((2020, 2021)),
    Filter(authors=("Wu", "Ada")),
    Filter(categories=("cs",)),
    Filter((2019, None), categories=("cs", "stat"), sources=("*.bib", "feed")),
    Filter(sources=("*",)),
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    home = tmp_path_factory.mktemp("scoped")
    with Library.open(Config(home=home, cache=home), HashEmbedder()) as made:
        made.write(papers())
        made.fill()
        yield made


@pytest.fixture(params=["few", "many"])
def road(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways of searching vectors; the second has to look further several times."""
    if request.param == "many":
        monkeypatch.setattr("rag.finding.scope._FEW", 0)
        monkeypatch.setattr("rag.finding.scope._LOOKED_AT", 3)
    return str(request.param)


def fresh(library: Library, within: Filter) -> Scope:
    """A scope of its own, so that none made on the other road is met."""
    ids = [library.catalogue.resolve_id(name) for name in within.paper_ids]
    return Scope(within, ids, library._words, library._vectors)


@pytest.mark.parametrize("within", FILTERS, ids=str)
def test_vectors_and_words_rank_as_among_everything(
    library: Library, road: str, within: Filter
) -> None:
    scope = fresh(library, within)
    fitting = {paper.paper_id for paper in library.papers() if leaves(within, paper)}
    vector = library.embedder.embed(["moss on a wall"], "query")[0]

    def fit(found: list[tuple[str, float]]) -> list[tuple[str, float]]:
        return [(i, score) for i, score in found if i.rsplit("/", 2)[0] in fitting]

    exact = dict(fit(library.search_vectors(vector, 40)))
    near, more = scope.search_vectors(vector, 5)
    assert [score for _, score in near] == pytest.approx(sorted(exact.values())[-1:-6:-1], abs=1e-5)
    assert dict(near) == pytest.approx({i: exact[i] for i, _ in near}, abs=1e-5)
    assert more == (len(fitting) > 5)
    words = fit(library.search_words("moss wall", 40))
    assert dict(scope.search_words("moss wall", 40)) == dict(words)
    assert len(words) > 2


@pytest.mark.parametrize("within", FILTERS, ids=str)
def test_papers_asked_for_are_found_if_there_are_as_many(
    library: Library, road: str, within: Filter
) -> None:
    fitting = {paper.paper_id for paper in library.papers() if leaves(within, paper)}
    found = search_papers(library, "moss on a wall", len(fitting), fresh(library, within))
    assert {paper.paper_id for paper, _ in found} == fitting
    hits = retrieve(library, "moss on a wall", 3, scope=fresh(library, within)).hits
    assert {hit.chunk.paper_id for hit in hits} <= fitting
    assert len(hits) == min(3, len(fitting))


def test_papers_without_vectors_are_found_within_a_filter_by_words(config: Config) -> None:
    with Library.open(config, HashEmbedder()) as library:
        library.write(papers())
        scope = library.scope(Filter(sources=("*",)))
        assert scope.search_vectors(library.embedder.embed(["moss"], "query")[0], 5) == ([], False)
        assert len(search_papers(library, "moss", 5, scope)) == 5


def test_a_scope_lasts_until_something_changes(config: Config) -> None:
    within = Filter(sources=("*",))
    with Library.open(config, HashEmbedder()) as library:
        library.write(papers()[:20])
        library.fill()
        scope = library.scope(within)
        assert library.scope(Filter(sources=("*",))) is scope
        library.write(papers())
        assert library.scope(within).size > scope.size


def test_a_scope_shows_the_vectors_that_another_has_made_meanwhile(config: Config) -> None:
    within = Filter(sources=("*",))
    with (
        Library.open(config, HashEmbedder()) as reader,
        Library.open(config, HashEmbedder()) as writer,
    ):
        writer.write(papers()[:3])
        writer.fill()
        vector = reader.embedder.embed(["moss"], "query")[0]
        before, _ = reader.scope(within).search_vectors(vector, 50)
        writer.write(papers())
        writer.fill()
        # What a scope reads before the vectors are open anew must not be kept for good.
        wait_until(lambda: len(reader.scope(within).search_vectors(vector, 50)[0]) > len(before))
        wait_until(
            lambda: (
                len(reader.scope(within).search_vectors(vector, 50)[0])
                == len(writer.scope(within).search_vectors(vector, 50)[0])
            )
        )
