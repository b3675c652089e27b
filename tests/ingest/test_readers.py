"""Readers: each layout becomes records, and nothing of a page vanishes."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers import LAYOUTS, author_page, id_closed, jsonl, layout_of, listing, read, summary
from ingest.readers import abstracts as abstract_list
from ingest.readers.page import Piece
from ingest.sources import Source, find, sample_sources
from ingest.text import words
from rag.errors import SourceError
from rag.types import Record, Reject

MOSS = (
    "Mosses grow slowly on the north side of old walls, where water stays. We measured four"
    " hundred walls over ten years and found that shade matters more than stone does."
)
FERN = (
    "Ferns unroll their leaves in spring, one after another. This report follows three hundred"
    " of them through a cold season and asks which ones are late, and why that may be so."
)


def pieces_of(path: Path | str) -> list[Piece]:
    (source,) = find(str(path), None).sources  # type: ignore[arg-type]  # no "-" is read
    return list(read(source))


def records(pieces: list[Piece]) -> list[Record]:
    return [piece for piece in pieces if isinstance(piece, Record)]


def rejected(pieces: list[Piece]) -> list[tuple[int, str]]:
    return [(piece.position, piece.text) for piece in pieces if isinstance(piece, Reject)]


SAMPLE = {Path(path).name[:3]: path for path in sample_sources()}


@pytest.mark.parametrize(
    ("page", "layout", "count"),
    [
        ("000", "abstract list", 8),
        ("001", "listing", 10),
        ("002", "author page", 9),
        ("003", "structured summary", 1),
        ("004", "abstracts closed by ids", 10),
    ],
)
def test_each_sample_page_is_recognised_and_read(page: str, layout: str, count: int) -> None:
    (source,) = find(SAMPLE[page], None).sources  # type: ignore[arg-type]  # no "-" is read
    assert layout_of(source).name == layout
    found = records(list(read(source)))
    assert [record.position for record in found] == list(range(count))


@pytest.mark.parametrize("page", sorted(SAMPLE))
def test_every_line_of_a_sample_page_is_in_a_record_or_rejected(page: str) -> None:
    pieces = pieces_of(SAMPLE[page])
    kept = [
        " ".join([r.title, r.abstract, r.summary, *r.authors, r.arxiv_id, r.venue])
        for r in records(pieces)
    ]
    known = {word for text in kept for word in words(text)}
    known |= {word for r in pieces if isinstance(r, Reject) for word in words(r.text)}
    dates = {"mar", "jun", "dec", "jan", "sep", "aug", "2019", "2020", "2021", "2022", "2023"}
    forms = {"abstract", "arxiv", "et", "al", "publication", "date", "authors", "cl", "lg", "2025"}
    for line in Path(SAMPLE[page]).read_text(encoding="utf-8").splitlines():
        lost = {word for word in words(line.replace("arXiv:", "arXiv ")) if not word.isdigit()}
        glued = {word for word in lost if any(word.endswith(month) for month in dates)}
        names = {word for word in lost - known if page == "001" and _run_into(word, known)}
        ids = {word for word in lost if page == "004" and word.lstrip("0123456789") in known}
        assert lost - known - dates - forms - glued - names - ids == set(), line


def _run_into(word: str, known: set[str]) -> bool:
    """Whether a word is two known ones run together."""
    return any(word[:i] in known and word[i:] in known for i in range(1, len(word)))


def test_a_listing_gives_title_authors_date_and_abstract() -> None:
    page = (
        "Listing of today\nBO.plantsMar 5, 2021\n"
        f"On MossAda King, Bo Li et al. · kew, wisley\n{MOSS}\nView PDF\n"
        f"Apr 2, 2020\nOn FernsCy Fox\n{FERN}\n"
    )
    pieces = list(listing.read("p", page))
    assert records(pieces) == [
        Record("p", 0, "", "On Moss", MOSS, "", ("Ada King", "Bo Li"), False, "2021-03-05"),
        Record("p", 0, "", "On Ferns", FERN, "", ("Cy Fox",), True, "2020-04-02"),
    ]
    assert rejected(pieces) == [
        (1, "Listing of today"),
        (2, "BO.plants"),
        (3, "kew, wisley"),
        (5, "View PDF"),
    ]


def test_an_author_page_gives_the_heading_as_one_of_the_authors() -> None:
    first = f"On Moss\n\nKew Journal\n\n{MOSS}"
    page = f"Menu\n\nKing, Ada\n\n{first}\n\n\nOn Ferns\n\narXiv.org Botany\n{FERN}\nTop"
    pieces = list(author_page.read("p", page))
    assert records(pieces) == [
        Record("p", 0, title="On Moss", abstract=MOSS, authors=("Ada King",), venue="Kew Journal"),
        Record("p", 0, title="On Ferns", abstract=FERN, authors=("Ada King",)),
    ]
    assert [text for _, text in rejected(pieces)] == ["Menu", "arXiv.org Botany", "Top"]


def test_an_author_page_without_venues_keeps_its_titles() -> None:
    page = f"King, Ada\n\nOn Moss\n{MOSS}\n\nOn Ferns\n{FERN}"
    found = records(list(author_page.read("p", page)))
    assert [record.title for record in found] == ["On Moss", "On Ferns"]


def test_an_id_closes_the_abstract_before_it() -> None:
    page = (
        f"{MOSS}\n12+3 pages, 4 figures\narXiv:2101.00001v2{FERN}\n"
        "Code available at https://example.org\narXiv:hep-th/9901001"
    )
    pieces = list(id_closed.read("p", page))
    assert [(r.abstract, r.arxiv_id) for r in records(pieces)] == [
        (MOSS, "2101.00001"),
        (FERN, "hep-th/9901001"),
    ]
    assert rejected(pieces) == [
        (2, "12+3 pages, 4 figures"),
        (4, "Code available at https://example.org"),
    ]


def test_an_id_within_a_sentence_closes_nothing() -> None:
    cited = MOSS.replace("water", "water (arXiv:1501.00001)")
    (record,) = records(list(id_closed.read("p", f"{cited}\narXiv:2101.00001")))
    assert (record.abstract, record.arxiv_id) == (cited, "2101.00001")


def test_a_title_before_an_id_closed_abstract_is_kept_and_an_open_end_too() -> None:
    found = records(list(id_closed.read("p", f"On Moss\n{MOSS}\narXiv:2101.00001\n{FERN}")))
    assert [(r.title, r.abstract, r.arxiv_id) for r in found] == [
        ("On Moss", MOSS, "2101.00001"),
        ("", FERN, ""),
    ]


def test_an_abstract_wrapped_over_lines_is_put_together() -> None:
    half = MOSS.index("We measured four")
    page = f"Abstract: {MOSS[: half + 16]}\n{MOSS[half + 17 :]}\n\nAbstract: {FERN}\nShare\n"
    pieces = list(abstract_list.read("p", page))
    assert [record.abstract for record in records(pieces)] == [MOSS, FERN]
    assert [text for _, text in rejected(pieces)] == ["Share"]


def test_a_summary_is_kept_as_the_page_prints_it_with_its_facts_as_fields() -> None:
    body = "Goal:\nTo see where moss grows.\nKey findings:\n- Shade matters."
    page = f"- Publication Date: 3/4/2022\n- Authors: Ada King, Bo Li\n- Read time: 9 min\n{body}\n"
    pieces = list(summary.read("p", page))
    assert records(pieces) == [
        Record(
            "p",
            0,
            summary=body,
            authors=("Ada King", "Bo Li"),
            authors_complete=True,
            published="2022-03-04",
        )
    ]
    assert [text for _, text in rejected(pieces)] == ["- Read time: 9 min"]


LINES = st.sampled_from(
    [
        "",
        "Goto",
        "King, Ada",
        "On MossAda King, Bo Li et al. · kew",
        "CLMar 15, 2023",
        "12 pages",
        "arXiv:2101.00001",
        f"arXiv:2101.00002{FERN}",
        f"Abstract: {MOSS}",
        "Abstract:",
        MOSS,
        FERN,
        "- Authors: Ada King, Bo Li",
        "- Publication Date: 3/4/2022",
        "Goal:",
    ]
)


@given(st.lists(LINES, max_size=14).map("\n".join))
def test_whatever_the_mixture_of_lines_no_line_vanishes(page: str) -> None:
    for reader in (abstract_list, listing, author_page, id_closed, summary):
        if not reader.recognise(page):
            continue
        pieces = list(reader.read("p", page))
        kept = " ".join(
            " ".join([r.title, r.abstract, r.summary, *r.authors, r.arxiv_id, r.published, r.venue])
            for r in records(pieces)
        )
        dropped = " ".join(piece.text for piece in pieces if isinstance(piece, Reject))
        for mark, field in (
            ("Goto", ""),
            ("12 pages", ""),
            ("On Moss", ""),
            ("kew", ""),
            (MOSS[:60], ""),
            (FERN[:60], ""),
            ("King", ""),
            ("2101.00001", ""),
            ("Mar 15, 2023", "2023-03-15"),
            ("3/4/2022", "2022-03-04"),
        ):
            if mark in page:
                found = mark in kept or mark in dropped or (field and field in kept)
                assert found, (reader.__name__, mark)


def line(**fields: object) -> str:
    return json.dumps(fields)


def test_jsonl_fields_become_a_record() -> None:
    text = line(
        id=7,
        title=" On  Moss ",
        abstract=MOSS,
        authors=["King, Ada", {"name": "Bo Li"}],
        date="Mar 5, 2021",
        arxiv_id="arXiv:2101.00001v2",
        doi="https://doi.org/10.1000/X",
        categories=["bo"],
    )
    assert list(jsonl.read("p", [text])) == [
        Record(
            source="p",
            position=0,
            docno="7",
            title="On Moss",
            abstract=MOSS,
            authors=("Ada King", "Bo Li"),
            authors_complete=True,
            published="2021-03-05",
            arxiv_id="2101.00001",
            doi="10.1000/x",
            categories=("bo",),
        )
    ]


def test_an_arxiv_id_is_also_found_in_the_docno_or_the_doi() -> None:
    (by_docno,) = records(list(jsonl.read("p", [line(id="2101.00001", title="On Moss")])))
    (by_doi,) = records(list(jsonl.read("p", [line(title="A", doi="10.48550/arXiv.2101.00001")])))
    assert by_docno.arxiv_id == by_doi.arxiv_id == "2101.00001"
    assert by_doi.doi == ""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{broken", "is not JSON"),
        ("[1]", "is no JSON object but list"),
        ("{}", "has neither title nor abstract nor identifier"),
        (line(title=["a"]), "its 'title' is list, not text"),
        (line(title="a", authors=3), "its 'authors' is int, not a list of names"),
        (line(title="a", authors=[None]), "its 'authors' holds something that is no name"),
        (r'{"title": "\ud800"}', "its 'title' holds characters that are no text"),
        (r'{"title": "a", "authors": "\ud800"}', "its 'authors' holds characters that are no"),
        (r'{"title": "a", "authors": ["\ud800"]}', "its 'authors' holds characters that are no"),
    ],
)
def test_a_line_that_holds_no_record_is_rejected_with_its_number(text: str, reason: str) -> None:
    good, bad = jsonl.read("p", [line(title="On Moss"), "", text])
    assert isinstance(good, Record)
    assert isinstance(bad, Reject)
    assert bad.position == 3
    assert bad.reason.startswith(reason)


@given(st.lists(st.text(), max_size=5))
def test_every_line_that_is_not_blank_becomes_one_piece(lines: list[str]) -> None:
    assert len(list(jsonl.read("p", lines))) == sum(bool(text.strip()) for text in lines)


def test_packed_jsonl_is_read_like_plain(tmp_path: Path) -> None:
    text = "\n".join(line(id=str(i), title=f"Paper {i}") for i in range(3))
    (tmp_path / "plain.jsonl").write_text(text, encoding="utf-8")
    (tmp_path / "packed.jsonl.gz").write_bytes(gzip.compress(text.encode()))
    plain, packed = (pieces_of(tmp_path / n) for n in ("plain.jsonl", "packed.jsonl.gz"))
    assert [r.title for r in records(plain)] == [r.title for r in records(packed)]
    assert len(records(plain)) == 3


def test_layouts_have_names_of_their_own() -> None:
    assert len({layout.name for layout in LAYOUTS}) == len(LAYOUTS)


def test_an_abstract_too_short_to_be_told_from_a_note_is_refused_with_that_reason() -> None:
    text = "# On the growth of mosses\n\n## Abstract\n\nMosses grow slowly here.\n"
    source = Source("a.md", "a.md", lambda: io.BytesIO(text.encode()))
    with pytest.raises(SourceError, match=r"its abstract has 4 words, .* at least 25"):
        list(read(source))
