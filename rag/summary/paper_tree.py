"""Papers in groups that are alike, and those in larger ones: what a summary climbs up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.library import Library
from rag.stored.chunk import chunk_paper
from rag.summary.grouping import MOST, few_groups, group_names, groups
from rag.types import Paper

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Branch:
    """Papers, or groups of them, under a name; the topmost has none."""

    title: str
    below: tuple[Branch | Paper, ...]


def papers_of(tree: Branch | Paper) -> list[Paper]:
    """All papers of a tree, from left to right."""
    return [tree] if isinstance(tree, Paper) else _all_papers(tree.below)


def size(tree: Branch | Paper) -> int:
    """Number of papers and branches."""
    return 1 if isinstance(tree, Paper) else 1 + sum(map(size, tree.below))


def paper_tree(library: Library, papers: Sequence[Paper]) -> Branch | Paper:
    """The papers in groups, these in larger ones where they are many, up to one branch.

    No branch has more than `MOST` below it. One paper is a tree by itself. Raises LibraryError,
    WeightsError.
    """
    import numpy as np

    if len(papers) == 1:
        return papers[0]
    nodes: list[Branch | Paper] = list(papers)
    middles = _vectors(library, papers)
    found = groups(middles) if len(papers) > 2 else [[0, 1]]
    while len(found) > 1:
        names = group_names([_all_papers([nodes[i] for i in rows]) for rows in found])
        nodes = [
            nodes[rows[0]] if len(rows) == 1 else Branch(name, tuple(nodes[i] for i in rows))
            for rows, name in zip(found, names, strict=True)
        ]
        middles = np.stack([middles[rows].mean(axis=0) for rows in found])
        found = few_groups(middles) if len(nodes) > MOST else [list(range(len(nodes)))]
    return Branch("", tuple(nodes))


def _all_papers(trees: Sequence[Branch | Paper]) -> list[Paper]:
    return [paper for tree in trees for paper in papers_of(tree)]


def _vectors(library: Library, papers: Sequence[Paper]) -> NDArray[np.float32]:
    """One row (dimension,) for each paper: the middle of its chunks' vectors, made if need be."""
    import numpy as np

    chunks = [chunk for paper in papers for chunk in chunk_paper(paper)]
    stored = library.vectors([chunk.chunk_id for chunk in chunks])
    missing = [chunk for chunk in chunks if chunk.chunk_id not in stored]
    if missing:
        stored |= zip([chunk.chunk_id for chunk in missing], library.embed(missing), strict=True)
    own: dict[str, list[str]] = {paper.paper_id: [] for paper in papers}
    for chunk in chunks:
        own[chunk.paper_id].append(chunk.chunk_id)
    middles = np.stack([np.mean([stored[c] for c in ids], axis=0) for ids in own.values()])
    lengths = np.linalg.norm(middles, axis=1, keepdims=True)
    return (middles / lengths).astype(np.float32)  # type: ignore[no-any-return]  # numpy's division
