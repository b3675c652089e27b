"""Dates and identifiers as pages print them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.dates import iso_date
from ingest.identifiers import arxiv_id, arxiv_id_of_doi, doi


@pytest.mark.parametrize(
    ("printed", "iso"),
    [
        ("Mar 15, 2023", "2023-03-15"),
        ("March 15th, 2023", "2023-03-15"),
        ("15 March 2023", "2023-03-15"),
        ("3/4/2022", "2022-03-04"),
        ("25/3/2022", "2022-03-25"),
        ("25.3.2022", "2022-03-25"),
        ("2022-03-04T17:00:00Z", "2022-03-04"),
        ("2022-03", "2022-03"),
        ("Sept. 2020", "2020-09"),
        ("2022", "2022"),
        ("2022-02-30", ""),
        ("13/13/2022", ""),
        ("May 2", ""),
        ("soon", ""),
        ("", ""),
    ],
)
def test_a_printed_date_becomes_iso(printed: str, iso: str) -> None:
    assert iso_date(printed) == iso


@given(st.dates(min_value=date(1500, 1, 1), max_value=date(2099, 12, 31)))
def test_a_day_survives_every_way_of_printing_it(day: date) -> None:
    for printed in (
        day.isoformat(),
        f"{day:%B} {day.day}, {day.year}",
        f"{day.day} {day:%b} {day.year}",
        f"{day.month}/{day.day}/{day.year}",
    ):
        assert iso_date(printed) == day.isoformat()


@given(st.text(max_size=30))
def test_no_text_makes_the_date_reader_fail(text: str) -> None:
    assert iso_date(text) == "" or iso_date(text)[:4].isdigit()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2203.02155", "2203.02155"),
        ("arXiv:2203.02155v3", "2203.02155"),
        ("https://arxiv.org/abs/2203.02155v1", "2203.02155"),
        ("https://arxiv.org/pdf/2203.02155.pdf", "2203.02155"),
        ("hep-th/9901001", "hep-th/9901001"),
        ("0706.1234", "0706.1234"),
        ("2213.02155", ""),  # there is no month 13
        ("2203.0215", ""),  # five digits since 2015
        ("4983", ""),
        ("", ""),
    ],
)
def test_arxiv_ids_are_told_from_other_numbers(text: str, found: str) -> None:
    assert arxiv_id(text) == found


def test_a_doi_is_brought_to_one_spelling() -> None:
    assert doi("https://doi.org/10.1000/ABC") == doi("doi:10.1000/abc") == "10.1000/abc"
    assert doi("11.1000/abc") == ""


def test_a_doi_given_out_by_arxiv_holds_the_arxiv_id() -> None:
    assert arxiv_id_of_doi("10.48550/arxiv.2203.02155") == "2203.02155"
    assert arxiv_id_of_doi("10.1000/abc") == ""
