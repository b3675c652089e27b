"""Loads the queries and judgements of a retrieval benchmark: BEIR's layout, and TREC's."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from rag.errors import SourceError

Qrels = Mapping[str, Mapping[str, int]]
"""Query id -> docno -> how relevant (0: judged and not)."""

Run = Mapping[str, Mapping[str, float]]
"""Query id -> docno -> score, the higher the better."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Queries with at least one relevant paper (id -> text, in the file's order), and qrels."""

    queries: Mapping[str, str]
    qrels: Qrels

    @property
    def docnos(self) -> frozenset[str]:
        """Every docno that is relevant to one of the queries."""
        return frozenset(d for q in self.queries for d, grade in self.qrels[q].items() if grade > 0)


def load_judged(queries: Path, qrels: Path) -> Judged:
    """The queries of `queries` that `qrels` judges; those without a relevant paper are left out,
    since no ranking can be right for them. Raises SourceError, also if none is left.
    """
    texts, judgements = read_queries(queries), read_qrels(qrels)
    kept = {
        name: text
        for name, text in texts.items()
        if any(grade > 0 for grade in judgements.get(name, {}).values())
    }
    if not kept:
        raise SourceError(str(qrels), f"finds nothing relevant to any query of {queries}")
    return Judged(kept, {name: judgements[name] for name in kept})


def read_queries(path: Path) -> dict[str, str]:
    """Id -> text of JSON lines with `_id` or `id`, and `text` or `query`. Raises SourceError."""
    found: dict[str, str] = {}
    for where, line in lines_of(path):
        try:
            value = json.loads(line)
        except ValueError as error:
            raise SourceError(where, f"is not JSON ({error})") from error
        fields = value if isinstance(value, dict) else {}
        name = fields.get("_id", fields.get("id"))
        text = fields.get("text", fields.get("query"))
        if not isinstance(name, str | int) or not isinstance(text, str) or not text.strip():
            raise SourceError(where, 'needs "id" (or "_id") and "text"')
        if str(name) in found:
            raise SourceError(where, f"id {name!r} was given before")
        found[str(name)] = text
    if not found:
        raise SourceError(str(path), "holds no queries")
    return found


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Judgements: `query docno grade` (BEIR; a header is skipped) or `query 0 docno grade`
    (TREC), apart by tabs or blanks. Raises SourceError.
    """
    found: dict[str, dict[str, int]] = {}
    for number, (where, line) in enumerate(lines_of(path)):
        cells = line.split("\t") if "\t" in line else line.split()
        if len(cells) == 4:
            del cells[1]
        if len(cells) != 3:
            raise SourceError(where, "needs a query's id, a docno and a grade")
        query, docno, grade = (cell.strip() for cell in cells)
        try:
            found.setdefault(query, {})[docno] = round(float(grade))
        except (ValueError, OverflowError) as error:
            if number == 0:
                found.clear()  # a header
                continue
            raise SourceError(where, f"{grade!r} is no grade") from error
    if not found:
        raise SourceError(str(path), "holds no judgements")
    return found


def read_run(path: Path) -> dict[str, dict[str, float]]:
    """A TREC run: lines `query Q0 docno rank score tag`. Raises SourceError."""
    found: dict[str, dict[str, float]] = {}
    for where, line in lines_of(path):
        cells = line.split()
        if len(cells) != 6:
            raise SourceError(where, "is no line of a run: query Q0 docno rank score tag")
        try:
            found.setdefault(cells[0], {})[cells[2]] = float(cells[4])
        except ValueError as error:
            raise SourceError(where, f"{cells[4]!r} is no score") from error
    if not found:
        raise SourceError(str(path), "holds no run")
    return found


def write_run(path: Path, run: Run, tag: str) -> None:
    """Write `run`, each query's papers best first. Raises SourceError."""
    try:
        with path.open("w", encoding="utf-8") as file:
            for query, scores in run.items():
                ranked = sorted(scores.items(), key=lambda item: -item[1])
                for rank, (docno, score) in enumerate(ranked, start=1):
                    file.write(f"{query} Q0 {docno} {rank} {score:.7f} {tag}\n")
    except OSError as error:
        raise SourceError(str(path), f"cannot be written: {error.strerror or error}") from error


def lines_of(path: Path) -> Iterator[tuple[str, str]]:
    """Lines that are not blank, each with where it stands; `.gz` is unpacked.

    Raises SourceError.
    """
    number = 0
    try:
        with _open(path) as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield f"{path}, line {number}", line.rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise SourceError(f"{path}, line {number + 1}", "is not UTF-8 text") from error
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceError(str(path), f"cannot be read: {reason}") from error


def _open(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return io.TextIOWrapper(gzip.open(path), encoding="utf-8-sig")
    return path.open(encoding="utf-8-sig")
