"""The catalogue's tables, and how a row becomes a value and back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, Literal

from rag.types import Paper, Record

State = Literal["pending", "words", "indexed", "deleting"]

SCHEMA_VERSION = 2
_CLAIMS = """
CREATE TABLE claims (
    paper_id TEXT PRIMARY KEY, worker TEXT NOT NULL, until REAL NOT NULL
) WITHOUT ROWID;
"""
SCHEMA = (
    """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE papers (
    paper_id TEXT PRIMARY KEY, state TEXT NOT NULL, title TEXT NOT NULL, abstract TEXT NOT NULL,
    summary TEXT NOT NULL, authors TEXT NOT NULL, authors_complete INTEGER NOT NULL,
    published TEXT NOT NULL, arxiv_id TEXT NOT NULL, doi TEXT NOT NULL, sources TEXT NOT NULL,
    docnos TEXT NOT NULL, categories TEXT NOT NULL DEFAULT '[]'
);
CREATE INDEX papers_unfinished ON papers (state) WHERE state != 'indexed';
CREATE INDEX papers_arxiv ON papers (arxiv_id) WHERE arxiv_id != '';
CREATE TABLE records (key TEXT PRIMARY KEY, paper_id TEXT NOT NULL, record TEXT NOT NULL);
CREATE INDEX records_paper ON records (paper_id);
CREATE INDEX records_docno ON records (json_extract(record, '$.docno'));
CREATE TABLE match_keys (
    match_key TEXT NOT NULL, record_key TEXT NOT NULL, PRIMARY KEY (match_key, record_key)
) WITHOUT ROWID;
CREATE INDEX match_keys_record ON match_keys (record_key);
CREATE TABLE aliases (alias TEXT PRIMARY KEY, paper_id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE chunks (
    chunk_id TEXT PRIMARY KEY, paper_id TEXT NOT NULL, field TEXT NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL
);
CREATE INDEX chunks_paper ON chunks (paper_id);
"""
    + _CLAIMS
    + """
INSERT INTO meta VALUES ('library_id', lower(hex(randomblob(16))));
INSERT INTO meta VALUES ('generation', '0')
"""
)
MIGRATIONS = ("ALTER TABLE papers ADD COLUMN categories TEXT NOT NULL DEFAULT '[]';" + _CLAIMS,)
"""What turns the tables of version 1, 2, ... into those of the next, in one transaction."""

PAPER_COLUMNS = (
    "paper_id, title, abstract, summary, authors, authors_complete, published,"
    " arxiv_id, doi, sources, docnos, categories"
)


def paper_row(paper: Paper, state: State) -> tuple[Any, ...]:
    """Values of a `papers` row, in the order of the table's columns."""
    return (
        paper.paper_id,
        state,
        paper.title,
        paper.abstract,
        paper.summary,
        json.dumps(paper.authors, ensure_ascii=False),
        int(paper.authors_complete),
        paper.published,
        paper.arxiv_id,
        paper.doi,
        json.dumps(paper.sources, ensure_ascii=False),
        json.dumps(paper.docnos, ensure_ascii=False),
        json.dumps(paper.categories, ensure_ascii=False),
    )


def paper_from_row(row: tuple[Any, ...], aliases: Iterable[str]) -> Paper:
    """The paper of a row selected as PAPER_COLUMNS."""
    return Paper(
        paper_id=row[0],
        title=row[1],
        abstract=row[2],
        summary=row[3],
        authors=tuple(json.loads(row[4])),
        authors_complete=bool(row[5]),
        published=row[6],
        arxiv_id=row[7],
        doi=row[8],
        sources=tuple(json.loads(row[9])),
        docnos=tuple(json.loads(row[10])),
        categories=tuple(json.loads(row[11])),
        aliases=tuple(aliases),
    )


def record_json(record: Record) -> str:
    """A record as stored."""
    return json.dumps(asdict(record), ensure_ascii=False)


def record_from_json(text: str) -> Record:
    """A stored record."""
    fields = json.loads(text)
    lists = {name: tuple(fields.get(name, ())) for name in ("authors", "categories")}
    return Record(**{**fields, **lists})
