"""Quotes that stand in their papers and quotes that do not."""

from __future__ import annotations

import dataclasses

import pytest

from evals.scorers.quotes import exact_quotes, inexact_quotes
from rag.types import Citation
from tests.evals.answers import ABSTAINED, PAPERS, TALL, TOWER, answer, case


def test_a_quote_is_exact_if_its_offsets_hold_it() -> None:
    assert inexact_quotes(TALL, PAPERS) == ()


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
    assert inexact_quotes(answer(("x [1]", (0,)), citations=(citation,)), PAPERS) == (citation,)


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
    assert (inexact_quotes(given, PAPERS) == ()) is exact


def test_quotes_are_weighed_by_their_number_and_the_altered_one_is_named() -> None:
    altered = dataclasses.replace(TALL.citations[0], quote="The tallest reaches 3.6 m.")
    given = answer(("x [1]", (0,)), citations=(*TALL.citations, altered))
    score = exact_quotes(case(("3.5 m",)), given, PAPERS)
    assert score is not None
    assert (score.value, score.weight) == (0.5, 2.0)
    assert "3.6 m" in score.why


def test_without_offsets_a_quote_may_stand_anywhere_in_its_text() -> None:
    loose = dataclasses.replace(TALL.citations[0], start=None, end=None)
    assert inexact_quotes(answer(citations=(loose,)), PAPERS) == ()
    other = dataclasses.replace(loose, field="summary")
    assert inexact_quotes(answer(citations=(other,)), PAPERS) == (other,)


def test_a_text_cited_without_a_quote_is_not_exact() -> None:
    bare = dataclasses.replace(TALL.citations[0], quote="", start=None, end=None)
    score = exact_quotes(case(("3.5 m",)), answer(citations=(*TALL.citations, bare)), PAPERS)
    assert score is not None
    assert (score.value, score.weight) == (0.5, 2.0)
    assert score.why == "gives no quote of 'Towers of Salt'"


def test_a_field_of_the_catalogue_needs_no_quote() -> None:
    year = dataclasses.replace(TALL.citations[0], field="published", quote="")
    assert exact_quotes(case(("2021",)), answer(citations=(year,)), PAPERS) is None


def test_who_cites_nothing_is_not_graded() -> None:
    assert exact_quotes(case(("3.5 m",)), answer(), PAPERS) is None
    assert exact_quotes(case(("3.5 m",)), ABSTAINED, PAPERS) is None
