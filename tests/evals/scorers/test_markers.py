"""The markers that answers print, ours and others'."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.scorers.markers import marker_texts, without_markers


def printed(text: str) -> tuple[int, ...]:
    """The numbers of all markers in `text`, each once, in order."""
    return tuple(dict.fromkeys(n for _, numbers in marker_texts(text) for n in numbers))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("So it is. [1]", (1,)),
        ("So [2][1] it is [2].", (2, 1)),
        ("So it is. [1, 2; 4 and 7]", (1, 2, 4, 7)),
        ("So it is. [1-3]", (1, 2, 3)),
        ("So it is. [1, 3–4]", (1, 3, 4)),
        ("So it is.[^2]", (2,)),
        ("So it is. 【2】【4:0†source】", (2, 4)),
        ("In [0, 1] since [2020], of [a], f(x)[i], [] and [1.5].", ()),
        ("Backwards [3-1], and far [1-300].", ()),
    ],
)
def test_each_way_of_printing_a_marker_is_read(text: str, numbers: tuple[int, ...]) -> None:
    assert printed(text) == numbers


def test_the_text_without_markers_keeps_everything_else() -> None:
    assert without_markers("It grew [1, 2] by 5 [0, 1] m 【3】. Then [2].") == (
        "It grew by 5 [0, 1] m. Then."
    )


@given(st.text(alphabet="ab [1,2-3]^【】. 0", max_size=60))
def test_no_letter_is_lost_with_the_markers(text: str) -> None:
    kept = without_markers(text)
    assert [c for c in kept if c in "ab"] == [c for c in text if c in "ab"]
    if not printed(text):
        assert kept == text


@given(st.lists(st.integers(1, 999), min_size=1, max_size=8, unique=True))
def test_a_printed_list_of_numbers_is_read_back(numbers: list[int]) -> None:
    assert printed(f"So. [{', '.join(map(str, numbers))}]") == tuple(numbers)
