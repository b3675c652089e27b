"""Questions about where papers appeared, answered from the catalogue or said to be unknown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from rag.answer import Answerer
from rag.config import Config
from rag.finding.filters import EVERYTHING, Filter
from rag.library import Library
from rag.models.chat import ExtractiveChat
from rag.models.rerank import Reranker
from rag.question.catalogue.among import Among
from rag.question.catalogue.questions import answer_from_catalogue
from rag.types import Paper, Work
from tests.fakes import HashEmbedder

NEURIPS = "Advances in Neural Information Processing Systems"
ICML = "Proceedings of the 36th International Conference on Machine Learning"
PAPERS = (
    Paper("title:1", "Mosses on walls", "Mosses grow.", authors=("Ada King",), published="2019",
          venue=NEURIPS),
    Paper("title:2", "Ferns in spring", "Ferns unroll.", authors=("Bo Li",), published="2021",
          venue=NEURIPS),
    Paper("title:3", "Lichens at sea", "Lichens last.", authors=("Ada King",), published="2020",
          venue=ICML),
    Paper("title:4", "Algae by night", "Algae glow.", published="2018", venue="Nature"),
    Paper("title:5", "Reeds by day", "Reeds bend.", published="2017",
          venue="Nature Machine Intelligence"),
    Paper("title:6", "Weeds in gardens", "Weeds win."),
)  # fmt: skip


@pytest.fixture
def library(config: Config) -> Iterator[Library]:
    with Library.open(config, HashEmbedder()) as opened:
        opened.write([Work(paper, ()) for paper in PAPERS])
        opened.fill()
        yield opened


def told(library: Library, question: str, within: Filter = EVERYTHING) -> str:
    reply = answer_from_catalogue(Among(library, within), question)
    assert reply is not None
    return "\n".join(statement.text for statement in reply.statements) or reply.reason


@pytest.mark.parametrize(
    "question",
    [
        "Where was Mosses on walls published?",
        "where did the mosses on walls paper appear",
        "Where has Mosses on walls been published?",
        "In which journal was Mosses on walls published?",
        "What conference did Mosses on walls appear at?",
        "Which venue published Mosses on walls?",
        "What is the venue of Mosses on walls?",
    ],
)
def test_where_a_paper_appeared(library: Library, question: str) -> None:
    assert told(library, question) == f"“Mosses on walls” appeared in {NEURIPS}."


def test_where_a_paper_appeared_that_no_source_tells(library: Library) -> None:
    question = "Where was Weeds in gardens published?"
    assert told(library, question) == "the library holds no venue of “Weeds in gardens”"


def test_it_can_be_asked_of_the_one_paper_chosen(library: Library) -> None:
    assert told(library, "Where was it published?", Filter(paper_ids=("title:4",))) == (
        "“Algae by night” appeared in Nature."
    )


@pytest.mark.parametrize(
    ("question", "said", "titles"),
    [
        ("Which papers appeared at NeurIPS?", f"2 papers that appeared in “{NEURIPS}”", {1, 2}),
        ("which papers were published at neurips", "2 papers", {1, 2}),
        ("List papers presented at NIPS", "2 papers", {1, 2}),
        ("How many papers appeared at NeurIPS?", "2 papers", {1, 2}),
        ("Which papers were accepted at ICML?", f"1 paper that appeared in “{ICML}”", {3}),
        ("papers in Nature", "1 paper that appeared in “Nature”", {4}),
        ("Which papers were published in the journal Nature?", "1 paper", {4}),
        (
            "Which papers appeared in Machine Intelligence?",
            "1 paper that appeared in “Nature Machine Intelligence”",
            {5},
        ),
        ("Which papers by Ada King appeared at NeurIPS?", "1 paper by Ada King that", {1}),
        ("Which papers from 2021 appeared at NeurIPS?", "1 paper from 2021 that", {2}),
        ("newest paper at NeurIPS", "The newest paper that appeared in", {2}),
    ],
)
def test_the_papers_of_a_venue(
    library: Library, question: str, said: str, titles: set[int]
) -> None:
    text = told(library, question)
    assert said in text
    assert {n for n, paper in enumerate(PAPERS, start=1) if paper.title in text} == titles


@pytest.mark.parametrize(
    "question", ["Which papers appeared at CVPR?", "Which papers appeared in the journal Cell?"]
)
def test_a_venue_that_no_paper_has_is_said_to_have_none(library: Library, question: str) -> None:
    text = told(library, question)
    assert text.startswith("no paper in the library is said to have appeared at C")
    assert text.endswith("; the venue is known of 5 of 6 papers")


def test_a_venue_that_is_learned_costs_no_vectors_anew(library: Library) -> None:
    assert library.catalogue.count_unfinished() == 0
    library.write([Work(replace(PAPERS[5], venue="Weed Science"), ())])
    assert library.catalogue.count_unfinished() == 0
    assert "appeared in Weed Science" in told(library, "Where was Weeds in gardens published?")


def test_venues_are_counted(library: Library) -> None:
    text = told(library, "Which venues are there?")
    assert text.startswith(f"The library’s papers have 4 venues: {NEURIPS} (2 papers), Nature")


@pytest.mark.parametrize(
    "question",
    [
        "Which papers were published in English?",
        "Which papers were published in paperback?",
        "Where do mosses appear?",
        "Which papers use posts from Nature?",
        "Where was the moss collected?",
        "What journal did the nurses keep?",
    ],
)
def test_what_asks_for_no_venue_is_left_to_the_papers(library: Library, question: str) -> None:
    assert answer_from_catalogue(Among(library), question) is None


def test_the_answer_cites_the_venue_of_each_paper(library: Library, reranker: Reranker) -> None:
    answerer = Answerer(library, ExtractiveChat(), reranker)
    answer = answerer.ask("Which papers appeared at NeurIPS?")
    assert [(c.field, c.quote) for c in answer.citations] == [("venue", NEURIPS)] * 2
    none = answerer.ask("Which papers appeared at CVPR?")
    assert none.abstained
    assert "said to have appeared at CVPR" in none.reason
