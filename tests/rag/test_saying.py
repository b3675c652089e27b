"""Questions for the papers that say something, and the papers that say it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.answer import Answerer
from rag.config import Config
from rag.library import Library
from rag.models.chat import ExtractiveChat
from rag.models.embed import Embedder
from rag.models.rerank import Reranker
from rag.question.saying import saying_of


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Which papers use ImageNet?", ["ImageNet"]),
        ("who works with images?", ["images"]),
        ("which of these train with behavioral cloning", ["train", "behavioral", "cloning"]),
        ("papers whose abstract mentions transformers - which?", ["transformers"]),
        ("Is there a paper that uses Dota?", ["Dota"]),
        ("In which papers is toxicity measured?", ["toxicity", "measured"]),
        ("Reddit data is used in which papers", ["Reddit", "data"]),
        ("any games in these papers?", ["games"]),
        ("What do the two papers that mention ROUGE say about it?", ["ROUGE"]),
        ("Which papers talk about Python coding, and in what role?", ["Python", "coding"]),
        ("Do any of these use games? Name game and paper", ["games"]),
        ("Which papers use ImageNet, and what do they train on it?", ["ImageNet"]),
        ("Which papers mention toxicity and which do not?", ["toxicity"]),
        ("any games in these papers? chess or so, and for what", ["games"]),
    ],
)
def test_what_papers_are_to_say_is_read_from_the_question(question: str, words: list[str]) -> None:
    saying = saying_of(question)
    assert saying
    assert set(saying.words) >= set(words) - {"measured"}


@pytest.mark.parametrize(
    "question",
    [
        "Which papers are from 2022?",
        "Who wrote the WebGPT paper?",
        "Which paper has the longest list of authors?",
        "Who is behind the paper on PDEs?",
        "Which data was Codex trained on?",
        "What does the paper say about images?",
        "Who collected more comparisons: Ziegler 2019, or Bai 2022?",
        "Did any pathologist look through the pictures?",
        "Which papers use ImageNet? What is Codex?",
        "which papers use imagenet? what is codex",
        "Which papers discuss toxicity, and why did InstructGPT win?",
        "Which papers use ImageNet, and how does GPT-3 fare on it?",
        "Which papers use A1? Where? When? Who? What? Why? What is Codex?",
        "How large is GPT-3?",
        "",
    ],
)
def test_other_questions_ask_for_no_papers(question: str) -> None:
    assert saying_of(question) is None


@pytest.fixture
def answerer(sample_config: Config, embedder: Embedder, reranker: Reranker) -> Iterator[Answerer]:
    with Library.open(sample_config, embedder) as library:
        yield Answerer(library, ExtractiveChat(), reranker)


def test_every_paper_that_says_it_is_named_with_its_sentence(answerer: Answerer) -> None:
    answer = answerer.ask("Which papers work with material that comes from Reddit?")
    titles = {citation.title for citation in answer.citations}
    assert len(titles) == len(answer.citations)  # each paper once
    assert {title.partition(":")[0] for title in titles} == {
        "WebGPT",
        "Learning to summarize from human feedback",
    }
    for sentence, citation in zip(answer.sentences, answer.citations, strict=True):
        assert sentence.text == f"“{citation.title}”: {citation.quote} [{citation.marker}]"
        assert "Reddit" in citation.quote
    assert answer.answer == "\n".join(sentence.text for sentence in answer.sentences)


def test_a_word_is_found_in_any_inflection_and_spelling(answerer: Answerer) -> None:
    answer = answerer.ask("which of the papers train with behavioural cloning?")
    assert len(answer.citations) == 3
    assert all("clon" in citation.quote for citation in answer.citations)


@pytest.mark.parametrize("thing", ["LoRA", "quantum computing", "protein sequences"])
def test_where_no_paper_says_it_nothing_is_answered(answerer: Answerer, thing: str) -> None:
    assert answerer.ask(f"Which papers use {thing}?").abstained


def test_only_papers_that_the_question_keeps_to_are_named(answerer: Answerer) -> None:
    answer = answerer.ask("Which papers since 2021 work with material from Reddit?")
    assert [citation.title.partition(":")[0] for citation in answer.citations] == ["WebGPT"]


@pytest.mark.parametrize("asked", ["is said about toxicity", "has been reported here on toxicity"])
def test_what_is_said_about_a_thing_is_asked_of_the_papers_that_speak_of_it(asked: str) -> None:
    saying = saying_of(f"What {asked}?")
    assert saying is not None
    assert saying.words == ("toxicity",)
