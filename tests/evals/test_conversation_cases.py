"""Cases of follow-ups, filters and comparisons: sound, to tune on only, asked nowhere else."""

from __future__ import annotations

import pytest

from evals.authoring.case_check import check_file
from evals.cases import QUESTIONS, load_cases
from rag.config import Config
from rag.library import Library
from rag.models.embed import Embedder
from rag.types import Paper

FILE = QUESTIONS.with_name("conversation_cases.jsonl")
CASES = load_cases(FILE)


@pytest.fixture
def papers(sample_config: Config, embedder: Embedder) -> list[Paper]:
    with Library.open(sample_config, embedder) as library:
        return library.papers()


def test_there_is_nothing_to_say_against_them(papers: list[Paper]) -> None:
    assert check_file(FILE, papers).findings == ()


def test_they_are_to_tune_on_and_the_shipped_set_asks_none_of_them() -> None:
    assert {case.split for case in CASES} == {"dev"}
    shipped = {case.question.casefold() for case in load_cases() if not case.history}
    assert not shipped & {case.question.casefold() for case in CASES if not case.history}


@pytest.mark.parametrize("tag", ["follow-up", "filter", "comparison"])
def test_each_kind_has_some_that_no_paper_answers(tag: str) -> None:
    tagged = [case for case in CASES if tag in case.tags]
    assert len(tagged) >= 10
    assert any(not case.answerable for case in tagged)
