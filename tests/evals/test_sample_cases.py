"""What is taught of the sample library stands in it, and no question of a reported half is near."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from evals.authoring.case_check import check_file
from evals.cases import QUESTIONS, Case, load_cases
from evals.evidence.confidence_cases import ARXIV, SAMPLE, Asked, is_held_back
from evals.evidence.sample_cases import (
    SEVERAL_CASES,
    TAUGHT,
    TAUGHT_EACH,
    TAUGHT_SIDES,
    TYPED_CASES,
    ask_taught,
    ask_understood,
    is_kept_back,
)
from evals.scorers.wording import any_said
from rag.config import Config
from rag.finding.terms import content_stems
from rag.library import Library
from rag.models.embed import Embedder
from rag.types import Paper, Work
from tests.rag.test_library import work

TYPED, SEVERAL = load_cases(TYPED_CASES), load_cases(SEVERAL_CASES)
FRESH = load_cases(QUESTIONS.with_name("fresh_cases.jsonl"))
REPORTED = [case for case in (*load_cases(), *FRESH) if case.split == "test"]
TOO_NEAR = 0.6  # of their stems two questions have in common
MOSS = "Mosses on walls are hard to count. MossNet was tested on 40 old walls of Wales."
FERN = "Ferns hide among other plants. FernNet was tested on 12 gardens near the sea."
CASE = Case(
    id="walls",
    question="On what was it tested, by the paper of 2021?",
    papers=("MossNet: counting mosses",),
    facts=(("walls of Wales",),),
)


@pytest.fixture(scope="module")
def papers(sample_home: object, embedder: Embedder) -> dict[str, Paper]:
    config = Config.from_env({"ASKPAPERS_HOME": str(sample_home)})
    with Library.open(config, embedder) as library:
        return {paper.paper_id: paper for paper in library.papers()}


@pytest.fixture
def library(config: Config, embedder: Embedder) -> Iterator[Library]:
    with Library.open(config, embedder) as opened:
        moss = dated(work("MossNet: counting mosses", MOSS), "2021-05-01")
        opened.write([moss, dated(work("FernNet: finding ferns", FERN), "2019-03-01")])
        opened.fill()
        yield opened


def dated(own: Work, day: str) -> Work:
    return replace(own, paper=replace(own.paper, published=day))


@pytest.mark.parametrize("path", [TYPED_CASES, SEVERAL_CASES], ids=["typed", "several"])
def test_there_is_nothing_to_say_against_them(path: Path) -> None:
    assert check_file(path).findings == ()


def test_each_paper_that_a_case_names_has_its_own_fact(papers: dict[str, Paper]) -> None:
    wrong = []
    for case in (*TYPED, *SEVERAL):
        for name, fact in zip(case.papers, case.facts, strict=False):
            if not any_said(fact, papers[name].abstract):
                wrong.append(case.id)
        if case.answerable and len(case.papers) != len(case.facts):
            wrong.append(case.id)
    assert wrong == []


def test_every_paper_is_asked_about_with_and_without_an_answer(papers: dict[str, Paper]) -> None:
    for answerable in (True, False):
        own = Counter(case.papers[0] for case in TYPED if case.answerable is answerable)
        assert set(own) == set(papers)
    assert set(papers) == {name for case in SEVERAL for name in case.papers}
    assert 0.25 < sum(not case.answerable for case in TYPED) / len(TYPED) < 0.4


def test_none_comes_near_a_question_of_a_reported_half() -> None:
    reported = [(case.id, stems([case])) for case in REPORTED]
    near = [
        (case.id, other)
        for case in (*TYPED, *SEVERAL)
        for own in [stems([case])]
        for other, theirs in reported
        if len(own & theirs) >= TOO_NEAR * len(own | theirs)
    ]
    assert near == []


def test_none_is_asked_elsewhere() -> None:
    others = {case.question.casefold() for case in (*load_cases(), *FRESH)}
    assert [c.id for c in (*TYPED, *SEVERAL) if c.question.casefold() in others] == []


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        (TAUGHT, False),
        (TAUGHT_SIDES, False),
        (TAUGHT_EACH, False),
        (SAMPLE, True),
        (ARXIV, True),
    ],
)
def test_all_of_them_are_taught_whatever_the_paper_and_no_dev_case_is(
    library: Library, name: str, kept: bool
) -> None:
    held = next(case for case in (*TYPED, *SEVERAL) if is_held_back(case.papers[0]))
    (one,) = ask_understood(library, [CASE], name)
    assert is_kept_back(replace(one, case=held)) is kept


def test_what_is_taught_is_asked_whole_and_side_by_side(
    sample_home: object, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evals.evidence.sample_cases.load_cases", lambda path: load_cases(path)[:9])
    config = Config.from_env({"ASKPAPERS_HOME": str(sample_home)})
    with Library.open(config, embedder) as opened:
        sets = Counter(one.library for one in ask_taught(opened))
    assert sets[TAUGHT] >= 9
    assert sets[TAUGHT_SIDES] >= 4


def test_it_is_read_as_answering_does_within_the_papers_that_are_meant(library: Library) -> None:
    (one,) = ask_understood(library, [CASE], TAUGHT)
    assert {quote.paper_id for quote, _ in one.candidates.sentences} == one.wanted
    assert told(one) == ["MossNet was tested on 40 old walls of Wales."]


def test_where_answering_would_not_read_the_answer_its_own_paper_is_asked(
    library: Library,
) -> None:
    case = replace(CASE, question="On what was it tested, by the paper of 2019?")
    (one,) = ask_understood(library, [case], TAUGHT)
    assert told(one) == ["MossNet was tested on 40 old walls of Wales."]


def stems(cases: Iterable[Case]) -> set[str]:
    return {stem for case in cases for stem in content_stems(case.question)}


def told(one: Asked) -> list[str]:
    sentences = zip(one.candidates.sentences, one.says, strict=True)
    return [quote.text for (quote, _), says in sentences if says]
