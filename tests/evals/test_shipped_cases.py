"""The shipped questions are balanced, true to the sample library, and keep their halves apart."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from evals.authoring.case_check import check_file
from evals.cases import EVERY_PAPER, QUESTIONS, Case, load_cases
from evals.runs.elsewhere import PaperNames
from rag.config import Config
from rag.library import Library
from rag.models.embed import Embedder
from rag.types import Paper

CASES = load_cases()


@pytest.fixture
def papers(sample_config: Config, embedder: Embedder) -> list[Paper]:
    with Library.open(sample_config, embedder) as library:
        return library.papers()


def catalogue_cases(wanted: str) -> list[Case]:
    return [c for c in CASES if c.kind == "catalogue" and re.search(wanted, c.question, re.I)]


def test_there_is_nothing_to_say_against_them(papers: list[Paper]) -> None:
    # That is: facts stand in a paper that the case names, nothing called wrong does, references
    # say the facts, no question gives its own away, none is asked twice.
    assert check_file(QUESTIONS, papers).findings == ()


def test_there_are_enough_to_measure_with() -> None:
    assert len(CASES) >= 250
    assert sum(case.split == "test" for case in CASES) >= 100


def test_every_one_says_where_it_comes_from_and_how_a_person_would_answer() -> None:
    assert [c.id for c in CASES if not (c.reviewed and c.provenance and c.reference)] == []


def test_nearly_every_answerable_one_says_what_would_contradict_it() -> None:
    answerable = [case for case in CASES if case.answerable]
    assert sum(bool(case.wrong) for case in answerable) > 0.9 * len(answerable)


def test_a_third_has_no_answer_in_the_papers() -> None:
    kinds = Counter(case.unanswerable for case in CASES if not case.answerable)
    assert sum(kinds.values()) * 3 >= len(CASES)
    assert set(kinds) == {"not_in_abstract", "other_topic", "not_about_papers", "false_premise"}


def test_the_splits_are_alike() -> None:
    counts = Counter((case.unanswerable or case.kind, case.split) for case in CASES)
    sizes = Counter(case.split for case in CASES)
    for kind in {kind for kind, _ in counts}:
        dev, test = (counts[kind, split] / sizes[split] for split in ("dev", "test"))
        assert dev > 0 < test, kind
        assert abs(dev - test) <= 0.1, kind


def test_both_halves_have_follow_ups_and_only_these_have_a_history() -> None:
    follow_ups = [case for case in CASES if "follow-up" in case.tags]
    assert follow_ups == [case for case in CASES if case.history]
    assert Counter(c.split for c in follow_ups)["dev"] >= 15
    assert Counter(c.split for c in follow_ups)["test"] >= 12
    assert any(not case.answerable for case in follow_ups)


def test_the_halves_share_no_wording_not_even_in_a_history() -> None:
    asked: dict[str, set[str]] = {"dev": set(), "test": set()}
    for case in CASES:
        asked[case.split] |= {text.casefold() for text in (case.question, *case.history)}
    assert asked["dev"] & asked["test"] == set()


def test_the_ids_tell_the_halves() -> None:
    assert [c.id for c in CASES if c.id.startswith("held-") != (c.split == "test")] == []


def test_every_paper_of_the_sample_has_facts_asked_in_both_halves() -> None:
    asked: dict[str, set[str]] = {}
    for case in CASES:
        if case.kind == "fact":
            for paper in case.papers:
                asked.setdefault(paper, set()).add(case.split)
    assert len(asked) == 21
    assert all(splits == {"dev", "test"} for splits in asked.values())


def test_who_asks_for_an_authors_papers_is_given_all_that_the_catalogue_has(
    papers: list[Paper],
) -> None:
    names = PaperNames(papers)
    authors = {author for paper in papers for author in paper.authors}
    asked = [(c, a) for c in catalogue_cases("") for a in authors if a in c.question]
    assert len(asked) >= 6
    for case, author in asked:
        theirs = {paper.paper_id for paper in papers if author in paper.authors}
        assert {p.paper_id for n in case.papers if (p := names.find(n))} == theirs, case.id


def test_who_asks_for_the_papers_of_a_year_is_given_all(papers: list[Paper]) -> None:
    names = PaperNames(papers)
    asked = [case for case in catalogue_cases(r"\b20\d\d\b") if EVERY_PAPER not in case.papers]
    assert len(asked) >= 4
    for case in asked:
        first = int(re.findall(r"\b20\d\d\b", case.question)[0])
        last = 9999 if "since" in case.question else first
        meant = {p.paper_id for p in papers if p.year and first <= p.year <= last}
        assert {p.paper_id for n in case.papers if (p := names.find(n))} == meant, case.id
        assert len(case.facts) == len(meant), case.id


def test_counts_are_those_of_the_catalogue(papers: list[Paper]) -> None:
    counted = catalogue_cases("how many papers")
    assert len(counted) >= 4
    for case in counted:
        years = re.findall(r"\b20\d\d\b", case.question)
        meant = [p for p in papers if not years or p.published.startswith(years[0])]
        assert str(len(meant)) in case.facts[0], case.id


def test_the_oldest_and_the_newest_are_so(papers: list[Paper]) -> None:
    names = PaperNames(papers)
    by_date = sorted(papers, key=lambda paper: paper.published)
    for wanted, meant in (("oldest", by_date[0]), ("most recent", by_date[-1])):
        (case,) = catalogue_cases(wanted)
        assert names.find(case.papers[0]) == meant
