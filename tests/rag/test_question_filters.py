"""Filters read from the words of a question, on the real sample library."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.config import Config
from rag.finding.filters import EVERYTHING, Filter
from rag.library import Library
from rag.models.embed import Embedder
from rag.question.filters_named import read_filters
from rag.types import Paper, Work
from tests.fakes import HashEmbedder

INSTRUCTGPT = "arxiv:2203.02155"


@pytest.fixture
def library(sample_config: Config, embedder: Embedder) -> Iterator[Library]:
    with Library.open(sample_config, embedder) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "within", "wording"),
    [
        ("What do papers since 2022 say about rewards?", Filter((2022, None)), "since 2022"),
        ("Since 2022, what was found about scaling?", Filter((2022, None)), "Since 2022"),
        ("What was shown about feedback before 2020?", Filter((None, 2019)), "before 2020"),
        ("In the RLHF papers from 2022, what helps?", Filter((2022, 2022)), "from 2022"),
        ("Which works from 2019 to 2021 use RL?", Filter((2019, 2021)), "from 2019 to 2021"),
        ("the 2022 paper where models find flaws: by RL?", Filter((2022, 2022)), "2022"),
        ("In the 2019 paper, what was copied?", Filter((2019, 2019)), "2019"),
        (
            "In the 2022 paper on recursively summarizing books, who judged?",
            Filter(paper_ids=("arxiv:2109.10862",)),
            None,
        ),
        ("What do the papers by Nakano say?", Filter(authors=("Nakano",)), "by Nakano"),
        ("what is said about rewards by nakano?", Filter(authors=("nakano",)), "by nakano"),
        ("What did Ouyang et al. find?", Filter(authors=("Ouyang",)), "Ouyang et al."),
        (
            "What did Ouyang et al. (2022) find?",
            Filter((2022, 2022), ("Ouyang",)),
            "Ouyang et al. (2022)",
        ),
        ("According to Kaplan, how does loss scale?", Filter(authors=("Kaplan",)), "Kaplan"),
        (
            "What does Ada Lovelace's paper say?",
            Filter(authors=("Ada Lovelace",)),
            "Ada Lovelace's paper",
        ),
        ("What do papers by Lovelace say of looms?", Filter(authors=("Lovelace",)), "by Lovelace"),
        (
            "How small was the model in the InstructGPT paper?",
            Filter(paper_ids=(INSTRUCTGPT,)),
            "in the InstructGPT paper",
        ),
        (
            "What do the papers by Ziegler and the papers by Stiennon say?",
            Filter(authors=("Ziegler", "Stiennon")),
            None,
        ),
        ("What does 2203.02155 say?", Filter(paper_ids=(INSTRUCTGPT,)), "2203.02155"),
        (
            "What does the paper on large-batch training predict?",
            Filter(paper_ids=("arxiv:1812.06162",)),
            "the paper on large-batch training",
        ),
    ],
)  # fmt: skip
def test_words_that_speak_of_papers_are_filters(
    library: Library, question: str, within: Filter, wording: str | None
) -> None:
    filtered = read_filters(library, question)
    assert filtered.within == within
    if wording:
        assert {one.wording for one in filtered.understood} == {wording}


@pytest.mark.parametrize(
    "question",
    [
        "How has scaling changed since 2022?",
        "What happened in 2020?",
        "Which models were trained by OpenAI?",
        "Is it done by hand?",
        "are flaws found by people or by RL?",
        "How good is GPT-3 by itself?",
        "How do WebGPT and the 2020 work on summaries use rewards?",
        "Does WebGPT do more than the 2020 paper on summaries?",
        "Of the 2000 participants in the study, how many improved?",
        "In the 1998 paper on glaciers, what melts?",
        "In the 2018 survey of teachers, who was asked?",
        "In the paper, are flaws found by RL?",
        "were they written by A or by B?",
        "What does this paper say?",
        "What is the Hamlet paper about?",
        "How does loss scale in the paper?",
    ],
)
def test_words_that_are_part_of_what_is_asked_are_none(library: Library, question: str) -> None:
    assert read_filters(library, question).within == EVERYTHING


def test_a_year_that_the_papers_themselves_speak_of_is_none(config: Config) -> None:
    paper = Paper("title:Floods", "Floods", abstract="Floods on the Elbe were fewer before 2002.")
    with Library.open(config, HashEmbedder()) as library:
        library.write([Work(paper, ())])
        assert not read_filters(library, "How many floods did the Elbe have before 2002?").within
        assert read_filters(library, "How many floods did the Elbe have before 2003?").within


def test_a_wording_that_is_taken_back_is_no_filter(library: Library) -> None:
    question = "What do papers by Nakano since 2021 say?"
    filtered = read_filters(library, question, ["Since  2021"])
    assert filtered.within == Filter(authors=("Nakano",))


def test_a_filter_that_is_given_stands_against_one_of_its_kind(library: Library) -> None:
    given = Filter((2019, 2020))
    filtered = read_filters(library, "What do papers by Nakano since 2021 say?", given=given)
    assert filtered.within == Filter((2019, 2020), ("Nakano",))
    assert [one.kind for one in filtered.understood] == ["authors"]


def test_what_only_names_a_filter_is_not_searched_for(library: Library) -> None:
    filtered = read_filters(library, "What does Nakano say in papers since 2021?")
    assert dict(filtered.instead) == {"Nakano": "the paper", "since 2021": ""}


def test_a_category_is_a_filter_if_the_library_has_it(config: Config) -> None:
    paper = Paper("title:Light", "Light", abstract="It bends.", categories=("cs.LG",))
    with Library.open(config, HashEmbedder()) as library:
        library.write([Work(paper, ())])
        asked = "What do cs.LG papers say about light?"
        assert read_filters(library, asked).within == Filter(categories=("cs.LG",))
        assert not read_filters(library, asked.replace("cs.LG", "cs.CV")).within
