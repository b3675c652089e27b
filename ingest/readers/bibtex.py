"""Reader of BibTeX: one record an entry, parsed by bibtexparser, LaTeX by pylatexenc.

The parser takes text, not a stream, so the file is cut before each line that begins with `@`,
as the parser itself does; memory holds one entry, however long the file.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

from ingest.identifiers import arxiv_id
from ingest.latex import plain
from ingest.readers.fields import Names, Unusable, make_record
from ingest.readers.page import Line, Piece, reject
from ingest.text import one_line
from rag.types import Record

if TYPE_CHECKING:
    from bibtexparser.model import Block, Entry

_BLOCK = re.compile(r"\s*@[A-Za-z]+\s*[{(]")
_INLINE = re.compile(r"@[A-Za-z]+\s*\{\s*[^\s,{}]+\s*,")  # an entry that begins within a line
_WORD = re.compile(r"[^\s\"{}#,=()]+")
_ENTRY_CHARS = 1_000_000
_MOST_MACROS = 10_000
_VENUES = ("journaltitle", "journal", "booktitle")
_SPELLED = re.compile(r"\b(?:arxiv[:./\s]+(?:abs/)?|abs/)([\w.\-/]+)", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def recognise(text: str) -> bool:
    """A block begins (`@article{`), and before the first one stand but comments."""
    for line in text.lstrip("\ufeff").split("\n"):
        if _BLOCK.match(line):
            return True
        if line.strip() and not line.lstrip().startswith("%"):
            return False
    return False


def read(source: str, lines: Iterable[str]) -> Iterator[Piece]:
    """One record an entry; one that holds none is rejected with the line on which it begins."""
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # its warnings become rejects
    macros: dict[str, str] = {}
    position = 0
    for number, text in _blocks(lines):
        try:
            for entry in _entries(text, macros):
                yield _record(source, position, entry)
                position += 1
        except Unusable as unusable:
            yield reject(source, Line(number, one_line(text[:1000]), False), str(unusable))


def _blocks(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Each block with the line on which it begins; of one too long its beginning."""
    block: list[str] = []
    start = size = 0
    for number, line in enumerate(chain(lines, ("@end{",)), start=1):
        if _BLOCK.match(line):
            if block:
                yield start, "\n".join(block)
            block, start, size = [], number, 0
        if (block or _BLOCK.match(line)) and size <= _ENTRY_CHARS:
            block.append(line[: _ENTRY_CHARS + 1])
            size += len(line) + 1


def _entries(text: str, macros: dict[str, str]) -> Iterator[Entry]:
    """The entries of a block, none or one; a macro is put to the others. Raises Unusable."""
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.model import Entry, ExplicitComment, ImplicitComment, Preamble, String

    if len(text) > _ENTRY_CHARS:
        raise Unusable(f"has more than {_ENTRY_CHARS:,} characters; is a brace left open?")
    used = macros.keys() & {word.lower() for word in _WORD.findall(text)}
    defined = "\n".join(macros[name] for name in sorted(used))
    for block in parse_string(f"{defined}\n{text}").blocks:
        if isinstance(block, String):
            if block.key.lower() not in used and len(macros) < _MOST_MACROS:
                macros[block.key.lower()] = text
        elif isinstance(block, Entry):
            yield block
        elif isinstance(block, ImplicitComment):
            if _INLINE.search(block.comment):
                raise Unusable("holds a second entry on one line; put each entry on its own")
        elif not isinstance(block, ExplicitComment | Preamble):
            yield _mended(block)


def _mended(block: Block) -> Entry:
    """The entry of a block that the parser did not like: a field given twice is no great harm."""
    from bibtexparser.model import DuplicateFieldKeyBlock, Entry, ParsingFailedBlock

    if isinstance(block, DuplicateFieldKeyBlock) and isinstance(block.ignore_error_block, Entry):
        return block.ignore_error_block
    error = block.error if isinstance(block, ParsingFailedBlock) else None
    reason = getattr(error, "abort_reason", "") or str(error or type(block).__name__)
    raise Unusable(f"is no BibTeX entry ({one_line(reason)})")


def _record(source: str, position: int, entry: Entry) -> Record:
    fields: dict[str, str] = {}
    for field in entry.fields:
        fields.setdefault(field.key.lower(), _bare(str(field.value)))
    return make_record(
        source,
        position,
        docno=entry.key,
        title=plain(fields.get("title", "")),
        abstract=plain(fields.get("abstract", "")),
        authors=_authors(fields.get("author", "")),
        published=_published(fields),
        arxiv=_arxiv(fields),
        their_doi=plain(fields.get("doi", "")),
        categories=_subjects(fields),
        venues=(plain(fields.get(name, "")) for name in _VENUES),
    )


def _bare(value: str) -> str:
    """A value without the braces or quotes around it, if the parser has left them."""
    value = value.strip()
    if len(value) >= 2 and value[0] == value[-1] == '"':
        return value[1:-1]
    return value


def _authors(text: str) -> Names:
    """Names split at `and` as BibTeX does; each with its particle and suffix where they belong."""
    from bibtexparser.middlewares.names import (
        InvalidNameError,
        parse_single_name_into_parts,
        split_multiple_persons_names,
    )

    if not text.strip():
        return (), False
    names: list[str] = []
    listed = split_multiple_persons_names(one_line(text))
    for name in listed:
        try:
            parts = parse_single_name_into_parts(name, strict=False)
        except InvalidNameError as error:
            raise Unusable(f"its author {one_line(name)[:80]!r} is no name ({error})") from error
        spoken = " ".join([*parts.first, *parts.von, *parts.last, *parts.jr])
        names.append(one_line(plain(spoken)))
    complete = names[-1:] != ["others"]
    return tuple(name for name in names if name and name != "others"), complete


def _published(fields: dict[str, str]) -> str:
    """biblatex's `date`, else `year` with `month` as a number, a name, or `5~mar`."""
    date = plain(fields.get("date", "")).split("/")[0]
    year = re.search(r"\d{4}", fields.get("year", ""))
    if date or not year:
        return date
    month = fields.get("month", "").lower()
    named = next((n for n, name in enumerate(_MONTHS, start=1) if name in month), 0)
    number = named or (int(month) if re.fullmatch(r"0?[1-9]|1[0-2]", month) else 0)
    return f"{year[0]}-{number:02}" if number else year[0]


def _arxiv(fields: dict[str, str]) -> str:
    kind = fields.get("archiveprefix", fields.get("eprinttype", "arxiv")).lower()
    named = fields.get("eprint", "") if "arxiv" in kind else ""
    return named or fields.get("arxivid", "") or _spelled(fields)


def _spelled(fields: dict[str, str]) -> str:
    """The id in `arXiv preprint arXiv:1706.03741`, or in DBLP's `CoRR`, `abs/1706.03741`."""
    place = f"{fields.get('journal', '')} {fields.get('volume', '')}"
    return next(filter(arxiv_id, _SPELLED.findall(place)), "")


def _subjects(fields: dict[str, str]) -> list[str]:
    """Keywords, and the class that arXiv's own export names."""
    keywords = re.split(r"[;,]", plain(fields.get("keywords", fields.get("keyword", ""))))
    return [plain(fields.get("primaryclass", "")), *keywords]
