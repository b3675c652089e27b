"""The cases over arXiv abstracts are sound, half unanswerable, and keep the held back apart."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from evals.authoring.case_check import check_file
from evals.cases import QUESTIONS, Case, load_cases
from evals.evidence.confidence_cases import is_held_back

DEV = QUESTIONS.with_name("arxiv_cases.jsonl")
HELD_BACK = QUESTIONS.with_name("arxiv_test.jsonl")
NINE = QUESTIONS.with_name("arxiv_nine_cases.jsonl")
TYPED = QUESTIONS.with_name("arxiv_typed_cases.jsonl")
SEVERAL = QUESTIONS.with_name("arxiv_several_cases.jsonl")
BOTH = pytest.mark.parametrize("path", [DEV, HELD_BACK], ids=["dev", "held back"])


@pytest.mark.parametrize(
    "path", [DEV, HELD_BACK, NINE, TYPED], ids=["dev", "held back", "nine", "typed"]
)
def test_there_is_nothing_to_say_against_them(path: Path) -> None:
    # Whether facts stand in their papers, `askpapers eval check FILE` says where the papers are.
    assert check_file(path).findings == ()


@BOTH
def test_a_third_to_a_half_has_no_answer_for_every_reason_there_is(path: Path) -> None:
    cases = load_cases(path)
    kinds = Counter(case.unanswerable for case in cases if not case.answerable)
    assert 1 / 3 <= sum(kinds.values()) / len(cases) <= 0.55
    assert set(kinds) == {"not_in_abstract", "other_topic", "false_premise", "not_about_papers"}
    assert kinds.most_common(1)[0][0] == "not_in_abstract"


@BOTH
def test_every_one_names_arxiv_papers_its_origin_and_how_a_person_would_answer(path: Path) -> None:
    cases = load_cases(path)
    named = [paper for case in cases for paper in case.papers]
    assert [p for p in named if not re.fullmatch(r"arxiv:\d{4}\.\d{5}", p)] == []
    assert [c.id for c in cases if not (c.reviewed and c.provenance and c.reference)] == []


def test_there_are_enough_to_tune_and_to_report_on() -> None:
    assert len(load_cases(DEV)) >= 220
    assert len(load_cases(HELD_BACK)) >= 60


def test_no_id_is_used_in_another_file() -> None:
    ids = Counter(
        case.id
        for path in (QUESTIONS, DEV, HELD_BACK, NINE, TYPED, SEVERAL)
        for case in load_cases(path)
    )
    assert [case_id for case_id, times in ids.items() if times > 1] == []


def test_what_is_held_back_is_told_by_split_and_id_and_is_about_other_papers() -> None:
    dev = tuple(case for path in (DEV, NINE, TYPED, SEVERAL) for case in load_cases(path))
    held = load_cases(HELD_BACK)
    assert {case.split for case in dev} == {"dev"}
    assert {case.split for case in held} == {"test"}
    assert [c.id for c in (*dev, *held) if c.id.startswith("held-") != (c in held)] == []
    assert papers_of(dev) & papers_of(held) == set()
    assert questions_of(dev) & questions_of(held) == set()


def test_of_nine_questions_a_paper_a_third_has_no_answer_and_each_other_says_its_kind() -> None:
    cases = load_cases(NINE)
    papers = Counter(case.papers for case in cases)
    assert len(papers) >= 900
    assert max(papers.values()) == 9
    reasons = Counter(case.unanswerable for case in cases)
    assert set(reasons) == {"", "not_in_abstract", "false_premise"}
    assert 0.3 < 1 - reasons[""] / len(cases) < 0.35
    kinds = {tag for case in cases if case.answerable for tag in case.tags} - {"arxiv", "nine"}
    assert kinds == {"indirect", "named", "casual", "why", "plain"}
    assert papers_of(cases) & papers_of(load_cases(DEV)) == set()


def test_what_people_type_is_asked_in_every_way_with_and_without_an_answer() -> None:
    cases = load_cases(TYPED)
    ways = {"name", "hurry", "plain", "author", "wh"}
    for reason in ("", "not_in_abstract", "false_premise", "other_topic"):
        own = [case for case in cases if case.unanswerable == reason]
        asked = Counter(tag for case in own for tag in set(case.tags) & ways)
        assert set(asked) == ways
        assert asked.total() == len(own) > 300
    known = papers_of((*load_cases(DEV), *load_cases(NINE)))
    assert papers_of(cases) <= known


def test_of_a_group_of_papers_is_asked_in_every_way_and_each_paper_has_its_own_fact() -> None:
    cases = load_cases(SEVERAL)
    ways = Counter(tag for case in cases for tag in set(case.tags) - {"arxiv", "several"})
    assert set(ways) == {"each", "parts", "compare", "loose", "one", "silent"}
    assert min(ways.values()) > 400
    assert [c.id for c in cases if c.answerable and len(c.facts) != len(c.papers)] == []
    alone = [case for case in cases if len(case.papers) == 1]
    assert [c.id for c in alone if c.kind != "fact" or "one" not in c.tags] == []
    assert len({is_held_back(paper) for case in cases for paper in case.papers}) == 2
    parted = [c.id for c in cases if len({is_held_back(paper) for paper in c.papers}) > 1]
    assert parted == []


def papers_of(cases: tuple[Case, ...]) -> set[str]:
    return {paper for case in cases for paper in case.papers}


def questions_of(cases: tuple[Case, ...]) -> set[str]:
    return {case.question.casefold() for case in cases}
