"""Papers called by the year, or the month, in which they came out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.config import Config
from rag.library import Library
from rag.models.embed import Embedder
from rag.question.dated import by_date
from rag.question.understand import understand

PREFERENCES, SUMMARIES = "arxiv:1909.08593", "arxiv:2009.01325"
LABORATORY, HARMLESS = "arxiv:2112.00861", "arxiv:2204.05862"


@pytest.fixture
def library(sample_config: Config, embedder: Embedder) -> Iterator[Library]:
    with Library.open(sample_config, embedder) as opened:
        yield opened


def called(library: Library, question: str) -> list[tuple[str, str]]:
    return [(match[0], paper.paper_id) for match, paper in by_date(library, question)]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "How do the 2019 summarizer and the 2020 one differ?",
            [("the 2019 summarizer", PREFERENCES), ("the 2020 one", SUMMARIES)],
        ),
        (
            "does alignment cost much, says the Dec 2021 Anthropic study? The April 2022 paper?",
            [("the Dec 2021 Anthropic study", LABORATORY), ("The April 2022 paper", HARMLESS)],
        ),
        (
            "what does the anthropic 2022 one on harmlessness say",
            [("the anthropic 2022 one", HARMLESS)],
        ),
    ],
)
def test_of_the_papers_of_that_time_the_nearest_to_the_question_is_meant(
    library: Library, question: str, expected: list[tuple[str, str]]
) -> None:
    assert called(library, question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "What do the 2020 elections have to do with it?",
        "Which papers from 2021 are on code?",
        "What did the 1987 paper on summaries find?",
        "What does the May 2021 study of summaries say?",
        "How did the 175 billion parameter model do in 2020?",
        "Is the 2022 and the older work alike?",
        "How does the 2020 census report compare with the WebGPT paper?",
        "Is the 2022 NeurIPS review system better than WebGPT?",
        "What did the labelers and the 2022 people think?",
    ],
)
def test_a_year_that_calls_no_paper_or_one_of_which_there_is_none_is_none(
    library: Library, question: str
) -> None:
    assert called(library, question) == []


def test_a_paper_is_called_once_and_has_the_words_beside_its_year(library: Library) -> None:
    asked = "How does the 2021 code model differ from the 2021 book summarizer and the 2021 one?"
    found = called(library, asked)
    assert found[:2] == [
        ("the 2021 code model", "arxiv:2107.03374"),
        ("the 2021 book summarizer", "arxiv:2109.10862"),
    ]
    assert len({paper for _, paper in found}) == len(found) == 3


def test_each_of_two_papers_of_the_same_publisher_is_asked_by_its_year(library: Library) -> None:
    asked = "In the 2022 Anthropic paper and in the 2021 Anthropic paper, what is said of RLHF?"
    query = understand(library, asked)
    assert [side.within.paper_ids for side in query.sides] == [(HARMLESS,), (LABORATORY,)]
    assert query.within.years == (None, None)
