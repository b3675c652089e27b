"""Papers called by who wrote them, and what of the question is then read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.config import Config
from rag.library import Library
from rag.models.embed import Embedder
from rag.question.family_names import by_family_name
from rag.question.mentions import without_name
from rag.question.understand import understand
from rag.types import Paper, Work
from tests.fakes import HashEmbedder


@pytest.fixture
def library(sample_config: Config, embedder: Embedder) -> Iterator[Library]:
    with Library.open(sample_config, embedder) as opened:
        yield opened


@pytest.fixture
def gardens(config: Config) -> Iterator[Library]:
    """A library by people whose names hold marks and accents."""
    authors = ("Ada O'Brien", "Bo D’Amour", "Cy Müller", "Di Brown", "Ed Brien", "Flo Amour")
    with Library.open(config, HashEmbedder()) as opened:
        opened.write(
            [
                Work(
                    Paper(f"title:{n}", f"Moss {n}", "Moss.", authors=(name,), published="2012"), ()
                )
                for n, name in enumerate(authors)
            ]
        )
        opened.fill()
        yield opened


@pytest.mark.parametrize(
    ("question", "name", "paper_id"),
    [
        ("What do O'Brien et al. say?", "O'Brien et al.", "title:0"),
        ("What do O’Brien et al. say?", "O’Brien et al.", "title:0"),
        ("What is D’Amour's result?", "D’Amour's", "title:1"),
        ("What do Muller et al. say?", "Muller et al.", "title:2"),
        ("What do Müller et al. say?", "Müller et al.", "title:2"),
        ("What did Brown, 2012 find?", "Brown, 2012", "title:3"),
        ("What did Brown '12 find?", "Brown '12", "title:3"),
        ("What do 'Brien et al.' say?", "Brien et al.'", "title:4"),
    ],
)
def test_a_name_with_marks_in_it_is_one(
    gardens: Library, question: str, name: str, paper_id: str
) -> None:
    found = [(match[0], paper.paper_id) for match, paper in by_family_name(gardens, question)]
    assert found == [(name, paper_id)]


def test_a_number_behind_a_name_is_no_year_of_it(gardens: Library) -> None:
    found = by_family_name(gardens, "Of those who met Brown, 12 of the raters left.")
    assert all(match["year"] is None for match, _ in found)


def test_a_long_question_is_looked_up_in_part_but_its_marked_names_are(
    gardens: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    by_author, words = Library.papers_by_author, Library.search_words

    def papers(self: Library, name: str) -> list[Paper]:
        made.append(name)
        return by_author(self, name)

    def searched(self: Library, query: str, k: int) -> list[tuple[str, float]]:
        made.append(query)
        return words(self, query, k)

    monkeypatch.setattr(Library, "papers_by_author", papers)
    monkeypatch.setattr(Library, "search_words", searched)
    question = " ".join(("moor", "fern", "reed") * 100) + ": what do Muller et al. say?"
    found = [paper.paper_id for _, paper in by_family_name(gardens, question)]
    assert found == ["title:2"]
    assert len(made) <= 80


@pytest.mark.parametrize(
    ("question", "name", "paper_id"),
    [
        ("why does Stiennon complain about ROUGE", "Stiennon", "arxiv:2009.01325"),
        ("what did kaplan find on width", "kaplan", "arxiv:2001.08361"),
        ("what does helpful mean? (askell 2021)", "askell 2021)", "arxiv:2112.00861"),
        ("In Ganguli's paper, what can be foreseen?", "Ganguli's paper", "arxiv:2202.07785"),
        ("Which trick do Burns and colleagues use?", "Burns and colleagues", "arxiv:2312.09390"),
        ("what shape has the curve in bai et al", "bai et al", "arxiv:2204.05862"),
        ("the Saunders paper: what is released?", "the Saunders paper", "arxiv:2206.05802"),
        ("What for in Wu et al. 2021?", "Wu et al. 2021", "arxiv:2109.10862"),
    ],
)
def test_a_family_name_means_its_bearers_one_paper(
    library: Library, question: str, name: str, paper_id: str
) -> None:
    found = [(match[0], paper.paper_id) for match, paper in by_family_name(library, question)]
    assert found == [(name, paper_id)]
    within = understand(library, question).within
    assert within.paper_ids == (paper_id,) or within.authors  # as "et al." is understood already


@pytest.mark.parametrize(
    "question",
    [
        "How long are the books?",  # Long Ouyang's is a first name
        "Which papers are by Jeff Wu?",  # he wrote several
        "What is the best of the young models?",
        "What does Obermeier say?",
    ],
)
def test_other_words_mean_no_paper(library: Library, question: str) -> None:
    assert list(by_family_name(library, question)) == []


@pytest.mark.parametrize(
    ("text", "name", "read"),
    [
        ("What does HHH mean? (askell 2021)", "askell 2021", "What does HHH mean?"),
        ("In Ganguli's paper, what is foreseen?", "Ganguli's paper", "what is foreseen?"),
        ("AIR: what is measured?", "AIR", "what is measured?"),
        ("why does Stiennon complain?", "Stiennon", "why does the paper complain?"),
        ("what is Bai's reward?", "Bai's", "what is the paper’s reward?"),
    ],
)
def test_the_name_is_not_read(text: str, name: str, read: str) -> None:
    assert without_name(text, name) == read


def test_a_thing_before_the_colon_means_the_paper_that_introduced_it(library: Library) -> None:
    query = understand(library, "PIGPI: is a numerical solver needed?")
    assert (query.within.paper_ids, query.read) == (
        ("arxiv:2212.11880",),
        "is a numerical solver needed?",
    )


def test_a_name_that_was_taken_back_keeps_to_no_paper(library: Library) -> None:
    query = understand(library, "what did kaplan find on width", literally=("kaplan",))
    assert not query.within


def test_a_team_is_nobodys_family_name(library: Library) -> None:
    asked = "What data did the book team and Stiennon's team collect?"
    found = [(match[0], paper.paper_id) for match, paper in by_family_name(library, asked)]
    assert found == [("Stiennon's team", "arxiv:2009.01325")]
