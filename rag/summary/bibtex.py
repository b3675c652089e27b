"""Papers as BibTeX, one entry each, with keys that do not depend on the order of the papers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from rag.finding.filters import fold
from rag.finding.terms import content_words
from rag.summary.meetings import is_meeting
from rag.types import Paper

_MATH = re.compile(r"(\$[^$]{0,2000}\$)")
_PLAIN = re.compile(r"[^a-z0-9]")
_BREAKS_OUT = re.compile(r"[\\{}]")
_COMMAND = re.compile(r"\\([A-Za-z@]+)")
_NO_MATH = re.compile(r"\^\^|(?<!\\)%")  # any character by its code; the rest of a line hidden
_OF_MATH = frozenset(
    "mathrm mathcal mathit frac dfrac tfrac binom log ln exp min max sup inf lim arg det gcd sin"
    " cos tan tanh text textrm textit textbf rightarrow to leftarrow mapsto le ge ll gg ne hat"
    " tilde bar vec dot overline underline ast ldots dots cdots left right big Big quad rm bf it"
    " cal operatorname".split()
)
"""Commands of math that stand in no table of characters; none of them does more than print."""
# Words whose capitals a bibliography style would take away: GPT-4, InstructGPT, but no mere Title.
_CAPITALS = re.compile(r"(?<![\w{])[\w-]*(?:[^\W\d_][A-Z]|[A-Z]\d|[A-Z]-\d)[\w-]*")


def bibtex(papers: Sequence[Paper]) -> str:
    """An entry for each paper, in the order given, ends with a line break; empty for none.

    Its key is the first author, the year and the first word of the title, and a letter where two
    papers would share it. Accents are written as LaTeX, math stays as it is.
    """
    if not papers:
        return ""
    from bibtexparser.entrypoint import write_string
    from bibtexparser.library import Library as Entries
    from bibtexparser.model import Entry, Field

    keys = cite_keys(papers)
    entries = Entries(
        [
            Entry(
                _kind(paper),
                keys[paper.paper_id],
                [Field(name, f"{{{value}}}") for name, value in _fields(paper)],
            )
            for paper in dict.fromkeys(papers)
        ]
    )
    written: str = write_string(entries, unparse_stack=[])
    return written.strip() + "\n"


def _kind(paper: Paper) -> str:
    if paper.venue:
        return "inproceedings" if is_meeting(paper.venue) else "article"
    return "misc" if paper.arxiv_id or not paper.doi else "article"


def cite_keys(papers: Sequence[Paper]) -> dict[str, str]:
    """The key of each paper by its id."""
    plain: dict[str, list[str]] = {}
    for paper in papers:
        same = plain.setdefault(_key(paper), [])
        if paper.paper_id not in same:
            same.append(paper.paper_id)
    return {
        paper_id: f"{key}{_letters(place)}" if len(same) > 1 else key
        for key, same in plain.items()
        for place, paper_id in enumerate(sorted(same))
    }


def _key(paper: Paper) -> str:
    names = fold(paper.authors[0]).split() if paper.authors else []
    author = names[-1] if names else ""  # of some signs nothing is left
    word = next(iter(content_words(paper.title)), "")
    parts = (author or "anonymous", paper.published[:4], fold(word))
    return "".join(_PLAIN.sub("", part) for part in parts)


def _letters(place: int) -> str:
    """a, b, … z, ba, bb, …: a number written in letters."""
    text = ""
    while True:
        place, letter = divmod(place, 26)
        text = chr(ord("a") + letter) + text
        if not place:
            return text


def _fields(paper: Paper) -> list[tuple[str, str]]:
    authors = [_latex(name) for name in paper.authors]
    if authors and not paper.authors_complete:
        authors.append("others")
    month = paper.published[5:7]
    fields = (
        ("title", _CAPITALS.sub(lambda match: f"{{{match[0]}}}", _latex(paper.title))),
        ("author", " and ".join(authors)),
        ("booktitle" if is_meeting(paper.venue) else "journal", _latex(paper.venue)),
        ("year", paper.published[:4]),
        ("month", str(int(month)) if month else ""),
        ("eprint", paper.arxiv_id),
        ("archiveprefix", "arXiv" if paper.arxiv_id else ""),
        (
            "primaryclass",
            _latex(paper.categories[0]) if paper.arxiv_id and paper.categories else "",
        ),
        ("doi", _address(paper.doi)),
        ("url", _address(paper.url)),
    )
    return [(name, value) for name, value in fields if value]


def _address(text: str) -> str:
    """An address or an identifier; what would end the field is written as addresses may have it."""
    return _BREAKS_OUT.sub(lambda match: f"%{ord(match[0]):02X}", text)


def _latex(text: str) -> str:
    """`text` with what LaTeX reads otherwise escaped; math stays if all it does is to print."""
    pieces = _MATH.split(" ".join(text.split()))
    encode = _encoder()
    return "".join(
        piece if place % 2 and _only_prints(piece) else encode(piece)
        for place, piece in enumerate(pieces)
    )


def _only_prints(math: str) -> bool:
    """Whether its braces pair and it holds no command but those of characters and of math.

    Others read files, write them, or run programs.
    """
    depth = 0
    for character in math:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return False
    known = all(name in _OF_MATH or name in _characters() for name in _COMMAND.findall(math))
    return depth == 0 and known and not _NO_MATH.search(math)


@lru_cache(maxsize=1)
def _characters() -> frozenset[str]:
    """The commands that stand for characters, such as `alpha`."""
    from pylatexenc.latexencode import get_builtin_uni2latex_dict

    return frozenset(_COMMAND.findall(" ".join(get_builtin_uni2latex_dict().values())))


@lru_cache(maxsize=1)
def _encoder() -> Any:
    from pylatexenc.latexencode import UnicodeToLatexEncoder

    return UnicodeToLatexEncoder(unknown_char_policy="keep").unicode_to_latex
