"""A question to several papers is put to each, and what tells a part of it is kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.evidence.each_paper import across, between, of_its_papers
from rag.evidence.gather import Found, keyed
from rag.finding.filters import EVERYTHING, Filter
from rag.question.understand import Query
from rag.types import Paper, PaperScore, Quote

PAPERS = {name: Paper(paper_id=name, title=name.title()) for name in ("moss", "fern", "lichen")}
LEAST = 0.45
SURE = st.floats(0.01, 0.99)


def found(*names: str) -> Found:
    """A quote of each paper of these names."""
    papers = tuple(PAPERS[name] for name in names)
    quotes = tuple(Quote(name, "abstract", 0, 9, f"On {name}.", 0.5) for name in names)
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


def test_each_paper_that_tells_a_part_is_cited_and_no_other() -> None:
    assert asked_across(0.6, moss=0.9, fern=0.4, lichen=0.1)[0] == ["moss", "fern"]


def test_where_fewer_than_two_tell_a_part_what_was_found_for_the_whole_stands() -> None:
    cited, sure = asked_across(0.6, moss=0.9, fern=0.1, lichen=0.1)
    assert cited == list(PAPERS)
    assert sure == pytest.approx(between(0.6, 0.9))


def test_papers_that_tell_parts_make_surer_and_silent_ones_not_less() -> None:
    assert asked_across(0.4, moss=0.8, fern=0.8, lichen=0.1)[1] > LEAST
    assert asked_across(0.6, moss=0.1, fern=0.1, lichen=0.1)[1] == 0.6


def of_moss(sure: float, of_all: float, text: str = "On moss: 12 leaves.") -> tuple[str, float]:
    """What is told of the part that names the paper on moss, and how surely."""
    quote = Quote("moss", "abstract", 0, 9, text, 0.5)
    more = Found((), (PAPERS["moss"],), (quote,), keyed((quote,), [PAPERS["moss"]]))
    told = (found("fern"), sure)
    of, surely = of_its_papers(
        query(), query("moss"), told, lambda _: more, lambda _, __: of_all, LEAST
    )
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


@given(SURE, SURE)
def test_between_two_probabilities_lies_one_that_is_the_same_from_either_side(
    one: float, other: float
) -> None:
    assert min(one, other) - 1e-9 <= between(one, other) <= max(one, other) + 1e-9
    assert between(one, other) == pytest.approx(between(other, one))
    assert between(one, one) == pytest.approx(one)
