"""Venues: what every format calls them, and what is no venue though it stands in their place."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.venues import of_location, venue
from rag.types import Record
from tests.ingest.samples import (
    ARXIV_HTML,
    CSL,
    LINKED_HTML,
    MOSS,
    OPENALEX,
    RIS,
    SEMANTIC_SCHOLAR,
    pieces,
    records,
    rejects,
)


def read(text: str) -> Record:
    (record,) = records(pieces(text))
    return record


@pytest.mark.parametrize(
    "name",
    [
        "Advances in Neural Information Processing Systems",
        "Corr. Sci.",
        "XXIV International Congress on Moss",
        "XIV Jornadas",
        "NeurIPS 2017, arXiv:1706.03762",
        "Manuscripta Mathematica",
        "Phys.Rev.D76:013009,2007",
        "Preprinting Today",
    ],
)
def test_a_venue_is_kept_as_it_is_written(name: str) -> None:
    assert venue(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "", " \n", "arXiv", "ArXiv e-prints", "arXiv preprint arXiv:1706.03741", "arXiv:1706.03741",
        "arXiv.org", "arXiv (Cornell University)", "arXiv.org Artificial Intelligence", "CoRR",
        "CoRR, abs/1706.03762", "CoRR abs/1706.03762", "corr cs.CL/0102003", "bioRxiv", "medRxiv",
        "Computing Research Repository", "Preprint at arXiv", "Available at SSRN 3482150",
        "Research Square", "Preprint", "submitted to Nature", "Unpublished", "e-print arXiv",
    ],
)  # fmt: skip
def test_where_a_preprint_lies_is_no_venue(name: str) -> None:
    assert venue(name) == ""


def test_the_first_that_is_a_venue_is_taken() -> None:
    assert venue("", "arXiv", "Kew\n  Journal", "Wisley") == "Kew Journal"


@given(st.lists(st.text(), max_size=4))
def test_a_venue_stands_on_one_line_and_is_one_of_those_given(names: list[str]) -> None:
    found = venue(*names)
    assert found in {"", *(" ".join(name.split()) for name in names)}
    assert venue(found) == found


@given(
    st.recursive(
        st.none() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.sampled_from(["source", "type", "display_name"]), inner)
        ),
        max_leaves=8,
    )
)
def test_any_location_is_read(location: object) -> None:
    assert isinstance(of_location(location), str)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ('journal = {Kew {J}ournal \\& {\\"U}bung}', "Kew Journal & Übung"),
        ("journaltitle = {Kew Journal}", "Kew Journal"),
        ("booktitle = {Proc. of the {Fern} Conference}", "Proc. of the Fern Conference"),
        ("journal = {CoRR}, volume = {abs/1706.03741}, booktitle = {ICFL}", "ICFL"),
        ("journal = {arXiv preprint arXiv:1706.03741}", ""),
        ("journal = {\\unknownjournal}", ""),
    ],
)
def test_bibtex_tells_journal_and_book(fields: str, said: str) -> None:
    assert read(f"@article{{a, title = {{On Moss}}, {fields}}}\n").venue == said


@pytest.mark.parametrize(
    "journal",
    [
        "journal={arXiv preprint arXiv:1706.03741}",
        "journal={ArXiv}, volume={abs/1706.03741}",
        "journal={CoRR}, volume={abs/1706.03741}",
    ],
)
def test_a_journal_that_is_arxiv_s_still_gives_the_id(journal: str) -> None:
    record = read(f"@article{{a, title={{On Moss}}, {journal}}}\n")
    assert (record.arxiv_id, record.venue) == ("1706.03741", "")


def test_ris_tells_the_full_name_before_the_short_one() -> None:
    assert [r.venue for r in records(pieces(RIS))] == [
        "Kew Journal",
        "Proceedings of the Fern Conference",
    ]


@pytest.mark.parametrize(
    ("kind", "lines", "said"),
    [
        ("JOUR", "JF  - Kew Journal\nJA  - Kew J.", "Kew Journal"),
        ("JOUR", "JA  - Kew J.", "Kew J."),
        ("CPAPER", "T2  - Fern Conference\nC3  - Proceedings", "Fern Conference"),
        ("CONF", "C3  - Proceedings of the Fern Conference", "Proceedings of the Fern Conference"),
        ("CHAP", "T2  - The Book of Moss", "The Book of Moss"),
        ("BOOK", "T2  - Great Books Series", ""),
        ("RPRT", "T2  - Reports\nBT  - Reports", ""),
        ("GEN", "JO  - Kew Journal", "Kew Journal"),
        ("JOUR", "JO  - arXiv", ""),
    ],
)
def test_ris_tells_what_its_type_means(kind: str, lines: str, said: str) -> None:
    assert read(f"TY  - {kind}\nTI  - On Moss\n{lines}\nER  - \n").venue == said


@pytest.mark.parametrize(
    "fields",
    [
        {"venue": "Kew Journal"},
        {"journal": "Kew Journal"},
        {"journal": {"name": "Kew Journal"}},
        {"journal-ref": "Kew Journal"},
        {"booktitle": "Kew Journal"},
        {"container-title": "Kew Journal"},
        {"container-title": ["Kew Journal", "Kew J."]},
        {"host_venue": {"display_name": "Kew Journal"}},
        {"venue": "", "journal": None, "publicationVenue": {"name": "Kew Journal"}},
        CSL,
        OPENALEX,
        SEMANTIC_SCHOLAR,
    ],
)
def test_json_tells_it_by_many_names(fields: dict[str, object]) -> None:
    assert read(json.dumps({"title": "On Moss"} | fields)).venue == "Kew Journal"


@pytest.mark.parametrize("odd", [7, True, [], [None], {}, {"name": 7}, [["Kew"]]])
def test_a_venue_of_another_shape_costs_no_record(odd: object) -> None:
    assert read(json.dumps({"title": "On Moss", "journal": odd})).venue == ""


def test_the_snapshot_s_accents_are_decoded_in_the_venue() -> None:
    fields = {
        "id": "0704.0001",
        "title": "On Moss",
        "versions": [],
        "journal-ref": 'Zeitschr. f\\"ur',
    }
    assert read(json.dumps(fields)).venue == "Zeitschr. für"


@pytest.mark.parametrize(
    "column",
    [
        "Source title", "Source Title", "Publication Title", "Journal/Book", "journal", "venue",
        "container-title", "journal_ref", "booktitle", "Conference Name",
        "primary_location.source.display_name",
    ],
)  # fmt: skip
def test_tables_have_a_column_of_venues(column: str) -> None:
    assert read(f"Title,Year,{column}\nOn Moss,2021,Kew Journal\n").venue == "Kew Journal"


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("citation_journal_title", "Kew Journal"),
        ("citation_conference_title", "Kew Journal"),
        ("citation_inbook_title", "Kew Journal"),
        ("prism.publicationName", "Kew Journal"),
        ("og:site_name", ""),
    ],
)
def test_a_page_s_tags_tell_it(tag: str, said: str) -> None:
    page = ARXIV_HTML.replace("<table>", "<!--").replace("</table>", "-->")
    assert (
        read(page.replace("</head>", f'<meta name="{tag}" content="Kew Journal"></head>')).venue
        == said
    )


def test_the_periodical_of_linked_data_is_the_venue() -> None:
    assert read(LINKED_HTML).venue == "Fern Letters"
    site = '"isPartOf": {"@type": "WebSite", "name": "Garden News", "isPartOf": 7}'
    page = LINKED_HTML.replace('"isPartOf": {"@type": "PublicationIssue",', f'{site}, "x": {{')
    assert read(page).venue == ""


def test_a_text_that_names_its_journal_tells_it() -> None:
    text = (
        f"# On the Growth of Mosses\n\nAda King\n\nJournal: Kew Journal\n\n## Abstract\n\n{MOSS}\n"
    )
    assert read(text).venue == "Kew Journal"
    front = '---\ntitle: On the Growth of Mosses\njournal: "Kew Journal"\n---\n'
    assert read(f"{front}\n## Abstract\n\n{MOSS}\n").venue == "Kew Journal"


def test_a_venue_longer_than_any_is_rejected_with_its_reason() -> None:
    found = pieces(json.dumps({"title": "On Moss", "venue": "x" * 6_000}))
    assert rejects(found)[0].reason == "its 'venue' has 6,000 characters, more than 5,000"
