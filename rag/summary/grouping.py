"""Papers sorted into groups that are alike, and groups named by their own words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from rag.finding.terms import content_stems, content_words
from rag.types import Paper

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST = 6  # members of a group: what a small chat model can still read at once
# Cosine distance at which groups are still joined; bge's vectors of two abstracts of one field lie
# about 0.25 apart, those of two fields 0.4 and more.
CUT = 0.33
_TITLE_COUNTS = 3  # a word of the title says more of a paper than one of its abstract
_NAME_TERMS = 3
_PAIR = 1.7  # how much more two words say than one
_RARE = 0.15  # share of papers below which a term counts as said by none


def groups(vectors: NDArray[np.float32]) -> list[list[int]]:
    """Rows of `vectors` (n, dimension) that are alike, at most MOST together.

    Average linkage of cosine distances (Sokal and Michener, 1958), cut at CUT; a group that is too
    large is cut further. Rows keep their order within a group, groups the order of their first
    row. One row, or none, is one group, or none.
    """
    if len(vectors) < 2:
        return [[row] for row in range(len(vectors))]
    found = _split(vectors, list(range(len(vectors))), _clusters(vectors, CUT, "distance"))
    return sorted(found)


def few_groups(vectors: NDArray[np.float32]) -> list[list[int]]:
    """As `groups`, but at most MOST of them, however large."""
    return sorted(_by_label(range(len(vectors)), _clusters(vectors, MOST, "maxclust")))


def _split(
    vectors: NDArray[np.float32], rows: Sequence[int], labels: Sequence[int]
) -> list[list[int]]:
    found: list[list[int]] = []
    for members in _by_label(rows, labels):
        if len(members) <= MOST:
            found.append(members)
        else:
            halves = _clusters(vectors[members], 2, "maxclust")
            if len(set(halves)) < 2:  # all the same: nothing but their order tells them apart
                halves = [int(i >= len(members) // 2) for i in range(len(members))]
            found += _split(vectors, members, halves)
    return found


def _by_label(rows: Sequence[int], labels: Sequence[int]) -> list[list[int]]:
    by_label: dict[int, list[int]] = {}
    for row, label in zip(rows, labels, strict=True):
        by_label.setdefault(label, []).append(row)
    return list(by_label.values())


def _clusters(vectors: NDArray[np.float32], limit: float, criterion: str) -> list[int]:
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import pdist

    tree = linkage(pdist(vectors.astype("float64"), "cosine").clip(0), "average")
    return [int(label) for label in fcluster(tree, limit, criterion)]


def group_names(members: Sequence[Sequence[Paper]]) -> list[str]:
    """A name for each group of papers: the terms that set it apart from the other groups.

    Terms are words and pairs of words. Each is weighed by the share of the group's papers that say
    it, and by how much more often these do than the others' (a log-ratio); a pair counts for more,
    and hides its words.
    """
    terms = [[_terms(paper) for paper in papers] for papers in members]
    names = []
    for group, papers in enumerate(members):
        others = [said for i, all_said in enumerate(terms) if i != group for said in all_said]
        names.append(_name(papers, terms[group], others))
    return names


def _name(
    papers: Sequence[Paper], own: Sequence[Counter[str]], others: Sequence[Counter[str]]
) -> str:
    inside, outside = _shares(own), _shares(others)

    def weight(term: str) -> float:
        apart = math.log((inside[term] + _RARE) / (outside.get(term, 0.0) + _RARE))
        return inside[term] * apart * (_PAIR if " " in term else 1.0)

    ranked = sorted(inside, key=lambda term: (-weight(term), term))
    kept: list[str] = []
    for term in ranked:
        if len(kept) < _NAME_TERMS and not any(set(term.split()) & set(k.split()) for k in kept):
            kept.append(term)
    written = _written(papers)
    names = [" ".join(written.get(stem, stem) for stem in term.split()) for term in kept]
    return ", ".join(names) or papers[0].title


def _shares(said: Sequence[Counter[str]]) -> dict[str, float]:
    """For each term the share of papers that say it; one in a title counts as said for certain."""
    found: dict[str, float] = {}
    for terms in said:
        for term, times in terms.items():
            found[term] = found.get(term, 0.0) + min(times / _TITLE_COUNTS, 1.0) / len(said)
    return found


def _terms(paper: Paper) -> Counter[str]:
    """How often a paper says each stem, and each two that follow each other."""
    found: Counter[str] = Counter()
    for text, times in ((paper.title, _TITLE_COUNTS), (paper.abstract or paper.summary, 1)):
        stems = [stem for stem in content_stems(text) if not stem.isdigit()]
        pairs = [f"{one} {two}" for one, two in pairwise(stems) if one != two]
        for term in stems + pairs:
            found[term] += times
    return found


def _written(papers: Sequence[Paper]) -> dict[str, str]:
    """The form in which the papers write each stem most often, in small letters unless a name."""
    forms: dict[str, Counter[str]] = {}
    for paper in papers:
        for word in content_words(f"{paper.title} {paper.abstract or paper.summary}"):
            plain = word if any(c.isupper() for c in word[1:]) else word.lower()
            for stem in content_stems(word):
                forms.setdefault(stem, Counter())[plain] += 1
    return {stem: max(sorted(count), key=lambda form: count[form]) for stem, count in forms.items()}
