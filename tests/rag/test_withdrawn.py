"""A paper is withdrawn where its own title or abstract says so, and a paper about that is not."""

from __future__ import annotations

import pytest

from rag.evidence.withdrawn import withdrawn
from rag.types import Paper


@pytest.mark.parametrize(
    ("title", "abstract", "said"),
    [
        ("RETRACTED: Ileal hyperplasia", "", "RETRACTED"),
        ("[Retracted] A study of moss", "", "Retracted"),
        ("RETRACTED ARTICLE: Moss and light", "", "RETRACTED ARTICLE"),
        ("Moss and light (Withdrawn)", "", "Withdrawn"),
        ("Moss", "This paper has been withdrawn by the author due to an error in (3).",
         "This paper has been withdrawn by the author due to an error in (3)"),
        ("Moss", "Withdrawn.", "Withdrawn."),
    ],
)  # fmt: skip
def test_what_says_so_is_told_in_its_words(title: str, abstract: str, said: str) -> None:
    assert withdrawn(Paper("p", title, abstract)) == said


@pytest.mark.parametrize(
    ("title", "abstract"),
    [
        ("Retracted articles in oncology", "We count papers that were retracted."),
        ("Why papers are withdrawn", "Many a paper has been withdrawn. We ask why."),
        ("Social withdrawal in mice", "Mice withdrew. This paper has been revised."),
        ("", ""),
    ],
)
def test_a_paper_about_it_is_not_one(title: str, abstract: str) -> None:
    assert withdrawn(Paper("p", title, abstract)) == ""
