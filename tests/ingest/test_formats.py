"""The formats of other programs: what they write becomes records, each with its own id."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from ingest.readers import layout_of
from rag.errors import SourceError
from rag.types import Record
from tests.ingest.samples import (
    ARXIV_HTML,
    BEIR,
    BIBTEX,
    CSL,
    FERN,
    LINKED_HTML,
    MARKDOWN,
    MOSS,
    OPENALEX,
    OWN,
    PLAIN_HTML,
    RIS,
    SAMPLES,
    SCOPUS,
    SEMANTIC_SCHOLAR,
    SNAPSHOT,
    TEXT,
    TSV,
    pieces,
    records,
    rejects,
    source_of,
    with_pages,
)

LAYOUT_OF = {
    ".jsonl": "JSONL", ".csv": "CSV or TSV", ".tsv": "CSV or TSV", ".bib": "BibTeX",
    ".ris": "RIS", ".html": "HTML", ".pdf": "PDF", ".md": "paper",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(with_pages()))
def test_a_source_is_recognised_by_what_it_holds_whatever_its_name(name: str) -> None:
    data = with_pages()[name]
    named = layout_of(source_of(data, name)).name
    assert named == layout_of(source_of(data, "stdin")).name
    assert named == layout_of(source_of(gzip.compress(data), "download")).name
    assert LAYOUT_OF.get(Path(name).suffix, named) == named


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_packed_sources_are_read_like_plain_ones(name: str) -> None:
    plain, packed = (pieces(d, name) for d in (SAMPLES[name], gzip.compress(SAMPLES[name])))
    assert plain == packed
    assert records(plain)


def of_json(*objects: object) -> list[Record]:
    return records(pieces("".join(json.dumps(item) + "\n" for item in objects)))


def test_the_arxiv_snapshot_is_read_with_its_accents_names_and_first_date() -> None:
    (record,) = of_json(SNAPSHOT)
    assert record == Record(
        "stdin",
        0,
        docno="0704.0001",
        title="Calculation of prompt diphoton production at Poincaré's",
        abstract="A fully differential calculation is presented for $\\'e^{2}$.\nIt is new.",
        authors=("C. Balázs", "E. L. Berger", "P. M. Nadolsky"),
        authors_complete=True,
        published="2007-04-02",
        arxiv_id="0704.0001",
        doi="10.1103/physrevd.76.013009",
        categories=("hep-ph", "cs.LG"),
        venue="Phys.Rev.D76:013009,2007",
    )


def test_the_snapshot_s_printed_authors_serve_where_they_are_not_parsed() -> None:
    (record,) = of_json({k: v for k, v in SNAPSHOT.items() if k != "authors_parsed"})
    assert record.authors == ("C. Balázs", "E. L. Berger", "P. M. Nadolsky")


def test_beir_s_layout_is_read() -> None:
    (record,) = of_json(BEIR)
    assert (record.docno, record.title, record.abstract) == ("d1", "On Ferns", FERN)


def test_openalex_is_read_with_its_abstract_put_in_order() -> None:
    (record,) = of_json(OPENALEX)
    assert record.docno == "https://openalex.org/W1"
    assert (record.title, record.abstract) == ("On Moss", "Mosses grow slowly.")
    assert (record.doi, record.published) == ("10.1000/moss", "2021-03-05")
    assert (record.authors, record.categories) == (("Ada King",), ("Bryology",))


def test_semantic_scholar_is_read_with_the_ids_it_knows() -> None:
    (record,) = of_json(SEMANTIC_SCHOLAR)
    assert record.docno == "649def34f8be52c8b66281af98ae884c09aef38b"
    assert (record.arxiv_id, record.doi, record.published) == ("2101.00001", "10.1000/moss", "2021")
    assert (record.authors, record.categories) == (("Ada King",), ("Biology",))


def test_a_json_array_is_read_object_by_object() -> None:
    good, bad, other = pieces(json.dumps([CSL, 3, OWN]))
    assert isinstance(good, Record)
    assert isinstance(other, Record)
    assert (good.docno, good.authors, good.published) == ("king2021", ("Ada King",), "2021-03-05")
    assert (other.docno, other.position) == ("m1", 1)
    assert rejects([bad])[0].position == 2


def test_a_year_that_pandas_made_a_float_is_read() -> None:
    (record,) = of_json({"title": "On Moss", "year": 2021.0})
    assert record.published == "2021"


def test_what_follows_a_json_array_is_an_error() -> None:
    with pytest.raises(SourceError, match="is damaged JSON in its object 2"):
        pieces(json.dumps([CSL]) + "{}")


def test_a_json_array_that_breaks_off_is_an_error_after_what_was_whole() -> None:
    with pytest.raises(SourceError, match="is damaged JSON in its object 3"):
        pieces(json.dumps([CSL, OWN, OWN])[:-20])


def test_scopus_s_csv_is_read_with_quotes_and_breaks_in_cells() -> None:
    first, second = records(pieces(SCOPUS))
    assert first == Record(
        "stdin",
        0,
        docno="2-s2.0-1",
        title="On Moss",
        abstract=f'{MOSS} "Indeed."',
        authors=("A. King", "B. Li"),
        authors_complete=True,
        published="2021",
        doi="10.1000/moss",
        categories=("moss", "walls"),
        venue="Kew Journal",
    )
    assert (second.title, second.docno) == ("On Ferns, and Why", "2-s2.0-2")


def test_tab_separated_columns_are_read() -> None:
    (record,) = records(pieces(TSV))
    assert (record.docno, record.title, record.abstract) == ("f1", "On Ferns", FERN)
    assert (record.authors, record.published) == (("C. Fox", "A. King"), "2020-04-02")


@pytest.mark.parametrize("mark", [",", "\t", ";", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_tables_are_read_in_the_encodings_and_with_the_marks_of_spreadsheets(
    mark: str, encoding: str
) -> None:
    table = mark.join(["Article Title", "Author(s)", "Publication Year"]) + "\r\n"
    table += mark.join(["On “Möss”", "Zoë King", "2021"]) + "\r\n"
    (record,) = records(pieces(table.encode(encoding)))
    assert (record.title, record.authors, record.published) == ("On “Möss”", ("Zoë King",), "2021")


def test_a_table_in_an_encoding_that_cannot_be_told_is_refused() -> None:
    table = "title,abstract\nО росте мхов на старых стенах,Мхи растут\n".encode("cp1251")
    with pytest.raises(SourceError, match="is not UTF-8 text"):
        pieces(table)


def test_bad_rows_are_rejected_with_their_line_and_the_rest_goes_on() -> None:
    table = f"id,title\n1,On Moss\n2,On Ferns,too many\n\n3,\n4,{'x' * 140_000}\n5,On Walls\n"
    found = pieces(table)
    assert [r.docno for r in records(found)] == ["1", "5"]
    assert [r.position for r in rejects(found)] == [3, 5, 6]
    assert "has 3 cells where the header has 2" in rejects(found)[0].reason
    assert "field larger than field limit" in rejects(found)[2].reason


def test_lists_that_pandas_wrote_into_cells_are_read() -> None:
    table = "title\tauthors\ttags\nOn Moss\t['King, Ada', 'Bo Li']\t['moss', 'walls']\n"
    (record,) = records(pieces(table))
    assert (record.authors, record.categories) == (("Ada King", "Bo Li"), ("moss", "walls"))


def test_a_table_of_something_else_is_no_table_of_papers() -> None:
    with pytest.raises(SourceError, match="has none of the layouts"):
        pieces("query-id\tcorpus-id\tscore\n1\t2\t1\n")


def test_a_header_without_rows_is_an_error() -> None:
    with pytest.raises(SourceError, match="is CSV or TSV without a record in it"):
        pieces("id,title,abstract\n")


def test_bibtex_is_read_with_latex_decoded_and_math_left() -> None:
    moss, fern = records(pieces(BIBTEX))
    assert moss == Record(
        "stdin",
        0,
        docno="king2021moss",
        title="On Moss and Gödel's 10% & $x_{1}$",
        abstract=MOSS,
        authors=("Ada King", "Jan van der Berg", "The Moss Team"),
        published="2021-03",
        arxiv_id="2101.00001",
        doi="10.1000/moss",
        categories=("bo.PL", "moss", "walls"),
        venue="Kew Journal",
    )
    assert (fern.docno, fern.title, fern.published) == ("fox2020", "On Ferns", "2020-04-02")
    assert (fern.authors, fern.authors_complete) == (("Cy Fox",), True)


def test_a_broken_bibtex_entry_is_rejected_with_its_line_and_the_rest_goes_on() -> None:
    found = pieces("@misc{a, title={On Moss\n\n@misc{b, title={On Ferns}}\n@misc{c,}\n")
    assert [r.docno for r in records(found)] == ["b"]
    assert [r.position for r in rejects(found)] == [1, 4]
    assert rejects(found)[0].reason.startswith("is no BibTeX entry")


def test_a_bibtex_macro_serves_the_entries_after_it() -> None:
    (record,) = records(pieces("@string{moss = {On Moss}}\n@misc{a, title = moss}\n"))
    assert record.title == "On Moss"


def test_a_percent_sign_in_an_abstract_is_no_comment() -> None:
    (record,) = records(pieces("@misc{a, title={X}, abstract={Fifty % of {all} is moss}}"))
    assert record.abstract == "Fifty % of all is moss"


def test_ris_is_read_with_continued_lines() -> None:
    moss, fern = records(pieces(RIS))
    assert moss == Record(
        "stdin",
        0,
        docno="m1",
        title="On Moss",
        abstract=MOSS,
        authors=("Ada King", "Bo Li"),
        authors_complete=True,
        published="2021-03-05",
        arxiv_id="2101.00001",
        doi="10.1000/moss",
        categories=("moss", "walls"),
        venue="Kew Journal",
    )
    assert (fern.title, fern.abstract, fern.published) == ("On Ferns", FERN, "2020")
    assert fern.authors == ("Cy Fox",)


def test_a_reference_whose_end_is_missing_ends_at_the_next() -> None:
    found = pieces("TY  - JOUR\nTI  - On Moss\nTY  - JOUR\nER  - \nstray\n\nTY  - JOUR\nT1  - B\n")
    assert [r.title for r in records(found)] == ["On Moss", "B"]
    assert [r.position for r in rejects(found)] == [3, 5]


def test_a_page_s_citation_tags_are_read() -> None:
    (record,) = records(pieces(ARXIV_HTML))
    assert record == Record(
        "stdin",
        0,
        title="On Moss & Walls",
        abstract=MOSS,
        authors=("Ada King", "Bo Li"),
        authors_complete=True,
        published="2021-03-05",
        arxiv_id="2101.00001",
        venue="Kew Journal 7 (2021) 1-9",
    )


@pytest.mark.parametrize(
    "shown",
    [
        '<table><tr><td class="tablecell label">Subjects:</td><td class="tablecell subjects"><span>'
        "Machine Learning (cs.LG)</span>; High Energy Physics (hep-th); Data (physics.data-an)"
        "</td></tr></table>",
        "<div><span>Subjects:</span> <span>Machine Learning (cs.LG)</span>; High Energy Physics -"
        " Theory (hep-th); Data Analysis (and more) (physics.data-an)</div>",
    ],
)
def test_the_subjects_that_arxiv_shows_are_read(shown: str) -> None:
    (record,) = records(pieces(ARXIV_HTML.replace("</body>", f"{shown}</body>")))
    assert record.categories == ("cs.LG", "hep-th", "physics.data-an")


def test_a_page_s_linked_data_are_read() -> None:
    (record,) = records(pieces(LINKED_HTML))
    assert (record.title, record.abstract) == ("On Ferns", FERN)
    assert (record.authors, record.published) == (("Cy Fox",), "2020-04-02")
    assert record.doi == "10.1000/fern"


def test_a_page_without_tags_is_read_by_its_heading_and_abstract() -> None:
    (record,) = records(pieces(PLAIN_HTML))
    assert (record.title, record.abstract) == ("On the Growth of Mosses", MOSS)


def test_a_page_in_another_encoding_is_read_as_it_declares() -> None:
    page = ARXIV_HTML.replace("<head>", '<head><meta charset="latin1">').replace("Ada", "Zoë")
    (record,) = records(pieces(page.encode("latin1")))
    assert record.authors[0] == "Zoë King"


def test_a_web_page_of_something_else_is_refused() -> None:
    with pytest.raises(SourceError, match="is a web page that shows no paper"):
        pieces(f"<html><body><h1>Garden blog of mine</h1><p>{MOSS}</p></body></html>")


def test_a_paper_in_markdown_is_read_up_to_its_introduction() -> None:
    found = pieces(MARKDOWN)
    assert records(found) == [
        Record(
            "stdin",
            0,
            title="On the Growth of Mosses",
            abstract=MOSS,
            authors=("Ada King", "Bo Li"),
            authors_complete=True,
            doi="10.1000/moss",
        )
    ]
    assert [(r.position, r.text) for r in rejects(found)] == [(12, "## Introduction")]


def test_a_title_and_one_paragraph_are_a_paper() -> None:
    assert pieces(TEXT) == [
        Record(
            "stdin",
            0,
            title="On the Growth of Mosses",
            abstract=MOSS,
            authors=("Ada King", "Bo Li"),
            authors_complete=True,
            arxiv_id="2101.00001",
        )
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"Title: On the Growth of Mosses\nAuthors: King, A., Li, B.\nAbstract: {MOSS}\n",
        f"On the Growth of Mosses\nKing, A. and Li, B.\n\n**Abstract.** {MOSS}\n",
        f"On the Growth of Mosses\n=======\n\nBy: A. King, B. Li\n\nABSTRACT\n\n{MOSS}\n",
    ],
)
def test_an_abstract_that_is_called_so_may_be_spelled_in_many_ways(text: str) -> None:
    (record,) = pieces(text)
    assert isinstance(record, Record)
    assert (record.title, record.abstract) == ("On the Growth of Mosses", MOSS)
    assert record.authors == ("A. King", "B. Li")


@pytest.mark.parametrize(
    "text",
    [
        f"My summer holidays\n\n{MOSS}\n\n{FERN}\n",  # an essay
        f"# moss-tools, a library\n\n{MOSS}\n\n## Install\n\npip install moss\n",
        f"{MOSS}\n",
        f"Dear Ada,\n\n{MOSS}\n",
        "Some notes\n\n- moss\n- walls\n",
    ],
)
def test_prose_that_is_no_paper_is_refused(text: str) -> None:
    with pytest.raises(SourceError, match="has none of the layouts"):
        pieces(text)


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: 'On ferns: a report'\nauthor: [Ann Lee, Bo Chen]\ndate: 2022-03-04\n"
        f"tags: [botany]\nabstract: |\n  {FERN}\n---\n\nNotes of mine about it.\n",
        '---\nTitle: "On ferns: a report"\nauthors:\n  - name: Ann Lee\n    orcid: x\n'
        "  - name: Bo Chen\nyear: 2022-03-04\nkeywords: botany\n---\n"
        f"# On ferns: a report\n\n## Abstract\n\n{FERN}\n\n## Notes\n\nMine.\n",
    ],
)
def test_front_matter_tells_what_a_markdown_note_is_about(text: str) -> None:
    (record,) = (p for p in pieces(text, "note.md") if isinstance(p, Record))
    assert (record.title, record.abstract) == ("On ferns: a report", FERN)
    assert record.authors == ("Ann Lee", "Bo Chen")
    assert (record.published, record.categories) == ("2022-03-04", ("botany",))


@pytest.mark.parametrize("block", ["title: [unclosed", "[" * 9_000, "- a list", "title: &a [*a]"])
def test_front_matter_that_is_none_names_no_paper(block: str) -> None:
    with pytest.raises(SourceError):
        pieces(f"---\n{block}\n---\n\nNot much.\n", "note.md")
