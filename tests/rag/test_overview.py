"""The map of a library: near what is alike, within its frame, the same every time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from rag.config import Config
from rag.library import Library
from rag.summary.overview import overview, plane
from tests.fakes import HashEmbedder
from tests.rag.test_library import work


@pytest.fixture
def library(config: Config) -> Iterator[Library]:
    with Library.open(config, HashEmbedder()) as opened:
        yield opened


def test_what_is_alike_lies_close_and_all_within_the_frame() -> None:
    rng = np.random.default_rng(4)
    centres = np.eye(3, 40)
    vectors = np.repeat(centres, 20, axis=0) + rng.normal(0, 0.05, (60, 40))
    points = plane(vectors.astype(np.float32))
    assert np.abs(points).max() <= 1
    middles = points.reshape(3, 20, 2).mean(axis=1)
    spread = np.linalg.norm(points.reshape(3, 20, 2) - middles[:, None], axis=2).max()
    apart = min(np.linalg.norm(middles[a] - middles[b]) for a, b in ((0, 1), (0, 2), (1, 2)))
    assert apart > 2 * spread


def test_vectors_that_are_all_the_same_lie_in_one_place() -> None:
    assert np.allclose(plane(np.ones((5, 8), dtype=np.float32)), 0)


def test_the_map_holds_papers_that_have_vectors_and_is_the_same_again(library: Library) -> None:
    library.write([work(f"Moss {i}", f"Moss of kind {i} on walls.") for i in range(30)])
    assert overview(library).spots == ()
    library.fill()
    library.write([work("Fern", "Ferns wait for their vectors.")])
    seen = overview(library)
    assert {spot.paper.title for spot in seen.spots} == {f"Moss {i}" for i in range(30)}
    assert seen.of == 30
    assert sum(region.papers for region in seen.regions) == 30
    assert all(region.name for region in seen.regions)
    assert overview(library) == seen


def test_of_many_papers_an_even_sample_is_shown(library: Library) -> None:
    library.write([work(f"Moss {i}", f"Moss of kind {i} on walls.") for i in range(40)])
    library.fill()
    seen = overview(library, most=10)
    assert len(seen.spots) == 10
    assert seen.of == 40


def test_too_few_papers_make_no_map(library: Library) -> None:
    library.write([work("Moss", "Moss."), work("Fern", "Ferns.")])
    library.fill()
    assert overview(library).spots == ()
