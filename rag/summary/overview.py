"""The library at a glance: papers on a plane by their vectors, its regions named by their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.library import Library
from rag.summary.grouping import group_names
from rag.types import Paper

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST = 1000
"""Papers on a map; more would hide each other."""

_REGIONS = 7  # of a map of many papers
_A_REGION = 12  # papers, at least
_BEYOND = 0.5  # percent of the papers at each end of an axis that do not decide its length
_ROUNDS = 30  # of k-means; it is still after far fewer


@dataclass(frozen=True, slots=True)
class Spot:
    """A paper on the map; `x` and `y` in [-1, 1], `x` to the right, `y` upwards."""

    paper: Paper
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the map and the words that set the titles there apart from the others'."""

    name: str
    x: float
    y: float
    papers: int


@dataclass(frozen=True, slots=True)
class Overview:
    """A map: `of` is how many papers have vectors, of which these are an even sample."""

    spots: tuple[Spot, ...]
    regions: tuple[Region, ...]
    of: int


def overview(library: Library, most: int = MOST) -> Overview:
    """The map of a library: the first two principal components (Pearson, 1901) of the vectors of
    up to `most` of its papers, the same ones until it changes. Papers without vectors are not on
    it. Raises LibraryError.
    """
    import numpy as np

    there = library.standing().by_vectors
    papers = _sample(library, max(there // most, 1), most)
    first: dict[str, str] = {}
    for chunk in library.catalogue.chunks_of([paper.paper_id for paper in papers]):
        first.setdefault(chunk.paper_id, chunk.chunk_id)
    stored = library.vectors(list(first.values()))
    papers = [paper for paper in papers if first.get(paper.paper_id) in stored]
    if len(papers) < 3:  # any two lie on a line
        return Overview((), (), there)
    points = plane(np.stack([stored[first[paper.paper_id]] for paper in papers]))
    spots = tuple(
        Spot(paper, float(x), float(y)) for paper, (x, y) in zip(papers, points, strict=True)
    )
    return Overview(spots, _regions(papers, points), there)


def _sample(library: Library, step: int, most: int) -> list[Paper]:
    rows = library.catalogue.database.rows(
        "SELECT paper_id FROM papers WHERE state IN ('indexed', 'facets') AND rowid % ? = 0"
        " ORDER BY rowid LIMIT ?",
        (step, most),
    )
    papers = library.papers([str(row[0]) for row in rows])
    return sorted(papers, key=lambda paper: paper.paper_id)


def plane(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """The rows of `vectors` (n, dimension) on a plane (n, 2), each axis within [-1, 1]."""
    import numpy as np

    centred = vectors.astype(np.float64) - vectors.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)  # in rising order of what they tell
    two = axes[:, [-1, -2]]
    two = two * np.sign(two[np.abs(two).argmax(axis=0), [0, 1]])  # a sign is anybody's guess
    points = centred @ two
    low, high = np.percentile(points, [_BEYOND, 100 - _BEYOND], axis=0)
    half = np.where(high > low, (high - low) / 2, 1.0)
    found: NDArray[np.float64] = ((points - (low + high) / 2) / half).clip(-1, 1)
    return found


def _regions(papers: Sequence[Paper], points: NDArray[np.float64]) -> tuple[Region, ...]:
    """Where papers lie close (Lloyd's k-means, 1982), each named by its titles."""
    number = min(_REGIONS, len(papers) // _A_REGION)
    if number < 2:
        return ()
    from scipy.cluster.vq import kmeans2

    centres, labels = kmeans2(points, number, iter=_ROUNDS, minit="++", rng=0)
    members = [[p for p, at in zip(papers, labels, strict=True) if at == i] for i in range(number)]
    titled = [[replace(paper, abstract="", summary="") for paper in group] for group in members]
    kept = [i for i in range(number) if titled[i]]
    names = group_names([titled[i] for i in kept])
    return tuple(
        Region(name, float(centres[i][0]), float(centres[i][1]), len(members[i]))
        for i, name in zip(kept, names, strict=True)
    )
