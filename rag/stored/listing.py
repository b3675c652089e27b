"""The library as a list: a page of papers at a time, searched, filtered and sorted by SQLite.

Everything here is answered from one index of the catalogue (`papers_listed`), which holds what a
list shows and looks through: a tenth of what the papers themselves take.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from rag.stored.catalogue import Catalogue
from rag.types import Paper

PAGE = 50
"""Papers on a page."""

SORTS: Mapping[str, str] = MappingProxyType(
    {
        "newest": "published DESC, title, paper_id",
        "oldest": "published = '', published, title, paper_id",  # those without a date last
        "title": "title COLLATE NOCASE, paper_id",
        "title-down": "title COLLATE NOCASE DESC, paper_id",
        "authors": "authors = '[]', authors COLLATE NOCASE, title, paper_id",
        "authors-down": "authors COLLATE NOCASE DESC, title, paper_id",
        "added": "rowid DESC",  # a paper that changes is written anew
    }
)
"""The orders there are, by name."""

_FROM = "FROM papers INDEXED BY papers_listed WHERE state != 'deleting'"
_WORD = re.compile(r'"([^"]+)"|(\S+)')
_MOST_WORDS = 12
_TITLES = "(title || authors)"
_IDS = "(title || authors || arxiv_id || ' ' || doi || docnos)"
_ID_CHARS = 4  # a shorter number stands in every other identifier


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which papers, in what order: all of these must hold, and what is empty is no matter.

    Each of `words` (those in double quotes together) stands in the title, a name, or an
    identifier; case does not matter. `years` are the first and the last, None for an open end. A
    `category` stands for itself and those below it, as `cs` for `cs.LG`. `sort` is one of SORTS.
    """

    words: str = ""
    years: tuple[int | None, int | None] = (None, None)
    category: str = ""
    source: str = ""
    sort: str = "newest"


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the papers of a list, and how many it has in all."""

    papers: tuple[Paper, ...]
    total: int


class Listing:
    """Lists of the papers of one library. Errors are LibraryError."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._database = catalogue.database

    def page(self, wanted: Wanted, number: int = 0, size: int = PAGE) -> Page:
        """The page `number` (from 0) of the papers that are `wanted`."""
        where, values = _where(wanted)
        ((total,),) = self._database.rows(f"SELECT count(*) {where}", values)
        rows = self._database.rows(
            f"SELECT paper_id {where} ORDER BY {SORTS[wanted.sort]} LIMIT ? OFFSET ?",
            (*values, size, number * size),
        )
        ids = [str(row[0]) for row in rows]
        papers = {paper.paper_id: paper for paper in self._catalogue.papers(ids)}
        return Page(tuple(papers[i] for i in ids if i in papers), int(total))

    def years(self, wanted: Wanted) -> dict[int, int]:
        """How many papers there are of each year, of those wanted in whatever year."""
        where, values = _where(replace(wanted, years=(None, None)))
        rows = self._database.rows(
            f"SELECT substr(published, 1, 4), count(*) {where} AND published != '' GROUP BY 1",
            values,
        )
        return {int(year): int(number) for year, number in rows}

    def categories(self) -> Counter[str]:
        """How many papers there are of each category."""
        return self._counted("categories")

    def sources(self) -> Counter[str]:
        """How many papers there are from each source."""
        return self._counted("sources")

    def _counted(self, column: str) -> Counter[str]:
        """Papers by each value of a column of lists; most papers share theirs with others."""
        found: Counter[str] = Counter()
        for values, number in self._database.rows(f"SELECT {column}, count(*) {_FROM} GROUP BY 1"):
            for value in json.loads(values):
                found[value] += int(number)
        return found


def _where(wanted: Wanted) -> tuple[str, list[str]]:
    """The FROM and WHERE of a query, and the values of its question marks."""
    parts, values = [_FROM], []
    for match in list(_WORD.finditer(wanted.words))[:_MOST_WORDS]:
        word = match[1] or match[2]
        parts.append(f"{_searched(word)} LIKE ?")
        # LIKE folds the case of ASCII letters only; any other character may stand for any.
        values.append("%" + re.sub(r"[^A-Za-z0-9 ]", "_", word) + "%")
    low, high = wanted.years
    if low is not None:
        parts.append("published >= ?")
        values.append(f"{low:04}")
    if high is not None:
        parts.append("published != '' AND published < ?")
        values.append(f"{high:04}~")  # which comes after any day of that year
    if wanted.category:
        parts.append("(categories LIKE ? ESCAPE '\\' OR categories LIKE ? ESCAPE '\\')")
        quoted = _like(json.dumps(wanted.category, ensure_ascii=False))
        values += [f"%{quoted}%", f"%{quoted[:-1]}.%"]
    if wanted.source:
        parts.append("sources LIKE ? ESCAPE '\\'")
        values.append(f"%{_like(json.dumps(wanted.source, ensure_ascii=False))}%")
    return " AND ".join(parts), values


def _searched(word: str) -> str:
    """Where a word is looked for: ids of ours may be hashes, so only what looks like one is."""
    if ":" in word:
        return "(title || authors || paper_id)"
    is_id = len(word) >= _ID_CHARS and any(c.isdigit() for c in word)
    return _IDS if is_id else _TITLES


def _like(text: str) -> str:
    """`text` as LIKE finds it and nothing else but its letters in another case."""
    return re.sub(r"([\\%_])", r"\\\1", text)
