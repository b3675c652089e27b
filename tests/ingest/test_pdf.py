"""PDFs: title and abstract from the layout; what shows none is refused with the remedy."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ingest.readers import pdf as reader
from rag.errors import SourceError
from rag.types import Record
from tests.ingest.samples import FERN, MOSS, PAPER_LINES, PDF, pdf, pieces

BODY = tuple(line for line in PAPER_LINES if line[0] != "Abstract")
FERN_LINES = tuple((FERN[i : i + 60], 10.0) for i in range(0, len(FERN), 60))


def one(data: bytes, name: str = "paper.pdf") -> Record:
    (record,) = pieces(data, name)
    assert isinstance(record, Record)
    return record


def test_a_paper_is_read_from_its_layout_and_its_stamp() -> None:
    assert one(PDF) == Record(
        "paper.pdf",
        0,
        title="On the Slow Growth of Mosses: A Study of Walls",
        abstract=MOSS,
        authors=("Ada King", "Bo Li"),
        published="2021-03-05",
        arxiv_id="2101.00001",
        categories=("bo.PL",),
    )


def test_the_metadata_s_title_is_believed_where_the_page_shows_it_too() -> None:
    title = "On the slow growth of mosses: a study of walls"
    assert one(pdf(PAPER_LINES, title=title)).title == title
    assert one(pdf(PAPER_LINES, title="untitled1.dvi")).title.startswith("On the Slow Growth")


def test_the_metadata_s_authors_are_believed_where_they_are_names() -> None:
    assert one(pdf(PAPER_LINES, author="Cy Fox and Ada King")).authors == ("Cy Fox", "Ada King")
    assert one(pdf(PAPER_LINES, author="TeX2PDF 1.0")).authors == ("Ada King", "Bo Li")


def test_authors_whose_line_is_broken_by_superscripts_are_put_together() -> None:
    names = [("Ada King1,*", 11.0), (", Bo Li2", 11.0), ("and Cy Fox†", 11.0)]
    lines = [*PAPER_LINES[:3], *names, *PAPER_LINES[4:]]
    assert one(pdf(lines)).authors == ("Ada King", "Bo Li", "Cy Fox")


def test_without_a_stamp_the_arxiv_id_is_in_the_file_s_name() -> None:
    plain = pdf(PAPER_LINES)
    assert one(plain, "2101.00001v2.pdf").arxiv_id == "2101.00001"
    assert one(plain).arxiv_id == ""
    assert one(plain).categories == ("moss", "walls")


def test_an_arxiv_id_that_the_text_cites_is_not_the_paper_s() -> None:
    assert one(pdf([*PAPER_LINES, ("See arXiv:1501.00001v1 for more.", 10.0)])).arxiv_id == ""


def test_the_doi_on_the_first_page_is_the_paper_s() -> None:
    line = ("https://doi.org/10.1000/Moss.1.", 8.0)
    cited = [("References", 12.0), ("King. doi:10.1000/other", 8.0)]
    assert one(pdf([line, *PAPER_LINES])).doi == "10.1000/moss.1"
    assert one(pdf([*PAPER_LINES, *cited])).doi == ""


@pytest.mark.parametrize("label", ["ABSTRACT", "A b s t r a c t", "Summary", "Abstract."])
def test_the_abstract_may_be_called_in_many_ways(label: str) -> None:
    lines = [(label, size) if text == "Abstract" else (text, size) for text, size in PAPER_LINES]
    assert one(pdf(lines)).abstract == MOSS


def test_an_abstract_may_run_on_behind_its_label() -> None:
    first, *rest = [line for line in PAPER_LINES if line[0].startswith(("Mosses", "ter", "found"))]
    lines = [*PAPER_LINES[:5], (f"Abstract—{first[0]}", 10.0), *rest, *PAPER_LINES[-2:]]
    assert one(pdf(lines)).abstract == MOSS


def test_an_abstract_without_label_is_believed_only_in_what_is_known_to_be_a_paper() -> None:
    lines = [("On the Unrolling of Ferns", 17.0), ("Cy Fox", 12.0), *FERN_LINES, *FERN_LINES]
    with pytest.raises(SourceError, match=r"shows no title with an abstract .* arXiv id or DOI"):
        one(pdf(lines))
    known = one(pdf([*lines, ("1 Introduction", 12.0)]), "2101.00002.pdf")
    assert (known.title, known.authors) == ("On the Unrolling of Ferns", ("Cy Fox",))
    assert known.abstract.startswith("Ferns unroll their leaves")


def test_a_word_that_begins_like_the_label_is_none() -> None:
    lines = [("A Library for ASN.1", 20.0), ("Abstract Syntax Notation One", 10.0), *FERN_LINES]
    with pytest.raises(SourceError, match="shows no title with an abstract"):
        one(pdf(lines))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (pdf(PAPER_LINES, password="moss"), "is encrypted with a password; save it without"),
        (pdf([]), "is a PDF of images without text; run it through OCR"),
        (b"%PDF-1.7\n" + b"moss" * 1000, "is a damaged PDF"),
        (PDF[:400], "is a damaged PDF"),
    ],
)
def test_a_pdf_that_cannot_be_read_is_refused_with_the_remedy(data: bytes, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        one(data)


def test_a_reader_that_crashes_is_an_error_of_the_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "crash.py"
    program.write_text("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", encoding="utf-8")
    monkeypatch.setattr(reader, "_PROGRAM", program)
    with pytest.raises(SourceError, match=r"cannot be read \(it ended with -11\)"):
        one(PDF)


@pytest.mark.skipif(sys.platform == "win32", reason="processor time is limited by POSIX")
def test_a_reader_that_loops_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "loop.py"
    limit = "import importlib.util as u, sys; s = u.spec_from_file_location('p', {!r})\n"
    limit += "m = u.module_from_spec(s); sys.modules['p'] = m; s.loader.exec_module(m)\n"
    program.write_text(
        limit.format(str(reader._PROGRAM)) + "m._limit(1)\nwhile True: pass\n", encoding="utf-8"
    )
    monkeypatch.setattr(reader, "_PROGRAM", program)
    with pytest.raises(SourceError, match="is a PDF that cannot be read"):
        one(PDF)
