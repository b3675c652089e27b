"""The catalogue's tables, and how a row becomes a value and back."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable
from typing import Any, Literal

from rag.types import KeyedRecord, Paper, Record

State = Literal["pending", "words", "facets", "indexed", "deleting"]

SCHEMA_VERSION = 6
_RECORDS = """
CREATE TABLE records (
    record_id INTEGER PRIMARY KEY, paper_id TEXT NOT NULL, source TEXT NOT NULL,
    docno TEXT NOT NULL, alone INTEGER NOT NULL, keys BLOB NOT NULL, record TEXT NOT NULL
);
CREATE INDEX records_paper ON records (paper_id);
CREATE INDEX records_source ON records (source);
CREATE INDEX records_docno ON records (docno) WHERE docno != '';
CREATE INDEX records_alone ON records (alone);
CREATE TABLE match_keys (
    match_key INTEGER NOT NULL, alone INTEGER NOT NULL, PRIMARY KEY (match_key, alone)
) WITHOUT ROWID;
CREATE TABLE sources (name TEXT PRIMARY KEY, place TEXT NOT NULL UNIQUE) WITHOUT ROWID;
CREATE TABLE apart (
    one INTEGER NOT NULL, other INTEGER NOT NULL, PRIMARY KEY (one, other)
) WITHOUT ROWID;
"""
_CLAIMS = """
CREATE TABLE claims (
    paper_id TEXT PRIMARY KEY, worker TEXT NOT NULL, until REAL NOT NULL
) WITHOUT ROWID;
"""
_KEPT = """
CREATE TABLE conversations (
    conversation_id TEXT PRIMARY KEY, title TEXT NOT NULL, folded TEXT NOT NULL,
    begun REAL NOT NULL, changed REAL NOT NULL, deleted REAL
) WITHOUT ROWID;
CREATE INDEX conversations_changed ON conversations (changed);
CREATE INDEX conversations_deleted ON conversations (deleted) WHERE deleted IS NOT NULL;
CREATE TABLE turns (
    conversation_id TEXT NOT NULL, number INTEGER NOT NULL, answer_id TEXT NOT NULL,
    asked_at REAL NOT NULL, literally TEXT NOT NULL, words TEXT NOT NULL,
    PRIMARY KEY (conversation_id, number)
) WITHOUT ROWID;
CREATE TABLE answers (
    answer_id TEXT PRIMARY KEY, conversation_id TEXT NOT NULL, configuration TEXT NOT NULL,
    answer BLOB NOT NULL
);
CREATE INDEX answers_conversation ON answers (conversation_id);
CREATE TABLE votes (
    vote_id TEXT PRIMARY KEY, answer_id TEXT NOT NULL, sentence INTEGER, verdict TEXT NOT NULL,
    reason TEXT NOT NULL, at REAL NOT NULL, configuration TEXT NOT NULL, answer BLOB NOT NULL
);
CREATE INDEX votes_answer ON votes (answer_id);
CREATE TABLE comparisons (
    comparison_id TEXT PRIMARY KEY, winner TEXT NOT NULL, reason TEXT NOT NULL, at REAL NOT NULL,
    first_configuration TEXT NOT NULL, second_configuration TEXT NOT NULL,
    first BLOB NOT NULL, second BLOB NOT NULL
);
"""
_LISTED = """
CREATE INDEX papers_listed ON papers (
    published, title, paper_id, authors, categories, sources, arxiv_id, doi, docnos
) WHERE state != 'deleting';
CREATE TABLE removed (
    paper_id TEXT PRIMARY KEY, title TEXT NOT NULL, at REAL NOT NULL, records TEXT NOT NULL
) WITHOUT ROWID;
"""
"""What a list of papers shows and looks through, so that it reads a tenth of the file; and the
records of papers that were deleted, for a while."""

_CHOSEN = """
ALTER TABLE answers ADD COLUMN chosen TEXT NOT NULL DEFAULT '{}'
"""
"""The papers that a person chose for the question (`rag.stored.chosen`)."""

_VENUES = """
ALTER TABLE papers ADD COLUMN venue TEXT NOT NULL DEFAULT ''
"""
"""Where papers appeared; of what was stored before, the next ingest of its source tells."""

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
CREATE INDEX papers_doi ON papers (doi) WHERE doi != '';
CREATE TABLE aliases (alias TEXT PRIMARY KEY, paper_id TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX aliases_paper ON aliases (paper_id);
CREATE TABLE chunks (
    chunk_id TEXT PRIMARY KEY, paper_id TEXT NOT NULL, field TEXT NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL
);
CREATE INDEX chunks_paper ON chunks (paper_id);
"""
    + _RECORDS
    + _CLAIMS
    + _KEPT
    + _LISTED
    + _CHOSEN
    + ";"
    + _VENUES
    + """;
INSERT INTO meta VALUES ('library_id', lower(hex(randomblob(16))));
INSERT INTO meta VALUES ('generation', '0')
"""
)
_OLD_RECORDS = """
INSERT INTO records SELECT rowid, paper_id, json_extract(record, '$.source'),
    json_extract(record, '$.docno'), rowid, x'', record FROM old_records;
DROP TABLE old_records;
"""
_FROM_1 = (
    # The match keys of version 1 are of another kind: the next ingest makes them anew.
    """
ALTER TABLE papers ADD COLUMN categories TEXT NOT NULL DEFAULT '[]';
CREATE INDEX papers_doi ON papers (doi) WHERE doi != '';
CREATE INDEX aliases_paper ON aliases (paper_id);
DROP TABLE match_keys;
ALTER TABLE records RENAME TO old_records;
DROP INDEX records_paper;
DROP INDEX records_docno;
"""
    + _RECORDS
    + _OLD_RECORDS
    + _CLAIMS
)
MIGRATIONS = (_FROM_1, _KEPT, _LISTED, _CHOSEN, _VENUES)
"""What turns the tables of version 1, 2, ... into those of the next, in one transaction."""

PAPER_COLUMNS = (
    "paper_id, title, abstract, summary, authors, authors_complete, published,"
    " arxiv_id, doi, sources, docnos, categories, venue"
)
RECORD_COLUMNS = "record_id, alone, keys, record"


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
        paper.venue,
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
        venue=row[12],
        aliases=tuple(aliases),
    )


def said_json(record: Record) -> str:
    """A record as it is stored; `record_from_json` reads it."""
    said = {name: getattr(record, name) for name in Record.__slots__}
    return json.dumps(said, ensure_ascii=False)


def record_row(paper_id: str, keyed: KeyedRecord) -> tuple[Any, ...]:
    """Values of a `records` row, in the order of the table's columns."""
    record = keyed.record
    return (
        keyed.record_id,
        paper_id,
        record.source,
        record.docno,
        keyed.alone,
        array("q", keyed.keys).tobytes(),
        said_json(record),
    )


def record_from_json(text: str) -> Record:
    """A stored record."""
    fields = json.loads(text)
    lists = {name: tuple(fields.get(name, ())) for name in ("authors", "categories")}
    return Record(**{**fields, **lists})


def keyed_from_row(row: tuple[Any, ...]) -> KeyedRecord:
    """The record of a row selected as RECORD_COLUMNS."""
    record_id, alone, keys, text = row
    return KeyedRecord(record_from_json(text), record_id, alone, tuple(keys_from_blob(keys)))


def keys_from_blob(blob: bytes) -> array[int]:
    """Stored match keys; they never leave the machine that wrote them, so its byte order serves."""
    return array("q", blob)
