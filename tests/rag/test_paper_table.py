"""Tables of papers by columns: a quote in each cell, or a blank."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import QuestionError
from rag.evidence.quotes import SentenceVectors
from rag.summary.compare_table import MOST_COLUMNS, Row, column_names, compare
from rag.types import Paper
from tests.fakes import HashEmbedder
from tests.rag.summary_parts import FERN, MOSS, OverlapReranker, paper

TRAINED = (
    "Answers are hard to check. We train a transformer on a dataset of 5,000 questions. It still"
    " fails to cite its sources."
)


def cells(one: Paper, *columns: str) -> tuple[str, ...]:
    (row,) = rows([one], *columns)
    return tuple(cell.text for cell in row.cells)


def rows(papers: list[Paper], *columns: str) -> list[Row]:
    vectors = SentenceVectors(HashEmbedder())
    return list(compare(papers, columns, vectors, OverlapReranker()))


def test_parts_are_columns() -> None:
    assert cells(paper("Moss", MOSS), "problem", "method", "results") == (
        "Mosses are hard to measure, because they grow slowly.",
        "We propose a ruler that is read by light.",
        "We find that mosses grow 3 mm a year in the shade.",
    )


def test_usual_columns_are_told_by_their_words() -> None:
    assert cells(paper("Answers", TRAINED), "datasets", "Limitations", "model") == (
        "We train a transformer on a dataset of 5,000 questions.",
        "It still fails to cite its sources.",
        "We train a transformer on a dataset of 5,000 questions.",
    )


def test_any_other_column_is_asked_for() -> None:
    assert cells(paper("Fern", FERN), "autumn storms") == (
        "Results show that ferns spread with the autumn storms.",
    )


def test_what_the_abstract_does_not_say_is_blank() -> None:
    assert cells(paper("Moss", MOSS), "dataset", "hourly wage", "limitation") == ("—", "—", "—")


def test_what_others_lack_is_no_limitation_of_this_one() -> None:
    hard = "However, existing rulers fail to measure mosses. We propose one that is read by light."
    assert cells(paper("Moss", hard), "limitation") == ("—",)


def test_the_catalogue_knows_years_and_authors() -> None:
    (row,) = rows([paper("Moss", MOSS, "2019-05-02")], "year", "authors", "doi")
    year, authors, doi = (cell.citation for cell in row.cells)
    assert year is not None
    assert (year.quote, year.field, year.shortened, year.start) == ("2019", "published", True, None)
    assert authors is not None
    assert authors.quote == "Ada Byron; Mary Ann Evans; George Sand"
    assert doi is None


def test_the_catalogue_knows_where_a_paper_appeared() -> None:
    known = replace(paper("Moss", MOSS), venue="Kew Journal")
    assert cells(known, "venue", "journal", "conference") == ("Kew Journal",) * 3
    assert cells(paper("Moss", MOSS), "venue") == ("—",)


def test_every_quote_stands_where_it_says() -> None:
    papers = [paper("Moss", MOSS), paper("Answers", TRAINED), paper("Silent", "")]
    for row in rows(papers, "method", "dataset", "limitation", "finding"):
        for cell in row.cells:
            if one := cell.citation:
                assert row.paper.abstract[one.start : one.end] == one.quote
                assert one.marker == row.number


def test_papers_are_numbered_each_once() -> None:
    moss, fern = paper("Moss", MOSS), paper("Fern", FERN)
    found = rows([moss, fern, moss], "method")
    assert [(row.number, row.paper.title) for row in found] == [(1, "Moss"), (2, "Fern")]


def test_columns_are_read_from_a_list() -> None:
    assert column_names(" method, what  is released,,method ") == ("method", "what is released")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (" , ", "name nothing"),
        ("x" * 81, "81 characters: 80 are the most"),
        (",".join(map(str, range(MOST_COLUMNS + 1))), "11 columns are too many"),
    ],
)
def test_columns_that_cannot_be_are_refused(text: str, why: str) -> None:
    with pytest.raises(QuestionError, match=why):
        column_names(text)


@given(st.text(min_size=1, max_size=80).filter(lambda name: name.strip() and "," not in name))
def test_whatever_a_column_is_called_it_has_a_cell(name: str) -> None:
    assert len(cells(paper("Moss", MOSS), name)) == 1


def test_what_is_shown_stands_for_the_method_where_nothing_else_tells_it() -> None:
    both = "Batches are hard to size. In this paper, we demonstrate that noise predicts their size."
    told = "In this paper, we demonstrate that noise predicts their size."
    assert cells(paper("Batches", both), "method", "findings")[0] == told
