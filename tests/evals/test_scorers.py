"""Each scorer, on answers small enough to grade by hand."""

from __future__ import annotations

import dataclasses

import pytest

from evals.scorers import (
    abstained_rightly,
    answered,
    inexact_quotes,
    names,
    right_citation,
    right_fact,
    says,
    scorers_for,
)
from rag.types import Citation
from tests.evals.answers import ABSTAINED, BRIDGE, TALL, TOWER, answer, case, prose, silent


@pytest.mark.parametrize(
    ("text", "wording"),
    [
        ("preferred 56 % of the time", "56%"),
        ("preferred 56 percent of the time", "56%"),
        ("with 60,000 comparisons", "60000"),
        ("1/1,000th the compute", "1/1,000"),
        ("in a few cases ($\\sim5\\%$ of books)", "5%"),
        ("a 1.3B parameter model", "1.3B"),
        ("Power\u2011law scaling", "power-law"),
        ("it outperforms the rest", "outperform"),
        ("a simple\n statistic [2] called", "simple statistic"),
        ("of 175 billion parameters", "175 BILLION"),
        ("in 2021-12-17", "2021-12"),
    ],
)
def test_spelling_does_not_matter(text: str, wording: str) -> None:
    assert says(text, wording)


@pytest.mark.parametrize(
    ("text", "wording"),
    [
        ("25%", "5%"),
        ("0.5%", "5%"),
        ("28.8% of the problems", "28"),
        ("28.8% of the problems", "8.8%"),
        ("1,560 of them", "560"),
        ("100 samples", "10"),
        ("all humans", "man"),
        ("see [2]", "2"),
        ("", "anything"),
    ],
)
def test_a_part_of_a_number_or_a_word_is_not_the_fact(text: str, wording: str) -> None:
    assert not says(text, wording)


def test_the_fact_is_right_if_one_wording_of_each_is_said() -> None:
    assert right_fact(case(("3.5 metres", "3.5 m")), TALL).right


def test_the_fact_is_wrong_if_one_of_several_is_missing_and_says_which() -> None:
    score = right_fact(case(("3.5 m",), ("25%", "a quarter")), TALL)
    assert not score.right
    assert score.why == "does not say 25%"


def test_a_fact_counts_only_in_an_answer_that_is_given() -> None:
    hedged = dataclasses.replace(TALL, abstained=True)
    assert not right_fact(case(("3.5 m",)), hedged).right
    assert not right_citation(case(("3.5 m",)), hedged).right


def test_the_citation_is_right_if_it_shows_the_fact_in_the_right_paper() -> None:
    assert right_citation(case(("3.5 m",)), TALL).right


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        (
            answer(("It reaches 3.5 m.", ()), citations=TALL.citations),
            "cites nothing for 'It reaches 3.5 m.'",
        ),
        (answer(), "has no sentences"),
        (
            answer(
                ("It is 3.5 m. [1]", (0,)),
                ("Ice melts. [2]", (1,)),
                citations=(*TALL.citations, prose(BRIDGE, "Ice bridges melt.", 2)),
            ),
            "cites Bridges of Ice",
        ),
        (
            answer(("It is 3.5 m. [1]", (0,)), citations=(prose(TOWER, "We build towers"),)),
            "no cited quote says 3.5 m",
        ),
    ],
    ids=["bare sentence", "no sentence", "stray paper", "quote without the fact"],
)
def test_a_wrong_citation_says_what_is_wrong(given: object, complaint: str) -> None:
    score = right_citation(case(("3.5 m",)), given)  # type: ignore[arg-type]  # parametrize's union
    assert not score.right
    assert score.why == complaint


def test_a_catalogue_citation_shows_its_title_and_its_field() -> None:
    field = Citation(1, TOWER.paper_id, TOWER.title, TOWER.arxiv_id, "published", "2021-12-17")
    given = answer(("Towers of Salt is from 2021. [1]", (0,)), citations=(field,))
    assert right_citation(case(("Towers of Salt",), ("2021",), kind="catalogue"), given).right


def test_a_count_of_the_whole_library_stands_in_no_quote() -> None:
    every = case(("2",), kind="catalogue", papers=("*",))
    field = Citation(1, TOWER.paper_id, TOWER.title, TOWER.arxiv_id, "title", TOWER.title)
    given = answer(("The library holds 2 papers. [1]", (0,)), citations=(field,))
    assert right_citation(every, given).right
    assert not right_citation(every, answer(("The library holds 2 papers.", ()))).right


@pytest.mark.parametrize("name", ["arxiv:1111.00001", "towers of  salt", "*"])
def test_a_paper_is_named_by_id_title_or_star(name: str) -> None:
    assert names(name, TALL.citations[0])


def test_a_version_does_not_hide_an_arxiv_id() -> None:
    versioned = dataclasses.replace(TALL.citations[0], paper_id="x", arxiv_id="1111.00001v3")
    assert names("arxiv:1111.00001", versioned)


def test_another_paper_is_not_the_one_named() -> None:
    assert not names("arxiv:1111.00001", prose(BRIDGE, "Ice bridges melt."))
    assert not names("arxiv:", prose(BRIDGE, "Ice bridges melt."))


def test_abstaining_is_right_exactly_where_the_papers_are_silent() -> None:
    assert abstained_rightly(silent(), ABSTAINED).right
    assert not abstained_rightly(silent(), TALL).right
    assert answered(case(("3.5 m",)), TALL).right
    assert not answered(case(("3.5 m",)), ABSTAINED).right


def test_a_case_is_graded_by_what_its_kind_asks() -> None:
    assert set(scorers_for(case(("3.5 m",)))) == {"fact", "citation", "answered"}
    assert set(scorers_for(silent())) == {"abstained"}


def test_a_quote_is_exact_if_its_offsets_hold_it() -> None:
    assert inexact_quotes(TALL) == ()


@pytest.mark.parametrize(
    "change",
    [
        {"quote": "The tallest reaches 3.6 m."},
        {"start": 0},
        {"field": "summary"},
        {"paper_id": "unknown"},
    ],
)
def test_a_quote_that_does_not_stand_there_is_inexact(change: dict[str, object]) -> None:
    citation = dataclasses.replace(TALL.citations[0], **change)  # type: ignore[arg-type]  # one field of several types
    assert inexact_quotes(answer(("x [1]", (0,)), citations=(citation,))) == (citation,)


@pytest.mark.parametrize(
    ("field", "quote", "exact"),
    [
        ("published", "2021-12-17", True),
        ("published", "2021-12", False),
        ("title", "Towers of Salt", True),
        ("authors", "Ada Salz; Bo Turm", True),
        ("authors", "Ada Salz", False),
        ("height", "3.5", False),
    ],
)
def test_a_catalogue_quote_is_the_whole_field(field: str, quote: str, exact: bool) -> None:
    citation = Citation(1, TOWER.paper_id, TOWER.title, TOWER.arxiv_id, field, quote)
    given = answer(("x [1]", (0,)), citations=(citation,))
    assert (inexact_quotes(given) == ()) is exact


def test_a_plain_yes_or_no_is_told_from_words_that_begin_alike() -> None:
    assert says("No, it cannot. [1]", "no,")
    assert not says("Novel, and not small.", "no,")
    assert says("Yes. [1]", "yes")
