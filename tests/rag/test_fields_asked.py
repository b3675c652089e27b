"""Questions about fields of named papers, by the words that are there in whatever order."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from rag.config import Config
from rag.finding.filters import EVERYTHING
from rag.library import Library
from rag.models.embed import Embedder
from rag.question.catalogue.among import Among
from rag.question.catalogue.fields_asked import read_fields
from rag.question.catalogue.questions import answer_from_catalogue
from rag.question.catalogue.statements import about, authors_at, compared, is_author
from rag.question.naming import papers_named
from rag.types import Paper

INSTRUCT = "“Training language models to follow instructions with human feedback”"
WEAK = "“Weak-to-Strong Generalization: Eliciting Strong Capabilities With Weak Supervision”"


@pytest.fixture
def library(sample_config: Config, embedder: Embedder) -> Iterator[Library]:
    with Library.open(sample_config, embedder) as opened:
        yield opened


def told(
    library: Library, question: str, earlier: str = "", spoken_of: tuple[str, ...] = ()
) -> str:
    reply = answer_from_catalogue(Among(library, EVERYTHING), question, earlier, spoken_of)
    assert reply is not None
    return "\n".join(statement.text for statement in reply.statements) or reply.reason


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("first author instrctgpt", "is Long Ouyang."),
        ("I'm looking for who wrote the WebGPT paper", "was written by Reiichiro Nakano"),
        ("third name on the book summary paper?", "third author of “Recursively Summarizing"),
        ("who is the senior author on the critiques paper", "last author of “Self-critiquing"),
        ("first two authors gpt-4 technical report", "is Steven Adler."),
        ("number of authors open problems mechanistic interpretability", "has 29 authors."),
        ("when did instructgpt come out?", f"{INSTRUCT} was published on 2022-03-04."),
        ("how old is the gpt3 paper by now", "“Language Models are Few-Shot Learners” was pub"),
        ("is there a doi for the weak to strong paper?", f"no DOI of {WEAK}; its arXiv id is 2312"),
        ("webgpt pdf", "can be read at https://arxiv.org/abs/2112.09332."),
        ("nakano et al 2021 full title", "Its title is “WebGPT: Browser-assisted"),
        ("What is 2206.05802?", "was written by William Saunders"),
        ("ids of webgpt and codex", "“Evaluating Large Language Models Trained on Code” is arXiv:"),
        ("Is Ryan Lowe the last author of InstructGPT?", "Yes, the last author of"),
        ("Is Geoffrey Hinton an author of the GPT-3 paper?", "No, the library does not name Geo"),
        (
            "apart from Lee Sharkey, who wrote the open problems paper?",
            "Besides Lee Sharkey, “Open",
        ),
        ("does the library have the codex paper", "Yes, the library holds “Evaluating Large"),
        (
            "abstract of 2001.08361",
            "holds the abstract of “Scaling Laws for Neural Language Models”",
        ),
        (
            "Which is older, WebGPT or Codex?",
            "“Evaluating Large Language Models Trained on Code” is",
        ),
        ("who wrote WebGPT and when?", "was published on 2021-12-17."),
        (
            "I am preparing a bibliography and would be grateful for the first author, the year and"
            ' the arXiv number of "Fine-Tuning Language Models from Human Preferences".',
            "is Daniel M. Ziegler.\n“Fine-Tuning Language Models from Human Preferences” was pub",
        ),
    ],
)
def test_fields_of_named_papers_are_told(library: Library, question: str, said: str) -> None:
    assert said in told(library, question)


@pytest.mark.parametrize(
    "question",
    [
        "Which authors' judgement did the reward model learn from?",
        "How many people rated the summaries?",
        "When does the loss stop scaling?",
        "What year's data was it trained on?",
        "What do the authors of WebGPT find?",
        "Did the authors of InstructGPT release the data?",
        "How old are the books in the book summary paper?",
        "what are the attention heads in the AIR paper called",
        "has GPT-3 written news articles?",
        "What other than WebGPT is there?",
        "What is the link between WebGPT and InstructGPT?",
        "who wrote the paper on CRISPR",
        "do you have the AlphaFold paper?",
        "first author of LLaMA",
        "For whom did Ganguli et al. write their paper?",
        "who is the WebGPT paper written for",
    ],
)
def test_what_has_a_word_left_over_is_left_to_the_papers(library: Library, question: str) -> None:
    assert answer_from_catalogue(Among(library), question) is None


def test_random_words_of_content_name_no_paper(library: Library) -> None:
    words = (
        "reward loss labelers prefer compute novels critiques train supervise gradient tasks "
        "questions humans how much the of when why who year authors published title"
    ).split()
    drawn = random.Random(7)
    for _ in range(80):
        question = " ".join(drawn.sample(words, drawn.randint(4, 9)))
        asked = read_fields(question, ())
        names = asked.pieces if asked else ()
        assert not (names and papers_named(library, " ".join(names))), question


@pytest.mark.parametrize(
    ("question", "spoken_of", "said"),
    [
        ("what year was that", ("2107.03374",), "was published on 2021-07-07."),
        ("is Jan Leike one of the authors?", ("2312.09390",), "Yes, Jan Leike is an author of"),
        (
            "which of these has more authors?",
            ("2001.08361", "1909.08593"),
            "has more authors: “Sca",
        ),
    ],
)
def test_of_a_paper_spoken_of_before(
    library: Library, question: str, spoken_of: tuple[str, ...], said: str
) -> None:
    ids = tuple(library.paper(name).paper_id for name in spoken_of)
    assert said in told(library, question, "Which paper introduced Codex?", ids)


def test_the_same_is_asked_of_another_paper(library: Library) -> None:
    assert told(library, "what about webgpt?", "who wrote the codex paper?").startswith(
        "“WebGPT: Browser-assisted question-answering with human feedback” was written by"
    )


ADA = Paper(
    "title:a", "Mosses", authors=("Ada King", "Bo Li"), authors_complete=True, published="2019"
)
BO = Paper("title:b", "Ferns", authors=("Bo Li",), published="2021-03-02", doi="10.1/ferns")


def test_a_field_that_is_not_there_is_said_to_be_missing() -> None:
    assert about(ADA, "doi").text == "The library holds no DOI of “Mosses”."
    assert about(ADA, "url").text == "The library holds no link of “Mosses”."
    assert about(BO, "url").text == "“Ferns” can be read at https://doi.org/10.1/ferns."


def test_authors_by_place() -> None:
    assert [one.text for one in authors_at(ADA, (-1,))] == ["The last author of “Mosses” is Bo Li."]
    assert [one.text for one in authors_at(ADA, (3,))] == ["“Mosses” has 2 authors."]
    assert authors_at(BO, (-1,))[0].text.startswith("The library names only the first 1 author")
    assert is_author(ADA, "Cy Day").text.startswith("No, the library does not name Cy Day")


def test_papers_are_compared_by_date_and_by_authors() -> None:
    assert compared([ADA, BO], "newer").text == (
        "“Ferns” is the newer: “Ferns” was published on 2021-03-02; “Mosses” was published in 2019."
    )
    assert compared([ADA, BO], "more_authors").text.startswith("“Mosses” has more authors: ")


@pytest.mark.parametrize(
    "typed", ["what is \ue0005\ue001", "who wrote \ue0000\ue001", "who wrote \ue0010\ue000 paper"]
)
def test_signs_that_stand_for_names_stand_for_none_where_they_are_typed(
    library: Library, typed: str
) -> None:
    asked = read_fields(typed, ())
    assert asked is None or not any("\ue000" in piece for piece in asked.pieces)
    answer_from_catalogue(Among(library, EVERYTHING), typed)


def test_a_place_of_thousands_of_digits_is_one_that_no_paper_has() -> None:
    asked = read_fields(f"who is the {'9' * 5000}th author of WebGPT", ())
    assert asked is not None
    assert asked.nth == (999_999_999,)


def test_there_is_no_author_before_the_first() -> None:
    paper = Paper("p1", "Moss", authors=("Ada Wick", "Bo Lund"), authors_complete=True)
    assert [one.text for one in authors_at(paper, (0,))] == ["“Moss” has 2 authors."]
