"""What the catalogue looks up for a question, which must not grow with the question's length."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.config import Config
from rag.finding.retrieve import Retrieval, retrieve
from rag.library import Library
from rag.models.embed import Embedder
from rag.question import name_words, naming
from rag.question.catalogue import questions
from rag.question.catalogue.among import Among
from rag.question.catalogue.questions import answer_from_catalogue
from rag.question.naming import papers_named
from rag.types import Paper

MANY = [f"moss{number}" for number in range(60)]


@pytest.fixture
def library(sample_config: Config, embedder: Embedder) -> Iterator[Library]:
    with Library.open(sample_config, embedder) as opened:
        yield opened


@pytest.fixture
def lookups(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Whatever is looked up in the library while it is sure that the catalogue is asked."""
    made: list[str] = []

    def searched(library: Library, query: str, k: int) -> Retrieval:
        made.append(query)
        return retrieve(library, query, k)

    def by(self: Library, words: list[str]) -> list[Paper]:
        made.append(" ".join(words))
        return papers_by(self, words)

    papers_by = Library.papers_by
    monkeypatch.setattr(naming, "retrieve", searched)
    monkeypatch.setattr(Library, "papers_by", by)
    monkeypatch.setattr(questions, "probability", lambda *_: 1.0)
    return made


@pytest.mark.parametrize(
    "question",
    [
        f"Which authors do the papers have in common: {', '.join(MANY[:8])}",
        f"Who wrote {', '.join(MANY)}?",
        f"Who wrote {' and '.join(MANY)}?",
        f"Did anybody write {' of the '.join(MANY)}?",
        f"Did anybody write {' Wu of the '.join(MANY)}?",
        f"How many pages have {' '.join(f'“{name}”' for name in MANY)}?",
        f"Who wrote the {' '.join(name.capitalize() for name in MANY)} paper?",
    ],
)
def test_a_long_question_costs_no_more_than_some_lookups(
    library: Library, lookups: list[str], question: str
) -> None:
    answer_from_catalogue(Among(library), question)
    assert 0 < len(lookups) <= 40


def test_the_words_of_a_paper_are_gathered_once_for_all_names(
    library: Library,
) -> None:
    papers_named(library, "the moss paper")
    before = name_words.vocabulary.cache_info()
    papers_named(library, "the moss paper")
    after = name_words.vocabulary.cache_info()
    assert after.misses == before.misses
    assert after.hits > before.hits
