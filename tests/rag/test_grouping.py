"""Papers sorted into groups, and the groups' names."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rag.summary.grouping import MOST, few_groups, group_names, groups
from rag.types import Paper


def paper(title: str, abstract: str = "") -> Paper:
    return Paper(f"title:{title}", title, abstract)


def rows(*angles: float) -> np.ndarray:
    """Unit vectors in the plane at these angles, in degrees."""
    radians = np.radians(angles)
    return np.stack([np.cos(radians), np.sin(radians)], axis=1).astype(np.float32)


def test_what_is_alike_comes_together_in_the_order_given() -> None:
    assert groups(rows(90, 0, 92, 2)) == [[0, 2], [1, 3]]


def test_a_group_that_is_too_large_is_cut_further() -> None:
    found = groups(rows(*range(10)))
    assert len(found) > 1
    assert max(map(len, found)) <= MOST


def test_papers_that_are_all_the_same_are_still_cut() -> None:
    found = groups(np.ones((20, 3), np.float32))
    assert max(map(len, found)) <= MOST
    assert sorted(i for group in found for i in group) == list(range(20))


def test_few_groups_are_few() -> None:
    assert len(few_groups(rows(*range(0, 180, 6)))) <= MOST


@given(
    arrays(
        np.float32,
        st.tuples(st.integers(0, 25), st.just(4)),
        elements=st.floats(0.125, 1, width=32),
    )
)
def test_every_row_is_in_one_group(vectors: np.ndarray) -> None:
    found = groups(vectors)
    assert sorted(i for group in found for i in group) == list(range(len(vectors)))
    assert all(group == sorted(group) for group in found)
    assert found == sorted(found)


def test_a_name_sets_a_group_apart() -> None:
    scaling = [
        paper("Scaling laws of language models", "Loss falls with size."),
        paper("Scaling laws of images", "Loss falls with compute."),
    ]
    feedback = [
        paper("Human feedback for language models", "People compare answers."),
        paper("Human feedback for summaries", "People compare texts."),
    ]
    names = group_names([scaling, feedback])
    assert names[0].startswith("scaling laws")
    assert names[1].startswith("human feedback")


def test_a_name_is_written_as_the_papers_write_it() -> None:
    (name,) = group_names([[paper("GPT learning"), paper("GPT training")]])
    assert "GPT" in name


def test_papers_without_words_are_named_by_their_title() -> None:
    assert group_names([[paper("42")]]) == ["42"]
