"""Sets of papers asked for in whatever words: names in part, dates, numbers, fields, titles."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.answer import Answerer
from rag.config import Config
from rag.library import Library
from rag.models.chat import ExtractiveChat
from rag.models.embed import Embedder
from rag.models.rerank import Reranker
from rag.question.catalogue.among import Among
from rag.question.catalogue.author_names import authors_called
from rag.question.catalogue.lists import listing
from rag.types import Exchange


@pytest.fixture
def library(sample_config: Config, embedder: Embedder) -> Iterator[Library]:
    with Library.open(sample_config, embedder) as opened:
        yield opened


def told(library: Library, question: str) -> str:
    reply = listing(Among(library), question.strip(" ?!."))
    assert reply is not None
    return "\n".join(statement.text for statement in reply.statements) or reply.reason


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Daniel Ziegler", ["Daniel M. Ziegler"]),
        ("J. Schulman", ["John Schulman"]),
        ("Jon Schulmann", ["John Schulman"]),
        ("ouyang", ["Long Ouyang"]),
        ("Jeff Wu", ["Jeff Wu"]),
        ("J. Wu", ["Jeff Wu", "Jeffrey Wu"]),
        ("ilya sutskevr", ["Ilya Sutskever"]),
        ("Ben Mann", ["Benjamin Mann"]),
        ("Chen", ["Anna Chen", "Mark Chen", "Yining Chen"]),
        ("OpenAI", []),
        ("Ada Lovelace", []),
    ],
)
def test_a_name_means_whom_it_fits_best(library: Library, said: str, meant: list[str]) -> None:
    assert authors_called(library, said.split()) == meant


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("askell papers", "5 papers by Amanda Askell"),
        ("What did Sam McCandlish write in 2020?", "3 papers by Sam McCandlish from 2020"),
        ("Have Paul Christiano and Ryan Lowe written together?", "3 papers by Paul"),
        ("have Irene Solaiman and Lee Sharkey written together", "No paper in the library"),
        ("papers by Jan Leike but not Long Ouyang", "1 paper by Jan Leike without Long Ouyang"),
        ("Which papers were written without Jeff (or Jeffrey) Wu?", "6 papers without Jeff Wu or"),
        ("Which papers have neither Jeff Wu nor Alec Radford?", "5 papers without"),
        ("Which papers have Jeff Wu as first author?", "2 papers with Jeff Wu as first author"),
        ("Name two papers by Jan Leike", "The 2 newest papers by Jan Leike"),
        ("papers with exactly 3 authors", "of 1 paper there are others, as the sources say"),
        ("did anybody write one of these papers alone?", "comes with a single author"),
        ("papers by more than 20 people", "2 papers with more than 20 authors"),
        ("which papers came out in a september, whatever the year", "3 papers from September"),
        ("papers since March 2022", "8 papers since March 2022"),
        ("Anything from December 2021?", "2 papers from December 2021"),
        ("which papers came out in 2019 or 2021", "6 papers from 2019 or 2021"),
        ("which papers are not from 2020", "17 papers not from 2020"),
        ("papers published on 4 March 2022", "1 paper from 2022-03-04"),
        ("what came out in 2023?", "2 papers from 2023"),
        ("Which record has only a year and no exact date?", "An Exact Dynamic Programming"),
        ("Which papers have no arXiv identifier?", "1 paper without an arXiv id"),
        ("any papers without an abstract?", "No paper in the library comes without an abstract."),
        ('List the papers whose title contains "human feedback".', "5 papers whose title holds"),
        ("Which papers mention GPT in the title?", "2 papers whose title holds “GPT”"),
        ("Which paper is listed in the largest number of source files?", "4 sources."),
        ("which papers appear in only one source file?", "11 papers from a single source"),
        ("Which paper has the most authors?", "Few-Shot Learners”, 31 authors."),
        ("which paper has the second most authors", "the second most authors is “Open Problems"),
        ("who wrote the most papers here?", "most are by Jeff Wu: 12 papers"),
        ("Which authors wrote more than three papers?", "Alec Radford (6 papers)"),
        ("Who has published with Jan Leike?", "Jan Leike wrote papers in the library with 35"),
        ("which year has the most papers?", "most are from 2022: 5 papers"),
        ("who wrote both WebGPT and Learning to summarize from human feedback", "share 2"),
        ("Which other paper has an author in common with Predictability and Surprise in Large"
         " Generative Models?", "with Deep Ganguli"),
    ],
)  # fmt: skip
def test_a_set_is_understood_in_any_words(library: Library, question: str, said: str) -> None:
    assert said in told(library, question)


@pytest.mark.parametrize(
    "question",
    [
        "Which papers use chess?",
        "What do papers by Ouyang say about truthfulness?",
        "how many people judged the summaries?",
        "papers on Brown",
        "Which papers are found in all source files?",
        "papers nobody co-authored",
        "Which two authors wrote together most often?",
        "which paper is most cited?",
        "What was the first model to use a browser?",
        "What did the paper find?",
        "What is the title of Hamlet?",
        "anything else by her?",
    ],
)
def test_a_word_too_many_leaves_a_question_to_the_papers(library: Library, question: str) -> None:
    assert listing(Among(library), question.strip(" ?!.")) is None


def test_an_exact_no_is_an_answer(library: Library, reranker: Reranker) -> None:
    answer = Answerer(library, ExtractiveChat(), reranker).ask("Is there a single-author paper?")
    assert not answer.abstained
    assert answer.answer == "No paper in the library comes with a single author."
    assert answer.citations == ()


@pytest.mark.parametrize(
    ("earlier", "cites", "question", "said"),
    [
        ("Which 2021 paper has Amanda Askell as first author?", ["2112.00861"],
         "anything else by her?", "The library holds 4 papers by Amanda Askell besides “A General"),
        ("Which 2021 paper has Amanda Askell as first author?", [],
         "anything else by her?", "The library holds 4 papers by Amanda Askell besides “A General"),
        ("who is the first author of InstructGPT?", ["2203.02155"],
         "what else did he write?", "The library holds 4 papers by Long Ouyang besides"),
        ("What are WebGPT and InstructGPT?", ["2112.09332", "2203.02155"],
         "which of these papers is the oldest?", "The oldest paper is “WebGPT"),
    ],
)  # fmt: skip
def test_pronouns_mean_whom_and_what_was_spoken_of(
    library: Library, earlier: str, cites: list[str], question: str, said: str
) -> None:
    ids = [library.paper(name).paper_id for name in cites]
    reply = listing(Among(library), question.strip(" ?"), earlier, ids)
    assert reply is not None
    assert reply.statements[0].text.startswith(said)


def test_a_conversation_goes_on_with_an_author(library: Library, reranker: Reranker) -> None:
    answerer = Answerer(library, ExtractiveChat(), reranker)
    history = [Exchange("Which 2021 paper has Amanda Askell as first author?")]
    answer = answerer.ask("anything else by her?", history=history)
    assert "4 papers by Amanda Askell" in answer.answer
