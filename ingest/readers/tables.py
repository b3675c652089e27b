"""Reader of CSV and TSV: a header that names the columns, then one record a row."""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from ingest.readers.fields import (
    Names,
    Unusable,
    listed_names,
    make_record,
    printed_names,
    printed_subjects,
)
from ingest.readers.page import Line, Piece, reject
from rag.types import Record

_DELIMITERS = (",", "\t", ";", "|")
_HEADER_CHARS = 20_000
_CELL_CHARS = 64  # a longer cell of a first line is data, not the name of a column

COLUMNS = {
    "docno": "docno id key recordid paperid documentid docid corpusid eid pmid uid accessionnumber",
    "title": "title articletitle documenttitle papertitle name displayname primarytitle",
    "abstract": "abstract abstractnote abstracttext paperabstract text summary summaries",
    "authors": "authors author authornames authorfullnames creators creator",
    "published": "published date publicationdate datepublished publisheddate year publicationyear"
    " pubyear",
    "doi": "doi doilink digitalobjectidentifier",
    "arxiv": "arxiv arxivid arxivnumber entryid url link",
    "categories": "categories category keywords authorkeywords subjects subject tags manualtags"
    " primarycategory terms",
    "venue": "venue journal journaltitle journalname sourcetitle publicationtitle publicationname"
    " journalbook containertitle booktitle proceedingstitle conferencetitle conferencename"
    " journalref primarylocationsourcedisplayname hostvenuedisplayname",
}
"""For each field the names of its column, the better ones first, in lower case without signs.

They are what Scopus, IEEE Xplore, Web of Science, Zotero, OpenAlex, PubMed and arXiv tools write.
"""

_FIELD_OF = {
    name: (field, rank)
    for field, names in COLUMNS.items()
    for rank, name in enumerate(names.split())
}


def recognise(text: str, name: str = "") -> bool:
    """The first line names at least two columns, the title, the abstract or an id among them.

    A file called `.csv` or `.tsv` may also have but one column.
    """
    header = _header_line(text)
    delimiter = _delimiter(header)
    cells = _cells(header, delimiter)
    columns = _columns(cells)
    if not columns.keys() & {"title", "abstract", "doi", "arxiv"}:
        return False
    if re.search(r"\.[ct]sv(\.gz)?$", name, re.IGNORECASE):
        return True
    short = all(len(cell) <= _CELL_CHARS for cell in cells)
    return short and len(cells) >= 2 and len(columns) >= 2


def read(source: str, lines: Iterable[str]) -> Iterator[Piece]:
    """One record a row; a row that holds none is rejected with the line on which it begins."""
    rest = iter(lines)
    blank = 0
    header = ""
    for header in rest:
        if header.strip():
            break
        blank += 1
    delimiter = _delimiter(header)
    rows = csv.reader(_ended(chain((header,), rest)), delimiter=delimiter)
    try:
        cells = next(rows, [])
    except csv.Error as error:
        yield reject(source, Line(blank + 1, header[:1000], False), f"is no header ({error})")
        return
    columns = _columns(cells)
    position = 0
    while True:
        start = rows.line_num + 1 + blank
        try:
            row = next(rows, None)
            if row is None:
                return
            if any(cell.strip() for cell in row):
                yield _record(source, position, row, columns, len(cells))
                position += 1
        except csv.Error as error:
            reason = f"is no row of a table ({error}); look for a quote that is not closed"
            yield reject(source, Line(start, "", False), reason)
        except Unusable as unusable:
            shown = delimiter.join(row or [])[:1000]
            yield reject(source, Line(start, shown, False), str(unusable))


def _ended(lines: Iterable[str]) -> Iterator[str]:
    """Lines with their ends, which a quoted cell may hold."""
    for line in lines:
        yield line + "\n"


def _header_line(text: str) -> str:
    return text.lstrip("\ufeff\r\n\t ")[:_HEADER_CHARS].split("\n", 1)[0].rstrip("\r")


def _delimiter(header: str) -> str:
    """That by which the header falls into the most columns that are known."""
    return max(_DELIMITERS, key=lambda mark: len(_columns(_cells(header, mark))))


def _cells(header: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([header[:_HEADER_CHARS]], delimiter=delimiter), [])
    except csv.Error:
        return []


def _columns(cells: Sequence[str]) -> dict[str, int]:
    """Where the column of each field stands; of several names for a field the best one."""
    found: dict[str, tuple[int, int]] = {}
    for place, cell in enumerate(cells):
        name = re.sub(r"[\W_]+|\(s\)", "", cell[:_CELL_CHARS].replace("(s)", "s").casefold())
        field, rank = _FIELD_OF.get(name, ("", 0))
        if field and (field not in found or rank < found[field][0]):
            found[field] = (rank, place)
    return {field: place for field, (_, place) in found.items()}


def _record(
    source: str, position: int, row: Sequence[str], columns: dict[str, int], width: int
) -> Record:
    if any(cell.strip() for cell in row[width:]):
        raise Unusable(
            f"has {len(row)} cells where the header has {width}; put quotes around a cell that"
            " holds the delimiter"
        )
    values = {field: row[at] for field, at in columns.items() if at < len(row)}
    return make_record(
        source,
        position,
        docno=values.get("docno", ""),
        title=values.get("title", ""),
        abstract=values.get("abstract", ""),
        authors=_authors(values.get("authors", "").strip()),
        published=values.get("published", "").strip().removesuffix(".0"),
        arxiv=values.get("arxiv", ""),
        their_doi=values.get("doi", ""),
        categories=_listed(values.get("categories", "")) or _subjects(values),
        venues=(values.get("venue", ""),),
    )


def _authors(text: str) -> Names:
    names = _listed(text)
    return listed_names(names) if names else printed_names(text.replace("|", ";"))


def _subjects(values: dict[str, str]) -> list[str]:
    return printed_subjects(values.get("categories", ""))


def _listed(text: str) -> list[str]:
    """The strings in a cell that spells a list as pandas writes it: `['King, Ada', 'Bo Li']`."""
    text = text.strip()
    if not text.startswith(("['", '["')) or len(text) > _HEADER_CHARS:
        return []
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return []
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
