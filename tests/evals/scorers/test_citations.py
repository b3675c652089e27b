"""Right and wrong citations, on answers small enough to grade by hand."""

from __future__ import annotations

import dataclasses

import pytest

from evals.scorers.citations import right_citation
from evals.scorers.cited import cited_by, names
from rag.types import Citation
from tests.evals.answers import BRIDGE, PAPERS, TALL, TOWER, answer, case, prose


def test_the_citation_is_right_if_it_shows_the_fact_in_the_right_paper() -> None:
    assert right_citation(case(("3.5 m",)), TALL, PAPERS).value == 1


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
    score = right_citation(case(("3.5 m",)), given, PAPERS)  # type: ignore[arg-type]  # parametrize's union
    assert score.value == 0
    assert score.why == complaint


@pytest.mark.parametrize(
    "beside", ["Here is what the papers say:", "Is it tall?", "**Towers**", "Indeed."]
)
def test_what_claims_nothing_needs_no_citation(beside: str) -> None:
    given = answer((beside, ()), ("It is 3.5 m. [1]", (0,)), citations=TALL.citations)
    assert right_citation(case(("3.5 m",)), given, PAPERS).value == 1


def test_an_answer_that_claims_nothing_cites_nothing_rightly() -> None:
    count = case(("twenty",), kind="catalogue", papers=("*",))
    score = right_citation(count, answer(("Some twenty.", ())), PAPERS)
    assert (score.value, score.why) == (0, "cites nothing")


def test_a_hedged_answer_cites_nothing_rightly() -> None:
    hedged = dataclasses.replace(TALL, abstained=True)
    assert right_citation(case(("3.5 m",)), hedged, PAPERS).value == 0


def test_an_invented_marker_beside_a_right_one_is_a_wrong_citation() -> None:
    given = answer(("It is 3.5 m. [1][9]", (0,)), citations=TALL.citations)
    score = right_citation(case(("3.5 m",)), given, PAPERS)
    assert (score.value, score.why) == (0, "cites [9], which is not there")


def test_a_paper_cited_without_a_quote_shows_its_whole_text() -> None:
    whole = dataclasses.replace(TALL.citations[0], quote="", start=None, end=None)
    given = answer(("It is 3.5 m. [1]", (0,)), citations=(whole,))
    assert right_citation(case(("25%",)), given, PAPERS).value == 1
    assert right_citation(case(("26%",)), given, PAPERS).value == 0


TWO = (TALL.citations[0], prose(BRIDGE, "Ice bridges melt.", 2))


@pytest.mark.parametrize(
    ("text", "linked", "markers", "invented"),
    [
        ("It is so. [1]", (0,), (1,), ()),
        ("It is so. [1, 2]", (), (1, 2), ()),
        ("It is so. [1-2]", (0,), (1, 2), ()),
        ("It is so. 【2†source】", (), (2,), ()),
        ("It is so. [1, 9]", (0,), (1,), (9,)),
        ("It is so. [9] [9]", (), (), (9,)),
        ("The library holds two.", (0, 1), (1, 2), ()),
        ("In the interval [0, 1] since [2020]. [2]", (1,), (2,), ()),
    ],
)
def test_a_sentence_cites_what_it_is_linked_to_and_what_it_prints(
    text: str, linked: tuple[int, ...], markers: tuple[int, ...], invented: tuple[int, ...]
) -> None:
    given = answer((text, linked), citations=TWO)
    found = cited_by(given.sentences[0], given)
    assert tuple(c.marker for c in found.citations) == markers
    assert found.invented == invented


def test_a_marker_links_to_the_quote_it_stands_for_and_not_to_the_papers_others() -> None:
    given = answer(
        ("It is 3.5 m. [1]", (0,)),
        citations=(TALL.citations[0], prose(TOWER, "We build towers of salt.")),
    )
    assert cited_by(given.sentences[0], given).citations == TALL.citations


def test_a_bracket_in_the_quote_is_the_papers_own() -> None:
    quoted = dataclasses.replace(TALL.citations[0], quote="As in [12], it melts.")
    given = answer(("As in [12], it melts. [1]", (0,)), citations=(quoted,))
    assert cited_by(given.sentences[0], given).invented == ()


def test_a_catalogue_citation_shows_its_title_and_its_field() -> None:
    field = Citation(1, TOWER.paper_id, TOWER.title, TOWER.arxiv_id, "published", "2021-12-17")
    given = answer(("Towers of Salt is from 2021. [1]", (0,)), citations=(field,))
    assert (
        right_citation(case(("Towers of Salt",), ("2021",), kind="catalogue"), given, PAPERS).value
        == 1
    )


def test_a_count_of_the_whole_library_stands_in_no_quote() -> None:
    every = case(("2",), kind="catalogue", papers=("*",))
    field = Citation(1, TOWER.paper_id, TOWER.title, TOWER.arxiv_id, "title", TOWER.title)
    given = answer(("The library holds 2 papers. [1]", (0,)), citations=(field,))
    assert right_citation(every, given, PAPERS).value == 1
    bare = answer(("The library holds 2 papers.", ()))
    assert right_citation(every, bare, PAPERS).value == 0


@pytest.mark.parametrize("name", ["arxiv:1111.00001", "towers of  salt", "*"])
def test_a_paper_is_named_by_id_title_or_star(name: str) -> None:
    assert names(name, TALL.citations[0])


def test_a_version_does_not_hide_an_arxiv_id() -> None:
    versioned = dataclasses.replace(TALL.citations[0], paper_id="x", arxiv_id="1111.00001v3")
    assert names("arxiv:1111.00001", versioned)


def test_another_paper_is_not_the_one_named() -> None:
    assert not names("arxiv:1111.00001", prose(BRIDGE, "Ice bridges melt."))
    assert not names("arxiv:", prose(BRIDGE, "Ice bridges melt."))
