"""A catalogue of an older version is brought up to date where it stands, and loses nothing."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from rag.errors import LibraryError
from rag.settings import Configuration
from rag.stored.catalogue import Catalogue
from rag.stored.chosen import ALL_PAPERS
from rag.stored.conversations import Conversations, KeptTurn
from rag.stored.schema import SCHEMA_VERSION
from rag.types import KeyedRecord, Paper, Record, Work
from tests.rag.whole_answer import whole_answer

VERSION_1 = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE papers (
    paper_id TEXT PRIMARY KEY, state TEXT NOT NULL, title TEXT NOT NULL, abstract TEXT NOT NULL,
    summary TEXT NOT NULL, authors TEXT NOT NULL, authors_complete INTEGER NOT NULL,
    published TEXT NOT NULL, arxiv_id TEXT NOT NULL, doi TEXT NOT NULL, sources TEXT NOT NULL,
    docnos TEXT NOT NULL
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
INSERT INTO meta VALUES ('library_id', 'abc'), ('generation', '7');
INSERT INTO papers VALUES ('title:1', 'indexed', 'On moss', 'Moss is green.', '', '["Ada King"]', 1,
    '2021', '', '', '["a.jsonl"]', '["d1"]');
INSERT INTO aliases VALUES ('text:1', 'title:1');
INSERT INTO chunks VALUES ('title:1/abstract/0', 'title:1', 'abstract', 0, 14);
INSERT INTO match_keys VALUES ('record:a.jsonl#d1', 'a.jsonl#d1');
PRAGMA user_version = 1;
"""
RECORD = {
    "source": "a.jsonl",
    "position": 0,
    "docno": "d1",
    "title": "On moss",
    "abstract": "Moss is green.",
    "summary": "",
    "authors": ["Ada King"],
    "authors_complete": True,
    "published": "2021",
    "arxiv_id": "",
    "doi": "",
}


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A catalogue as version 1 wrote it."""
    path = tmp_path / "catalogue.sqlite3"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(VERSION_1)
        database.execute(
            "INSERT INTO records VALUES (?, ?, ?)", ("a.jsonl#d1", "title:1", json.dumps(RECORD))
        )
        database.commit()
    return path


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as database:
        return int(database.execute("PRAGMA user_version").fetchone()[0])


def test_a_catalogue_of_version_1_serves_as_before(old: Path) -> None:
    with closing(Catalogue(old)) as catalogue:
        (paper,) = catalogue.papers()
        assert (paper.title, paper.docnos, paper.aliases) == ("On moss", ("d1",), ("text:1",))
        assert paper.categories == ()
        assert [record.docno for record in catalogue.records("title:1")] == ["d1"]
        assert catalogue.resolve_id("d1") == catalogue.resolve_id("text:1") == "title:1"
        assert [chunk.text for chunk in catalogue.chunks_of(["title:1"])] == ["Moss is green."]
        assert (catalogue.meta("library_id"), catalogue.generation) == ("abc", 7)
    assert version(old) == SCHEMA_VERSION


def test_a_migrated_catalogue_has_the_tables_of_a_new_one(old: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.sqlite3"
    for path in (old, new):
        Catalogue(path).close()

    def tables(path: Path) -> set[tuple[str, str]]:
        with closing(sqlite3.connect(path)) as database:
            return {
                (str(name), str(column))
                for (name,) in database.execute("SELECT name FROM sqlite_master")
                for column in ["", *(r[1] for r in database.execute(f"PRAGMA table_info({name})"))]
            }

    assert tables(old) == tables(new)


def test_answers_of_version_4_were_asked_of_all_papers(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite3"
    asked = KeptTurn(1, replace(whole_answer(), id="a1"), Configuration.of("local"))
    with closing(Catalogue(path)) as catalogue:
        Conversations(catalogue.database).keep("c", asked)
        catalogue.database.execute("ALTER TABLE answers DROP COLUMN chosen")
        catalogue.database.execute("ALTER TABLE papers DROP COLUMN venue")
        catalogue.database.execute("PRAGMA user_version = 4")
    with closing(Catalogue(path)) as catalogue:
        kept = Conversations(catalogue.database)
        assert kept.turns("c") == (asked,)
        assert kept.chosen("a1") == ALL_PAPERS
    assert version(path) == SCHEMA_VERSION


def test_papers_of_version_5_have_no_venue_and_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite3"
    said = Record(
        "a.ris", 0, "d1", "On moss", "Moss is green.", categories=("bo.PL",), doi="10.1/a"
    )
    paper = Paper(
        "doi:10.1/a", "On moss", "Moss is green.", authors=("Ada King",), published="2021",
        doi="10.1/a", sources=("a.ris",), docnos=("d1",), categories=("bo.PL",),
    )  # fmt: skip
    work = Work(paper, (KeyedRecord(said, 7, 8, (9,)),))
    with closing(Catalogue(path)) as catalogue:
        catalogue.put([work], {paper.paper_id: ()})
        catalogue.database.execute("UPDATE records SET record = json_remove(record, '$.venue')")
        catalogue.database.execute("ALTER TABLE papers DROP COLUMN venue")
        catalogue.database.execute("PRAGMA user_version = 5")
    with closing(Catalogue(path)) as catalogue:
        assert catalogue.papers() == [paper]
        assert catalogue.records("doi:10.1/a") == (said,)
        told = replace(paper, venue="Kew Journal")
        record = KeyedRecord(replace(said, venue="Kew Journal"), 10, 8, (9,))
        catalogue.put([Work(told, (*work.records, record))], {paper.paper_id: ()})
        assert catalogue.papers() == [told]
        assert [one.venue for one in catalogue.records("doi:10.1/a")] == ["", "Kew Journal"]
    assert version(path) == SCHEMA_VERSION


def test_a_migration_that_fails_leaves_the_old_version(old: Path) -> None:
    with closing(sqlite3.connect(old)) as database:
        database.execute("CREATE TABLE claims (other)")  # stands in the migration's way
        database.commit()
    with pytest.raises(LibraryError, match=r"catalogue\.sqlite3"):
        Catalogue(old)
    assert version(old) == 1


def test_a_catalogue_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite3"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA user_version = 99")
    with pytest.raises(LibraryError, match="schema version 99"):
        Catalogue(path)
