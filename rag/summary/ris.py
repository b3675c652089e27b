"""Papers as RIS, one reference each, as reference managers read it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.summary.meetings import is_meeting
from rag.types import Paper

_FIELD = re.compile(r"[A-Z][A-Z0-9]  - ")


def ris(papers: Sequence[Paper]) -> str:
    """A reference for each paper, in the order given, ends with a line break; empty for none.

    Names are written surname first, a surname being the last word with the small ones before it
    (`van der Berg, Ada`); a line break within a value, which would begin another field, is a space.
    """
    if not papers:
        return ""
    import rispy

    written: str = rispy.dumps([_reference(paper) for paper in dict.fromkeys(papers)])
    # rispy writes a number before each reference, which is no RIS
    return "".join(f"{line}\n" for line in written.splitlines() if _FIELD.match(line))


def _reference(paper: Paper) -> dict[str, str | list[str]]:
    fields: dict[str, str | list[str]] = {
        "title": _line(paper.title),
        "authors": [_surname_first(_line(name)) for name in paper.authors if name.strip()],
        "secondary_title": _line(paper.venue),
        "year": paper.published[:4],
        "date": paper.published.replace("-", "/") if "-" in paper.published else "",
        "doi": _line(paper.doi),
        "urls": [_line(paper.url)] if paper.url else [],
        # Of a journal it would be the issue; there the address tells the id.
        "number": f"arXiv:{_line(paper.arxiv_id)}" if paper.arxiv_id and not paper.venue else "",
        "abstract": _line(paper.abstract),
        "keywords": [_line(one) for one in paper.categories],
    }
    return {"type_of_reference": _kind(paper)} | {
        name: value for name, value in fields.items() if value
    }


def _kind(paper: Paper) -> str:
    if paper.venue:
        return "CPAPER" if is_meeting(paper.venue) else "JOUR"
    return "UNPB" if paper.arxiv_id or not paper.doi else "JOUR"


def _surname_first(name: str) -> str:
    """A name that is one word, or has its comma already, stays as it is."""
    words = name.split()
    if len(words) < 2 or "," in name:
        return name
    start = len(words) - 1
    while start > 1 and words[start - 1].islower():
        start -= 1
    return f"{' '.join(words[start:])}, {' '.join(words[:start])}"


def _line(text: str) -> str:
    return " ".join(text.split())
