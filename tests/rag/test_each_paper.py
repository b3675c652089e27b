"""A question to several papers is put to each, and what tells a part of it is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.evidence.confidence import confidence
from rag.evidence.each_paper import across, between, kept_to, of_its_papers, with_others
from rag.evidence.gather import Found, keyed
from rag.finding.filters import EVERYTHING, Filter
from rag.question.understand import Query
from rag.types import Paper, PaperScore, Quote, Understood

PAPERS = {name: Paper(paper_id=name, title=name.title()) for name in ("moss", "fern", "lichen")}
LEAST = 0.45
MOSS = Filter(paper_ids=("moss",))
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


def asked_across(sure: float, several: float = 0.6, **parts: float) -> tuple[list[str], float]:
    """The papers cited where the whole is `sure`, the words ask `several` so probably, and each
    paper tells a part so surely.
    """

    def find(one: Query) -> Found:
        assert one.of_each
        assert not one.across
        return found(*one.within.paper_ids)

    def weigh(one: Query, _: Found) -> float:
        return parts[one.within.paper_ids[0]]

    asked = replace(query(), several=several)
    told, surely = across(asked, (found(*PAPERS), sure), find, weigh, LEAST)
    return [item.paper.paper_id for item in told.evidence], surely


def test_each_paper_that_tells_a_part_is_cited_the_surest_first_and_no_other() -> None:
    assert asked_across(0.6, moss=0.4, fern=0.9, lichen=0.1)[0] == ["fern", "moss"]


@pytest.mark.parametrize(
    ("several", "sure", "cited"),
    [(0.75, 0.65, 1), (0.75, 0.75, 2), (0.95, 0.65, 2), (1.0, 0.4, 1), (0.6, 0.4, 2)],
)
def test_the_less_the_words_ask_several_the_surer_a_further_paper_must_be(
    several: float, sure: float, cited: int
) -> None:
    told, _ = asked_across(0.6, several, moss=0.9, fern=sure, lichen=0.1)
    assert told == (["moss", "fern"] if cited == 2 else list(PAPERS))


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


def told_by_moss(asked: Query, sure: float = 0.9, **parts: float) -> list[str]:
    """The papers cited of what the paper on moss tells so surely, where others tell a part."""

    def find(one: Query) -> Found:
        return found(*(one.within.paper_ids or PAPERS))

    def weigh(one: Query, _: Found) -> float:
        return parts[one.within.paper_ids[0]]

    told, surely = with_others(asked, (found("moss"), sure), find, weigh, LEAST)
    assert surely == sure
    return [item.paper.paper_id for item in told.evidence]


def test_what_one_paper_tells_of_a_question_to_several_is_joined_by_others_that_surely_do() -> None:
    asked = replace(query(), across=False, several=0.6)
    assert told_by_moss(asked, fern=0.7, lichen=0.9) == ["moss", "lichen", "fern"]
    assert told_by_moss(asked, fern=0.5, lichen=0.9) == ["moss", "lichen"]


def test_others_are_not_looked_for_where_one_paper_is_asked_or_chosen_or_nothing_is_told() -> None:
    asked = replace(query(), across=False, several=0.6)
    sure = dict.fromkeys(("fern", "lichen"), 0.9)
    assert told_by_moss(replace(asked, several=0.2), **sure) == ["moss"]
    chosen = replace(asked, within=MOSS, among=MOSS, several=1.0)
    assert told_by_moss(chosen, moss=0.9, **sure) == ["moss"]
    assert told_by_moss(replace(asked, across=True), **sure) == ["moss"]  # which asked them
    assert told_by_moss(asked, sure=LEAST - 0.01, **sure) == ["moss"]


def test_a_paper_that_is_named_is_left_only_if_words_leave_no_doubt_of_several() -> None:
    sure = dict.fromkeys(("fern", "lichen"), 0.9)
    asked = replace(query("moss"), several=0.6)
    assert told_by_moss(asked, **sure) == ["moss"]
    assert told_by_moss(replace(asked, several=1.0), **sure) == ["moss", "fern", "lichen"]


@pytest.mark.parametrize("surely", [True, False])
def test_what_others_tell_is_beside_a_question_that_may_ask_one_paper(*, surely: bool) -> None:
    def find(one: Query) -> Found:
        return found(*(one.within.paper_ids or PAPERS))

    asked = replace(query(), across=False, several=1.0 if surely else 0.6)
    told, _ = with_others(asked, (found("moss"), 0.9), find, lambda _, __: 0.9, LEAST)
    beside = [item.paper.paper_id for item in told.evidence if item.beside]
    assert beside == ([] if surely else ["fern", "lichen"])


def test_what_the_one_tells_stays_whole_and_is_among_the_hits_with_others_beside_it() -> None:
    starts = (0, 9, 18)
    quotes = tuple(Quote("moss", "abstract", n, n + 9, f"On moss {n}.", 0.5) for n in starts)
    own = Found(found("moss").hits, (PAPERS["moss"],), quotes, keyed(quotes, [PAPERS["moss"]]))

    def find(one: Query) -> Found:
        return found(*(one.within.paper_ids or ("fern", "lichen")))

    asked = replace(query(), across=False, several=0.6)
    told, _ = with_others(asked, (own, 0.9), find, lambda _, __: 0.9, LEAST)
    assert [item.quote for item in told.evidence if not item.beside] == list(quotes)
    assert {hit.paper_id for hit in told.hits} == set(PAPERS)


def test_a_filter_by_year_holds_for_the_others_too() -> None:
    dated = Filter(years=(2020, 2020), paper_ids=("moss",))

    def find(one: Query) -> Found:
        assert one.within.years == (2020, 2020)
        return found(*(one.within.paper_ids or PAPERS))

    asked = replace(query("moss"), within=dated, several=1.0)
    told, _ = with_others(asked, (found("moss"), 0.9), find, lambda _, __: 0.9, LEAST)
    assert {item.paper.paper_id for item in told.evidence} == set(PAPERS)


def test_a_paper_that_is_named_is_no_filter_any_more_where_others_tell_a_part() -> None:
    named, dated = (
        Understood("paper_ids", "moss", "moss paper"),
        Understood("years", "2020", "2020"),
    )
    asked = replace(query("moss"), understood=(named, dated))
    both = found("moss", "fern")
    others = tuple(replace(item, side=item.paper.paper_id) for item in both.evidence)
    beside = replace(both, evidence=others)
    assert kept_to(asked, found("moss")) == (named, dated)
    assert kept_to(asked, beside) == (dated,)
    of_a_part = replace(asked, within=EVERYTHING, parts=(asked,))
    assert kept_to(of_a_part, beside) == (dated,)
    assert kept_to(of_a_part, both) == (named, dated)  # another part was asked of all


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
