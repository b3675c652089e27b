"""Questions about the library itself, on the real sample library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from rag.answer import Answerer
from rag.config import Config
from rag.finding.filters import EVERYTHING, Filter
from rag.library import Library
from rag.models.chat import ExtractiveChat
from rag.models.embed import Embedder
from rag.models.rerank import Reranker
from rag.question.catalogue.among import Among
from rag.question.catalogue.questions import answer_from_catalogue
from rag.question.catalogue.topic_lists import papers_on
from rag.types import Paper, Work
from tests.fakes import HashEmbedder


@pytest.fixture
def library(sample_config: Config, embedder: Embedder) -> Iterator[Library]:
    with Library.open(sample_config, embedder) as opened:
        yield opened


def told(library: Library, question: str, within: Filter = EVERYTHING) -> str:
    reply = answer_from_catalogue(Among(library, within), question)
    assert reply is not None
    return "\n".join(statement.text for statement in reply.statements) or reply.reason


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Who wrote the weak-to-strong paper?", "Collin Burns, Pavel Izmailov"),
        ("who are all the authors of the InstructGPT paper", "Long Ouyang, Jeff Wu"),
        ("Who is the first author of WebGPT?", "Reiichiro Nakano"),
        ("Who wrote the GPT-4 technical report?", "and others"),
        ("Who wrote InstructGPT?", "Long Ouyang, Jeff Wu"),
        ("When did WebGPT come out?", "2021-12-17"),
        ("What year was the report on GPT-2's release strategies published?", "2019-08-24"),
        ("When was the two-player Markov decision process paper published?", "in 2010"),
        ("whats the arxiv id of the self-critiquing paper", "2206.05802"),
        ("What is the title of arXiv 2107.03374?", "Evaluating Large Language Models"),
        ("How many papers are there?", "21 papers"),
        ("How many papers are from 2020?", "4 papers from 2020"),
        ("Which papers came out before 2019?", "An Empirical Model of Large-Batch Training"),
        ("papers since 2025", "2 papers from 2025 or later"),
        ("List the papers by Pavel Izmailov.", "Weak-to-Strong"),
        ("Did Irene Solaiman write any of these?", "Release Strategies"),
        ("any papers by Ada Lovelace?", "No paper in the library is by Ada Lovelace."),
        ("Which papers are from 1999?", "No paper in the library is from 1999"),
        ("what is the arxiv id of the two-player Markov paper", "holds no arXiv id"),
        ("What's the oldest paper you have?", "The oldest paper is “An Exact Dynamic Programming"),
        ("newest paper by Long Ouyang", "The newest paper by Long Ouyang is “Self-critiquing"),
        ("Which are the two earliest papers from 2020?", "2 oldest papers from 2020"),
        ("the latest 3 papers", "3 newest papers"),
        ("Which papers here did Jan Leike co-author?", "4 papers by Jan Leike"),
        ("papers until 2019", "from 2019 or earlier"),
        ("which years do the papers cover?", "2010 (1 paper)"),
        ("How many authors are there?", "authors."),
        ("who wrote the newest paper?", "“AIR: Post-training Data Selection"),
        ("Who is the author of the first paper by Long Ouyang?", "was written by Nisan Stiennon"),
        ("When was the oldest paper published?", "was published in 2010"),
        ("how many authors does the WebGPT paper have?", "has 18 authors."),
        ("How many people wrote InstructGPT?", "has 20 authors."),
        ("How many authors has the GPT-4 technical report?", "say that there are others"),
        ("papers by Ziegler and by Stiennon", "5 papers by Daniel M. Ziegler or Nisan Stiennon"),
        ("papers by Long Ouyang and Jan Leike", "papers by Long Ouyang and Jan Leike"),
        ("When was HumanEval released?", "2021-07-07"),
        ("any cs.CV papers?", "No paper in the library is in cs.CV"),
    ],
)
def test_the_catalogue_answers(library: Library, question: str, said: str) -> None:
    assert said in told(library, question)


@pytest.mark.parametrize(
    "question",
    [
        "What did the 2019 release report say about GPT-5?",
        "How many labelers did they hire?",
        "Who won the world cup in 2018?",
        "Which papers use posts from Reddit?",
        "How many parameters does GPT-3 have?",
        "who wrote Hamlet",
        "Who is the first author?",
        "What was the first model to use a browser?",
        "Which authors were criticised?",
        "Who wrote the questions in ELI5?",
        "Who wrote the summaries?",
        "Who wrote about debate?",
        "How old is the transformer?",
        "When was ELI5 released?",
        "Who wrote NarrativeQA?",
        "When did ImageNet come out?",
        "How many people are blind?",
        "who wrote the newest book?",
        "What is it about?",
        "",
    ],
)
def test_what_is_not_about_the_catalogue_is_left_to_retrieval(
    library: Library, question: str
) -> None:
    assert answer_from_catalogue(Among(library), question) is None


WEBGPT = Filter(paper_ids=("2112.09332",))
REST = Filter(without=("2112.09332", "2203.02155"))


@pytest.mark.parametrize(
    ("question", "within", "said"),
    [
        ("How many papers are there?", WEBGPT, "Among the chosen papers: 1 paper."),
        ("How many papers are there?", REST, "Among the chosen papers: 19 papers."),
        ("How many papers are there?", Filter((2020, 2020)), "Among the chosen papers: 4 papers."),
        ("How many papers are from 2022?", WEBGPT, "No paper among those chosen is from 2022"),
        ("Who wrote WebGPT?", WEBGPT, "Reiichiro Nakano, Jacob Hilton"),
        ("Who wrote it?", WEBGPT, "Reiichiro Nakano, Jacob Hilton"),
        ("Who wrote this paper?", WEBGPT, "Reiichiro Nakano, Jacob Hilton"),
        ("Who are the authors?", WEBGPT, "Reiichiro Nakano, Jacob Hilton"),
        ("When was it published?", WEBGPT, "2021-12-17"),
        ("What is the arXiv id?", WEBGPT, "arXiv:2112.09332"),
        ("How many authors are there?", WEBGPT, "has 18 authors."),
        ("Who wrote WebGPT?", REST, "with human feedback” is not among those chosen"),
        ("who wrote the newest paper?", WEBGPT, "was written by Reiichiro Nakano"),
        (
            "the oldest paper?",
            WEBGPT,
            "Among the chosen papers, the oldest paper is “WebGPT",
        ),
        ("Which papers here did Jan Leike co-author?", WEBGPT, "chosen is by Jan Leike"),
        ("papers by Long Ouyang and Jan Leike", REST, "2 papers by Long Ouyang and Jan Leike"),
        ("any papers by Ada Lovelace?", REST, "No paper among those chosen is by Ada Lovelace."),
        ("which years do the papers cover?", WEBGPT, "The chosen papers have 1 year: 2021 (1"),
    ],
)
def test_the_catalogue_answers_within_the_chosen_papers(
    library: Library, question: str, within: Filter, said: str
) -> None:
    assert said in told(library, question, within)


@pytest.mark.parametrize(
    "question", ["Who are they?", "Who wrote Hamlet?", "What learning rate was used?"]
)
def test_of_chosen_papers_too_what_is_not_about_the_catalogue_is_left_to_retrieval(
    library: Library, question: str
) -> None:
    assert answer_from_catalogue(Among(library, WEBGPT), question) is None


@pytest.mark.parametrize(
    ("question", "within", "titles"),
    [
        ("list papers on scaling laws", Filter(), {"Scaling Laws for Neural Language Models"}),
        ("Which papers are about penguins?", Filter(), set[str]()),
        (
            "Are there any papers about summarization",
            Filter((2022, None)),
            {"Self-critiquing models for assisting human evaluators"},
        ),
    ],
)
def test_papers_on_a_topic_are_what_a_search_finds_and_said_to_be(
    library: Library, question: str, within: Filter, titles: set[str]
) -> None:
    reply = papers_on(library, question, within)
    if not titles:
        assert reply is None
        return
    assert reply is not None
    assert reply.statements[0].text.startswith("A search for “")
    told = {paper.title: paper for one in reply.statements[1:] for paper, _ in one.facts}
    assert titles <= set(told)
    assert not within or all((paper.year or 0) >= 2022 for paper in told.values())


@pytest.mark.parametrize(
    "question",
    ["What do papers on reward models say?", "Which papers on scaling use GPT-3?", "List scaling"],
)
def test_what_is_said_of_a_topic_is_no_list(library: Library, question: str) -> None:
    assert papers_on(library, question, Filter()) is None


def test_a_pronoun_means_the_one_paper_of_the_answer_before(library: Library) -> None:
    codex = library.paper("2107.03374")
    asked = ("Who wrote it?", "What is WebGPT?", [codex.paper_id])
    for within in (EVERYTHING, REST):
        reply = answer_from_catalogue(Among(library, within), *asked)
        assert reply is not None
        assert reply.statements[0].facts == ((codex, "authors"),)


def test_papers_are_listed_by_category_and_by_those_below_it(config: Config) -> None:
    papers = [
        Paper(f"title:{n}", f"Light {n}", abstract="It bends.", categories=(category,))
        for n, category in enumerate(("cs.LG", "cs.CL", "math.OC"))
    ]
    with Library.open(config, HashEmbedder()) as library:
        library.write([Work(paper, ()) for paper in papers])
        assert "1 paper in cs.LG" in told(library, "Which papers are in cs.LG?")
        assert "3 categories: cs.CL (1 paper), cs.LG (1 paper), math.OC (1 paper)." in told(
            library, "What categories are there?"
        )


def test_a_paper_without_a_title_is_told_as_one(config: Config) -> None:
    paper = Paper("arxiv:2301.00001", "", abstract="Mosses grow.", arxiv_id="2301.00001")
    with Library.open(config, HashEmbedder()) as library:
        library.write([Work(paper, ())])
        assert told(library, "What is the title of 2301.00001?") == (
            "the library holds no title of arxiv:2301.00001"
        )


def test_all_papers_of_2022_are_listed_each_with_its_own_citation(
    library: Library, reranker: Reranker
) -> None:
    answer = Answerer(library, ExtractiveChat(), reranker).ask("Which papers are from 2022?")
    of_2022 = {paper.paper_id for paper in library.papers() if paper.year == 2022}
    assert {citation.paper_id for citation in answer.citations} == of_2022
    assert len(of_2022) == 5
    assert {citation.field for citation in answer.citations} == {"published"}
    assert all(citation.start is None for citation in answer.citations)
    assert answer.sentences[0].citations == tuple(range(5))


def test_with_papers_chosen_the_catalogue_answers_of_those(
    library: Library, reranker: Reranker
) -> None:
    answerer = Answerer(library, ExtractiveChat(), reranker)
    who = answerer.ask("Who wrote it?", within=WEBGPT)
    assert [citation.arxiv_id for citation in who.citations] == ["2112.09332"]
    assert "Reiichiro Nakano" in who.answer
    topic = answerer.ask("list papers on summarization since 2020", within=REST)
    assert topic.answer.startswith("A search for “summarization” (year 2020..) finds")
    assert "2112.09332" not in {citation.arxiv_id for citation in topic.citations}
    other = answerer.ask("Who wrote InstructGPT?", within=WEBGPT)
    assert other.abstained
    assert "not among those chosen" in other.reason
    assert other.papers == ()
    near = answerer.ask("list papers on penguins", within=WEBGPT)
    assert near.reason == "looked for: penguins; no paper that was asked comes near"
    none = answerer.ask("How many papers are there?", within=Filter((1950, 1960)))
    assert (none.abstained, none.reason) == (True, "no paper in the library has year 1950..1960")


def test_a_question_to_the_papers_never_reads_the_whole_list(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    some_papers = library.papers

    def papers(paper_ids: Iterable[str] | None = None) -> list[Paper]:
        assert paper_ids is not None
        return some_papers(paper_ids)

    monkeypatch.setattr(library, "papers", papers)
    for question in (
        "How do reward models overoptimize?",
        "papers by Irene Solaiman",
        "2112.09332",
    ):
        answer_from_catalogue(Among(library), question)


@pytest.mark.parametrize("asked", ["papers by Émile Ångström", "papers by ångström"])
def test_an_author_is_found_whatever_the_letters_and_their_case(config: Config, asked: str) -> None:
    paper = Paper("title:Light", "Light", abstract="It bends.", authors=("Émile Ångström",))
    with Library.open(config, HashEmbedder()) as library:
        library.write([Work(paper, ())])
        assert "The library holds 1 paper by Émile Ångström." in told(library, asked)
