"""The papers that a question names side by side, and what each of them is then asked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.config import Config
from rag.finding.filters import Filter
from rag.library import Library
from rag.models.embed import Embedder
from rag.question.mentions import mentions
from rag.question.understand import Query, understand

FEW_SHOT, INSTRUCT, CRITIQUES = "arxiv:2005.14165", "arxiv:2203.02155", "arxiv:2206.05802"
WEBGPT, CODEX, BOOKS = "arxiv:2112.09332", "arxiv:2107.03374", "arxiv:2109.10862"
PREFERENCES, SUMMARIES = "arxiv:1909.08593", "arxiv:2009.01325"


@pytest.fixture
def library(sample_config: Config, embedder: Embedder) -> Iterator[Library]:
    with Library.open(sample_config, embedder) as opened:
        yield opened


def named(library: Library, question: str) -> list[tuple[str, str]]:
    return [(one.wording, one.paper_id) for one in mentions(library, question)]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "Was Ziegler 2019 better than stiennon et al., 20?",
            [("Ziegler 2019", PREFERENCES), ("stiennon et al., 20", SUMMARIES)],
        ),
        (
            "what does the few-shot paper say that the instruction following paper does not, and"
            " why",
            [("the few-shot paper", FEW_SHOT), ("the instruction following paper", INSTRUCT)],
        ),
        ("best sampling: codex or webgpt?", [("codex", CODEX), ("webgpt", WEBGPT)]),
        (
            "do the Apollo self-critiquing paper and Codex agree",
            [("the Apollo self-critiquing paper", CRITIQUES), ("Codex", CODEX)],
        ),
    ],
)
def test_papers_are_named_by_author_and_year_by_what_they_are_on_or_what_they_introduce(
    library: Library, question: str, expected: list[tuple[str, str]]
) -> None:
    assert named(library, question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "What is WebGPT?",
        "Which data was Codex trained on, and how well does it do?",
        "How do apples and pears compare?",
        "Are reward models and policies retrained every week?",
        "Compare the moss paper with the fern paper.",
    ],
)
def test_a_question_of_one_paper_or_of_none_names_no_papers(
    library: Library, question: str
) -> None:
    assert named(library, question) == []


def test_each_paper_that_is_named_is_asked_without_the_name_of_the_other(library: Library) -> None:
    query = understand(
        library, "What do the self-critique paper and the book summarization paper release?"
    )
    assert [(side.within.paper_ids, side.read) for side in query.sides] == [
        ((CRITIQUES,), "What do the paper release?"),
        ((BOOKS,), "What do the paper release?"),
    ]


def test_a_question_kept_to_one_paper_by_its_words_is_kept_to_the_other_that_it_names_too(
    library: Library,
) -> None:
    query = understand(
        library, "What is shown in the autoregressive scaling paper and the few-shot paper?"
    )
    assert set(query.within.paper_ids) == {"arxiv:2010.14701", FEW_SHOT}
    assert {one.value for one in query.understood} == {"arxiv:2010.14701", FEW_SHOT}


def kept_to(query: Query) -> set[str]:
    """All papers that a query, or a side of it, keeps to."""
    return {*query.within.paper_ids, *(name for side in query.sides for name in kept_to(side))}


@pytest.mark.parametrize(
    ("question", "taken_back", "gone"),
    [
        ("Was Ziegler 2019 better than stiennon et al., 20?", "ziegler 2019", PREFERENCES),
        ("Was the work by Ziegler better than the Codex paper?", "by Ziegler", PREFERENCES),
        ("Which sampling is better, in the Codex paper or in WebGPT?", "in the codex paper", CODEX),
        ("Why does Stiennon complain about ROUGE?", "STIENNON", SUMMARIES),
    ],
)
def test_a_paper_that_was_taken_back_returns_by_no_other_way(
    library: Library, question: str, taken_back: str, gone: str
) -> None:
    assert gone in kept_to(understand(library, question))
    assert gone not in kept_to(understand(library, question, literally=(taken_back,)))


def test_papers_that_were_chosen_stand_whatever_the_question_names(library: Library) -> None:
    chosen = Filter(paper_ids=(WEBGPT,))
    query = understand(library, "Ziegler 2019 versus Stiennon 2020 on summaries", within=chosen)
    assert query.within == chosen
    assert all(side.within == chosen for side in query.sides)


@pytest.mark.parametrize(
    ("question", "across"),
    [
        ("Which papers use chess?", True),
        ("what ideas are there for supervising models", True),
        ("What do these papers say about KL penalties?", True),
        ("What was WebGPT trained on?", False),
        ("Who wrote the GPT-4 report?", False),
    ],
)
def test_a_question_to_several_papers_is_told_from_one_to_any(
    library: Library, question: str, across: bool
) -> None:
    assert understand(library, question).across is across


def test_a_name_is_known_though_it_is_written_as_two_words(library: Library) -> None:
    asked = "web gpt vs instruct gpt"
    assert named(library, asked) == [("web gpt", WEBGPT), ("instruct gpt", INSTRUCT)]


def test_what_a_paper_says_that_its_thing_is_it_does_not_introduce(library: Library) -> None:
    # "We introduce Codex, a GPT language model"
    assert named(library, "what do the instruction following GPT and Codex do") == []
