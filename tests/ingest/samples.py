"""A small source of every format that can be read, as its programs write it."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from ingest.readers import read
from ingest.readers.page import Piece
from ingest.sources import Source, sample_sources
from rag.types import Record, Reject

MOSS = (
    "Mosses grow slowly on the north side of old walls, where water stays. We measured four"
    " hundred walls over ten years and found that shade matters more than stone does."
)
BEGUN, CONTINUED = MOSS[: MOSS.index("four hundred") - 1], MOSS[MOSS.index("four hundred") :]
FERN = (
    "Ferns unroll their leaves in spring, one after another. This report follows three hundred"
    " of them through a cold season and asks which ones are late, and why that may be so."
)

OWN = {
    "id": "m1", "title": "On Moss", "abstract": MOSS, "authors": ["Ada King", "Bo Li"],
    "published": "2021-03-05", "doi": "10.1000/moss", "categories": ["bo.PL", "moss"],
}  # fmt: skip
SNAPSHOT = {
    "id": "0704.0001",
    "submitter": "Pavel Nadolsky",
    "authors": "C. Bal\\'azs, E. L. Berger and P. M. Nadolsky",
    "title": "Calculation of prompt diphoton\n  production at Poincar\\'e's",
    "comments": "37 pages, 15 figures; published version",
    "journal-ref": "Phys.Rev.D76:013009,2007",
    "doi": "10.1103/PhysRevD.76.013009",
    "categories": "hep-ph cs.LG",
    "abstract": "  A fully differential calculation\nis presented for $\\'e^{2}$.\n  It is new.\n",
    "versions": [{"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"}],
    "update_date": "2008-11-26",
    "authors_parsed": [["Bal\\'azs", "C.", ""], ["Berger", "E. L.", ""], ["Nadolsky", "P. M.", ""]],
}
BEIR = {"_id": "d1", "title": "On Ferns", "text": FERN, "metadata": {}}
OPENALEX = {
    "id": "https://openalex.org/W1",
    "display_name": "On Moss",
    "doi": "https://doi.org/10.1000/MOSS",
    "publication_date": "2021-03-05",
    "authorships": [{"author": {"display_name": "Ada King"}}],
    "abstract_inverted_index": {"grow": [1], "Mosses": [0], "slowly.": [2]},
    "keywords": [{"display_name": "Bryology"}],
    "primary_location": {"source": {"display_name": "Kew Journal", "type": "journal"}},
}
SEMANTIC_SCHOLAR = {
    "paperId": "649def34f8be52c8b66281af98ae884c09aef38b",
    "externalIds": {"ArXiv": "2101.00001", "DOI": "10.1000/moss"},
    "title": "On Moss",
    "year": 2021,
    "authors": [{"authorId": "1", "name": "Ada King"}],
    "fieldsOfStudy": ["Biology"],
    "venue": "arXiv.org",
    "journal": {"name": "Kew Journal", "volume": "7"},
}
CSL = {
    "id": "king2021",
    "title": "On Moss",
    "author": [{"family": "King", "given": "Ada"}],
    "issued": {"date-parts": [[2021, 3, 5]]},
    "DOI": "10.1000/moss",
    "container-title": ["Kew Journal"],
    "abstract": MOSS,
}

SCOPUS = (
    "Authors,Title,Year,DOI,Abstract,Author Keywords,EID,Source title\n"
    f'"King A.; Li B.",On Moss,2021,10.1000/moss,"{MOSS} ""Indeed.""",moss; walls,2-s2.0-1,'
    "Kew Journal\n"
    f'"Fox C.","On Ferns,\nand Why",2020,,"{FERN}",,2-s2.0-2,\n'
)
TSV = f"id\ttitle\tabstract\tauthors\tdate\nf1\tOn Ferns\t{FERN}\tFox, C., King, A.\t2020-04-02\n"
BIBTEX = rf"""% exported
@string{{kew = "Kew Journal"}}
@article{{king2021moss,
  title = {{On {{M}}oss and G{{\"o}}del's 10\% {{\&}} $x_{{1}}$}},
  author = {{King, Ada and van der Berg, Jan and {{The Moss Team}} and others}},
  journal = kew, year = 2021, month = mar,
  abstract = {{{BEGUN}
              {CONTINUED}}},
  doi = {{10.1000/moss}}, eprint = {{2101.00001}}, archivePrefix = {{arXiv}},
  primaryClass = {{bo.PL}}, keywords = {{moss, walls}}
}}
@misc{{fox2020, title = "On Ferns", author = "Cy Fox", date = "2020-04-02"}}
"""
RIS = f"""TY  - JOUR
ID  - m1
AU  - King, Ada
AU  - Li, Bo
TI  - On Moss
JO  - Kew J.
T2  - Kew Journal
AB  - {BEGUN}
{CONTINUED}
PY  - 2021
DA  - 2021/03/05/
DO  - 10.1000/moss
KW  - moss
KW  - walls
UR  - https://arxiv.org/abs/2101.00001
ER  -\x20

TY  - CONF
T1  - On Ferns
BT  - Proceedings of the Fern Conference
A1  - Fox, Cy
Y1  - 2020///
N2  - {FERN}
ER  -\x20
"""
ARXIV_HTML = f"""<!DOCTYPE html>
<html lang="en"><head><title>[2101.00001] On Moss</title>
<meta name="citation_title" content="On Moss &amp; Walls" />
<meta name="citation_author" content="King, Ada" /><meta name="citation_author" content="Li, Bo" />
<meta name="citation_date" content="2021/03/05" />
<meta name="citation_arxiv_id" content="2101.00001" />
<meta name="citation_abstract" content="{MOSS}" /></head>
<body><h1 class="title">Title: On Moss</h1><script>var x = "<h1>no</h1>";</script>
<table><tr><td class="tablecell label">Journal&nbsp;reference:</td><td class="tablecell jref">Kew
Journal 7 (2021) 1-9</td></tr></table></body></html>
"""
LINKED_HTML = f"""<html><head><script type="application/ld+json">{{"@graph": [{{"@type":
"ScholarlyArticle", "headline": "On Ferns", "author": [{{"name": "Cy Fox"}}], "datePublished":
"2020-04-02", "description": "{FERN}", "isPartOf": {{"@type": "PublicationIssue", "isPartOf": {{
"@type": ["PublicationVolume", "Periodical"], "name": "Fern Letters"}}}}, "sameAs": "https://doi.org/10.1000/Fern"}}]}}</script></head>
<body><p>Loading…</p></body></html>
"""
PLAIN_HTML = f"""<html><body><nav>Menu</nav><h1>On the Growth of Mosses</h1><p>Ada King</p>
<h2>Abstract</h2><p>{MOSS}</p><h2>1 Introduction</h2><p>{FERN}</p></body></html>
"""
MARKDOWN = f"""# On the Growth of Mosses

Ada King, Bo Li

DOI: 10.1000/moss

## Abstract

{BEGUN}
{CONTINUED}

## Introduction

{FERN}
"""
TEXT = f"On the Growth of Mosses\nAda King and Bo Li\n\n{MOSS}\n\narXiv:2101.00001v2\n"


def pdf(
    body: Sequence[tuple[str, float]], *, title: str = "", author: str = "", stamp: str = "",
    password: str = "",
) -> bytes:  # fmt: skip
    """A PDF of one page: lines with their type sizes, metadata, and a stamp up the margin."""
    buffer = io.BytesIO()
    page = Canvas(buffer, invariant=1, encrypt=password or None)
    page.setTitle(title)
    page.setAuthor(author)
    if stamp:
        page.saveState()
        page.translate(30, 250)
        page.rotate(90)
        page.setFont("Times-Roman", 20)
        page.drawString(0, 0, stamp)
        page.restoreState()
    text = page.beginText(72, 780)
    for line, size in body:
        text.setFont("Times-Roman", size, size * 1.2)
        text.textLine(line)
    page.drawText(text)
    page.showPage()
    page.save()
    return buffer.getvalue()


PAPER_LINES = (
    ("Published as a paper at KEW 2021", 9.0),
    ("On the Slow Growth of Mosses:", 17.0),
    ("A Study of Walls", 17.0),
    ("Ada King1, Bo Li2*", 11.0),
    ("1Kew Gardens, ada@example.org", 9.0),
    ("Abstract", 12.0),
    ("Mosses grow slowly on the north side of old walls, where wa-", 10.0),
    ("ter stays. We measured four hundred walls over ten years and", 10.0),
    ("found that shade matters more than stone does.", 10.0),
    ("Keywords: moss; walls", 10.0),
    ("1 Introduction", 12.0),
    ("Moss is green. It has been so for long.", 10.0),
)
PDF = pdf(
    PAPER_LINES, title="Microsoft Word - moss.doc", stamp="arXiv:2101.00001v1 [bo.PL] 5 Mar 2021"
)


def _lines(*objects: object) -> bytes:
    return "".join(json.dumps(item) + "\n" for item in objects).encode()


SAMPLES: dict[str, bytes] = {
    "own.jsonl": _lines(OWN, {"title": "On Ferns", "abstract": FERN, "authors": "Fox, C., Li, B."}),
    "snapshot.json": _lines(SNAPSHOT, SNAPSHOT | {"id": "0704.0002"}),
    "exports.jsonl": _lines(BEIR, OPENALEX, SEMANTIC_SCHOLAR, CSL),
    "csl.json": json.dumps([CSL, CSL | {"id": "2"}], indent=1).encode(),
    "scopus.csv": SCOPUS.encode(),
    "table.tsv": TSV.encode(),
    "library.bib": BIBTEX.encode(),
    "export.ris": RIS.encode(),
    "arxiv.html": ARXIV_HTML.encode(),
    "linked.html": LINKED_HTML.encode(),
    "plain.html": PLAIN_HTML.encode(),
    "notes.md": MARKDOWN.encode(),
    "paper.txt": TEXT.encode(),
    "paper.pdf": PDF,
}
"""A file name and its bytes for every format."""


def with_pages() -> dict[str, bytes]:
    """The samples and the shipped pages, which have layouts of their own."""
    return SAMPLES | {Path(path).name: Path(path).read_bytes() for path in sample_sources()}


def source_of(data: bytes, name: str = "stdin") -> Source:
    """Bytes in memory as a source."""
    return Source(name, name, lambda: io.BytesIO(data))


def pieces(data: bytes | str, name: str = "stdin") -> list[Piece]:
    """All that is read of a source of these bytes."""
    return list(read(source_of(data.encode() if isinstance(data, str) else data, name)))


def records(found: Sequence[Piece]) -> list[Record]:
    """The records among the pieces."""
    return [piece for piece in found if isinstance(piece, Record)]


def rejects(found: Sequence[Piece]) -> list[Reject]:
    """The rejects among the pieces."""
    return [piece for piece in found if isinstance(piece, Reject)]
