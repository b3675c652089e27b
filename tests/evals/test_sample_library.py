"""The questions are asked of the sample pages and of nothing else."""

from __future__ import annotations

from evals.cases import EVERY_PAPER, load_cases
from evals.sample_library import sample_library
from evals.scorers.wording import normalised
from rag.config import Config
from rag.library import Library
from rag.models.embed import Embedder
from rag.types import KeyedRecord, Paper, Record, Work
from tests.evals.answers import BRIDGE

NUMBER_OF_PAPERS = 21


def held(library: Library) -> set[str]:
    return {paper.paper_id for paper in library.papers()}


def test_it_is_made_where_the_user_has_none(config: Config) -> None:
    with sample_library(config) as library:
        assert len(held(library)) == NUMBER_OF_PAPERS
    assert not config.home.exists()


def test_a_library_with_more_in_it_is_left_alone(sample_copy: Config, embedder: Embedder) -> None:
    record = Record("mine.jsonl", 0, title=BRIDGE.title, abstract=BRIDGE.abstract)
    mine = Paper(BRIDGE.paper_id, BRIDGE.title, BRIDGE.abstract, sources=("mine.jsonl",))
    with Library.open(sample_copy, embedder) as library, library.writing():
        library.write([Work(mine, (KeyedRecord(record, 1, 1, ()),))])
    with sample_library(sample_copy) as library:
        assert BRIDGE.paper_id not in held(library)


def test_every_paper_that_a_case_names_is_in_the_sample(sample_config: Config) -> None:
    with sample_library(sample_config) as library:
        papers = library.papers()
    known = {f"arxiv:{paper.arxiv_id}" for paper in papers}
    known |= {normalised(paper.title) for paper in papers}
    named = {name for case in load_cases() for name in case.papers} - {EVERY_PAPER}
    assert {n for n in named if n not in known and normalised(n) not in known} == set()
