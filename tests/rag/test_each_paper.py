"""A question to several papers is put to each, and what tells a part of it is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.evidence.confidence import confidence
from rag.evidence.each_paper import across, between, of_its_papers
from rag.evidence.gather import Found, keyed
from rag.finding.filters import EVERYTHING, Filter
from rag.question.understand import Query
from rag.types import Paper, PaperScore, Quote

PAPERS = {name: Paper(paper_id=name, title=name.title()) for name in ("moss", "fern", "lichen")}
LEAST = 0.45
SURE = st.floats(0.01, 0.99)


def found(*names: str, says: float = 0.0) -> Found:
    """A quote of each paper of these names, that likely to say what is asked."""
    papers = tuple(PAPERS[name] for name in names)
    quotes = tuple(Quote(name, "abstract", 0, 9, f"On {name}.", 0.5, says=says) for name in names)
    scores = tuple(PaperScore(name, 1.0, 1.0, 1.0) for name in names)
    return Found(scores, papers, quotes, keyed(quotes, papers))


def query(*papers: str) -> Query:
    within = Filter(paper_ids=papers) if papers else EVERYTHING
    return Query("q", "q", "q", "how many leaves?", within=within, across=not papers)


def asked_across(sure: float, **parts: float) -> tuple[list[str], float]:
    """The papers cited where the whole is `sure` and each paper tells a part so surely."""

    def find(one: Query) -> Found:
        assert one.of_each
        assert not one.across
        return found(*one.within.paper_ids)

    def weigh(one: Query, _: Found) -> float:
        return parts[one.within.paper_ids[0]]

    told, surely = across(query(), (found(*PAPERS), sure), find, weigh, LEAST)
    return [item.paper.paper_id for item in told.evidence], surely


def test_each_paper_that_tells_a_part_is_cited_the_surest_first_and_no_other() -> None:
    assert asked_across(0.6, moss=0.4, fern=0.9, lichen=0.1)[0] == ["fern", "moss"]


def test_where_fewer_than_two_tell_a_part_what_was_found_for_the_whole_stands() -> None:
    assert asked_across(0.4, moss=0.9, fern=0.1, lichen=0.1) == (list(PAPERS), 0.4)


def test_it_is_as_sure_as_the_second_paper_makes_it() -> None:
    assert asked_across(0.4, moss=0.95, fern=0.8, lichen=0.1)[1] == between(0.4, 0.8)
    assert asked_across(0.6, moss=0.95, fern=0.3, lichen=0.1)[1] == 0.6


def test_a_hopeless_question_is_put_to_no_paper() -> None:
    def find(one: Query) -> Found:
        raise AssertionError(one)

    told = (found("moss"), 0.01)
    assert across(query(), told, find, lambda _, __: 1.0, LEAST) == told


def test_no_quote_is_surer_than_the_answer_it_is_a_part_of() -> None:
    def find(one: Query) -> Found:
        return found(*one.within.paper_ids, says=5.0)

    told, sure = across(query(), (found(*PAPERS), 0.5), find, lambda _, __: 0.9, LEAST)
    assert confidence(told.quotes) == pytest.approx(sure, abs=1e-3)


def test_what_is_said_of_a_namesake_is_no_part() -> None:
    def find(one: Query) -> Found:
        name = one.within.paper_ids[0]
        text = "GPT-4 has leaves." if name == "fern" else "It has leaves."
        quote = Quote(name, "abstract", 0, 9, text, 0.5)
        return Found((), (PAPERS[name],), (quote,), keyed((quote,), [PAPERS[name]]))

    asked = replace(query(), asked="What leaves do GPT-5 and mosses have?")
    told, _ = across(asked, (found(*PAPERS), 0.6), find, lambda _, __: 0.9, LEAST)
    assert [item.paper.paper_id for item in told.evidence] == ["moss", "lichen"]


def of_moss(
    sure: float, of_all: float, text: str = "On moss: 12 leaves.", *others: Query
) -> tuple[str, float]:
    """What is told of the part that names the paper on moss, beside `others`, and how surely."""
    quote = Quote("moss", "abstract", 0, 9, text, 0.5)
    more = Found((), (PAPERS["moss"],), (quote,), keyed((quote,), [PAPERS["moss"]]))
    told = (found("fern"), sure)
    part = query("moss")

    def find(one: Query) -> Found:
        assert one.of_each
        assert one.within.paper_ids == ("moss",)
        return more

    whole = replace(query(), parts=(part, *others))
    of, surely = of_its_papers(whole, part, told, find, lambda _, __: of_all, LEAST)
    return of.quotes[0].text, surely


def test_a_part_that_its_own_words_do_not_answer_is_asked_in_those_of_the_whole() -> None:
    text, sure = of_moss(0.3, 0.8)
    assert text == "On moss: 12 leaves."
    assert sure == pytest.approx(between(0.3, 0.8))


def test_what_its_own_words_answer_stands() -> None:
    assert of_moss(0.5, 0.9) == ("On fern.", 0.5)


def test_what_the_whole_finds_less_surely_is_not_taken() -> None:
    assert of_moss(0.3, 0.2) == ("On fern.", 0.3)


def test_an_amount_that_the_part_asks_for_has_to_be_there() -> None:
    assert of_moss(0.3, 0.9, "On moss that has leaves.") == ("On fern.", 0.3)


def test_what_answers_another_part_of_the_same_paper_is_not_told_again() -> None:
    other = replace(query("moss"), read="what is moss?")
    assert of_moss(0.3, 0.9, "On moss: 12 leaves.", other) == ("On fern.", 0.3)
    likely = replace(query(), likely=("moss",))
    assert of_moss(0.3, 0.9, "On moss: 12 leaves.", likely) == ("On fern.", 0.3)
    elsewhere = query("lichen")
    assert of_moss(0.3, 0.9, "On moss: 12 leaves.", elsewhere)[0] == "On moss: 12 leaves."


@given(SURE, SURE)
def test_between_two_probabilities_lies_one_that_is_the_same_from_either_side(
    one: float, other: float
) -> None:
    assert min(one, other) - 1e-4 <= between(one, other) <= max(one, other) + 1e-4
    assert between(one, other) == pytest.approx(between(other, one))
    assert between(one, one) == pytest.approx(one, abs=1e-4)
