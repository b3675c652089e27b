"""Reader of PDFs of papers: title, abstract and identifiers from the layout of the first pages."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from ingest.identifiers import ARXIV_ID, arxiv_id
from ingest.names import author_list, is_person
from ingest.readers.fields import Names, Unusable, make_record
from ingest.readers.page import Piece, ends_sentence
from ingest.sources import Source
from ingest.text import is_prose, one_line, words
from rag.errors import SourceError

_MOST_BYTES = 200 * 1024 * 1024
_CPU_SECONDS = 20
_WALL_SECONDS = 120  # on a machine that is busy with other things
_PROGRAM = Path(__file__).with_name("pdf_lines.py")

_STAMP = re.compile(
    rf"arXiv:\s*(?P<id>{ARXIV_ID})(?P<version>v\d+)?\s+\[(?P<category>[\w.\-]+)\]\s+(?P<date>\d.*)"
)
_DOI = re.compile(r"(?:doi:?\s*|doi\.org/)(10\.\d{4,9}/[^\s,;]+)", re.IGNORECASE)
_LABEL = re.compile(
    r"(?:(?i:a\s?b\s?s\s?t\s?r\s?a\s?c\s?t)(?:\s*$|\s*[.:—–-]+)|ABSTRACT\b|(?i:summary)\s*$)"
    r"\s*(?P<rest>.*)"
)
_KEYWORDS = re.compile(
    r"(?:key\s?-?words?(?: and phrases)?|index terms)\b[\s.:—–-]*", re.IGNORECASE
)
_AFTER = re.compile(
    r"(?:ccs concepts|categories and subject|general terms|acm reference|pacs\b|jel\b|msc\b"
    r"|mathematics subject|table of contents|(?:\d+|[ivx]+)?\.?\s*(?:introduction|contents)\s*$)",
    re.IGNORECASE,
)
_SIGNS = re.compile(r"[\d*∗†‡§¶♯✉⋆]+")
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)
_TOP_LINES = 30  # where a title may stand, if no abstract is labelled
_MOST_WORDS = 600  # an abstract that runs on is cut at a sentence
_LEAST_WORDS = 50  # of an abstract without a label


@dataclass(frozen=True, slots=True)
class TypeLine:
    """A line of a page: its text, the size of its letters in points, whether it is upright."""

    text: str
    size: float
    upright: bool


def recognise(head: bytes) -> bool:
    """The mark of a PDF stands near the beginning, as readers of PDF allow."""
    return b"%PDF-" in head[:1024]


def read(source: Source) -> Iterator[Piece]:
    """The one paper. Raises SourceError with the reason if the PDF shows none."""
    title, author, pages = _extracted(source)
    lines = [line for page in pages for line in page]
    first = pages[0] if pages else []
    if not lines:
        raise SourceError(
            source.label, "is a PDF of images without text; run it through OCR (ocrmypdf) first"
        )
    upright = [line for line in lines if line.upright]
    label = next((i for i, line in enumerate(upright) if _LABEL.match(line.text)), None)
    stamp = next(filter(None, (_STAMP.match(line.text) for line in first)), None)
    identifier = (
        stamp["id"] if stamp else arxiv_id(re.sub(r"(?i)(\.pdf)?(\.gz)?$", "", source.name))
    )
    found_doi = _doi(first)
    top = upright[: _TOP_LINES if label is None else label]
    begin, end = _title(top)
    abstract, keywords = _abstract(upright, label, end, known=bool(identifier or found_doi))
    title = _named(title, first) or _joined(top[begin:end])
    if not (title and is_prose(abstract)) and not (identifier or found_doi):
        raise SourceError(
            source.label,
            "shows no title with an abstract on its first pages; give the paper's arXiv id or DOI"
            " instead, or its title and abstract as text",
        )
    try:
        yield make_record(
            source.name,
            0,
            title=title,
            abstract=abstract,
            authors=_authors(author, top[end:]),
            published=stamp["date"] if stamp and stamp["version"] in (None, "v1") else "",
            arxiv=identifier,
            their_doi=found_doi,
            categories=[stamp["category"]] if stamp else re.split(r"[;,·•]", keywords),
        )
    except Unusable as unusable:
        raise SourceError(source.label, str(unusable)) from unusable


def _extracted(source: Source) -> tuple[str, str, list[list[TypeLine]]]:
    """Title and author of the metadata, and the lines of the first pages. Raises SourceError."""
    data = source.data(_MOST_BYTES)
    command = [sys.executable, "-P", str(_PROGRAM), str(_CPU_SECONDS)]
    try:
        done = subprocess.run(  # noqa: S603 - our own program, without a shell
            command, input=data, capture_output=True, timeout=_WALL_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        reason = f"is a PDF that could not be read within {_WALL_SECONDS} seconds; print it anew"
        raise SourceError(source.label, reason) from error
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2][:200]
        ended = last or f"it ended with {done.returncode}"
        raise SourceError(source.label, f"is a PDF that cannot be read ({ended}); print it anew")
    found = json.loads(done.stdout)
    if "fault" in found:
        raise SourceError(source.label, found["fault"])
    return (
        found["title"],
        found["author"],
        [
            [TypeLine(text.translate(_LIGATURES), size, up) for text, size, up in page]
            for page in found["pages"]
        ],
    )


def _title(lines: Sequence[TypeLine]) -> tuple[int, int]:
    """Where among `lines` the title stands: the first of those in the largest type."""
    best, place = 0.0, (0, 0)
    at = 0
    for size, group in groupby(lines, key=lambda line: round(line.size)):
        block = list(group)
        text = _joined(block)
        fits = len(words(text)) >= 2 and len(text) <= 400 and not _DOI.search(text)
        if fits and size > best:
            best, place = size, (at, at + len(block))
        at += len(block)
    return place


def _named(title: str, first: Sequence[TypeLine]) -> str:
    """The title of the metadata, if the first page shows it too: it is often a file's name."""
    wanted = " ".join(words(title))
    shown = " ".join(words(_joined(first)))
    return title if len(wanted.split()) >= 2 and f" {wanted} " in f" {shown} " else ""


def _abstract(
    lines: Sequence[TypeLine], label: int | None, after_title: int, *, known: bool
) -> tuple[str, str]:
    """The abstract and the keywords behind it.

    Without a label it is the first long paragraph after the title, and taken for an abstract
    only in what is known to be a paper.
    """
    if label is None:
        return (_first_paragraph(lines[after_title:]) if known else ""), ""
    match = _LABEL.match(lines[label].text)
    rest = match["rest"] if match else ""
    taken = [TypeLine(rest, lines[label].size, upright=True)] if rest else []
    for line in lines[label + 1 :]:
        if keywords := _KEYWORDS.match(line.text):
            return _cut(_joined(taken)), line.text[keywords.end() :]
        size = taken[-1].size if taken else line.size
        closed = bool(taken) and ends_sentence(taken[-1].text)
        if _AFTER.match(line.text) or (closed and line.size > 1.12 * size):
            break
        if line.size > 0.8 * size:  # smaller is a footnote
            taken.append(line)
    return _cut(_joined(taken)), ""


def _first_paragraph(lines: Sequence[TypeLine]) -> str:
    for _, group in groupby(lines, key=lambda line: round(line.size, 1)):
        block: list[TypeLine] = []
        for line in group:
            if _AFTER.match(line.text):
                break
            block.append(line)
        text = _joined(block)
        if len(text.split()) >= _LEAST_WORDS and ends_sentence(text):
            return _cut(text)
    return ""


def _cut(text: str) -> str:
    """`text`, up to the last sentence within `_MOST_WORDS`."""
    parts = text.split()
    if len(parts) <= _MOST_WORDS:
        return text
    short = " ".join(parts[:_MOST_WORDS])
    end = max(short.rfind(mark) for mark in (". ", "! ", "? "))
    return short[: end + 1] if end > 0 else short


def _joined(lines: Sequence[TypeLine]) -> str:
    """Lines as running text, words that were divided at a line's end put together again."""
    text = ""
    for line in lines:
        hyphen = text.endswith("-") and text[-2:-1].islower() and line.text[:1].islower()
        if hyphen or text.endswith("\u00ad"):
            text = text[:-1] + line.text
        else:
            text = f"{text} {line.text}" if text else line.text
    return one_line(text.replace("\u00ad", ""))


def _doi(first: Sequence[TypeLine]) -> str:
    """The DOI that the first page prints before any references."""
    for line in first:
        if line.text.strip().casefold() in ("references", "bibliography"):
            break
        if match := _DOI.search(line.text):
            return match[1].rstrip(".)]")
    return ""


def _authors(metadata: str, below_title: Sequence[TypeLine]) -> Names:
    """Some of the authors: from the metadata, else the first lines below the title that are names.

    Superscripts between names may have broken their line, so lines of one size are tried as one.
    """
    groups = groupby(below_title[:12], key=lambda line: round(line.size))
    joined = [_joined(list(group)) for _, group in groups]
    for text in (metadata, *joined[:2], *(line.text for line in below_title[:5])):
        names, _ = author_list(one_line(_SIGNS.sub(",", text)).strip(" ,"))
        tidy = tuple(name.strip(" ,") for name in names if name.strip(" ,"))
        if tidy and all(is_person(name, strict=True) for name in tidy):
            return tidy, False
    return (), False
