"""The fresh cases: what they expect stands where they say, and none is asked elsewhere."""

from __future__ import annotations

from collections import Counter

import pytest

from evals.cases import QUESTIONS, Case, load_cases
from rag.config import Config
from rag.library import Library
from rag.models.embed import Embedder
from rag.types import Paper

CASES = load_cases(QUESTIONS.with_name("fresh_cases.jsonl"))
ROUND = "second-round"
SEVERAL = [case for case in CASES if case.kind in ("several", "fact")]


@pytest.fixture(scope="module")
def texts(sample_papers: dict[str, Paper]) -> dict[str, str]:
    return {
        name: f"{paper.title}\n{paper.abstract}\n{paper.summary}".casefold()
        for paper in sample_papers.values()
        for name in (paper.paper_id, paper.title)
    }


@pytest.fixture(scope="module")
def sample_papers(sample_home: object, embedder: Embedder) -> dict[str, Paper]:
    config = Config.from_env({"ASKPAPERS_HOME": str(sample_home)})
    with Library.open(config, embedder) as library:
        return {paper.paper_id: paper for paper in library.papers()}


def test_none_is_asked_twice_or_among_the_shipped_cases() -> None:
    shipped = {case.question.casefold() for case in load_cases()}
    asked = [case.question.casefold() for case in CASES if not case.history]
    assert len(asked) == len(set(asked))
    assert not shipped & set(asked)


def test_both_halves_of_the_second_round_hold_every_kind() -> None:
    for half in ("dev", "test"):
        kinds = Counter(case.kind for case in CASES if case.split == half and ROUND in case.tags)
        assert all(count >= 35 for count in kinds.values())
        assert set(kinds) == {"fact", "several", "catalogue", "unanswerable"}


def test_of_the_first_round_nothing_is_reported() -> None:
    assert {case.split for case in CASES if ROUND not in case.tags} == {"dev"}


@pytest.mark.parametrize("case", SEVERAL, ids=lambda case: str(case.id))
def test_what_papers_say_stands_in_them(case: Case, texts: dict[str, str]) -> None:
    told = "\n".join(texts[name] for name in case.papers)
    for fact in case.facts:
        assert any(wording.casefold() in told for wording in fact), fact
