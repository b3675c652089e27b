"""Sources read again: what changed, what vanished, and what a name stands for."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from ingest.run import ingest
from rag.config import Config
from rag.library import Library
from rag.types import Record
from tests.fakes import HashEmbedder

MOSS = (
    "Mosses grow slowly on the north side of old walls, where water stays. We measured four"
    " hundred walls over ten years and found that shade matters more than stone does."
)
FERN = (
    "Ferns unroll their leaves in spring, one after another. This report follows three hundred"
    " of them through a cold season and asks which ones are late, and why that may be so."
)
ROWS = [
    {"id": "1", "title": "On the growth of moss", "abstract": MOSS},
    {"id": "2", "title": "On the leaves of ferns", "abstract": FERN},
    {"id": "3", "title": "On nothing much at all"},
]


@pytest.fixture
def library(config: Config) -> Iterator[Library]:
    with Library.open(config, HashEmbedder()) as opened:
        yield opened


def write(path: Path, rows: list[Mapping[str, object]] | list[dict[str, str]]) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def titles(library: Library) -> list[str]:
    return sorted(paper.title for paper in library.papers())


def all_records(library: Library) -> list[str]:
    return sorted(r.key for p in library.papers() for r in library.records(p.paper_id))


def test_sync_removes_what_the_source_no_longer_holds(library: Library, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", ROWS)
    other = write(tmp_path / "b.jsonl", [ROWS[1], {"title": "Only in the other file"}])
    ingest(library, [path, other])
    write(tmp_path / "a.jsonl", ROWS[:1])
    assert ingest(library, [path]).vanished == 0
    assert len(titles(library)) == 4
    report = ingest(library, [path], sync=True)
    assert report.vanished == 2
    assert titles(library) == [
        "On the growth of moss",
        "On the leaves of ferns",
        "Only in the other file",
    ]
    assert library.paper("2").sources == ("b.jsonl",)
    chunks = sorted(
        c.chunk_id for c in library.catalogue.chunks_of(p.paper_id for p in library.papers())
    )
    assert library._words.ids() == library._vectors.ids() == chunks


def test_sync_takes_nothing_from_a_source_that_could_not_be_read_to_its_end(
    library: Library, tmp_path: Path
) -> None:
    rows = [{"id": str(i), "title": f"Paper number {i} on {i * i} mosses"} for i in range(30_000)]
    path = tmp_path / "a.jsonl.gz"
    packed = gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode())
    path.write_bytes(packed)
    ingest(library, [str(path)], fill=False)
    path.write_bytes(packed[: len(packed) // 2])
    report = ingest(library, [str(path)], sync=True, fill=False)
    assert report.broken
    assert report.vanished == 0
    assert library.count() == 30_000


LINE = json.dumps(ROWS[1]) + "\n"
RIS = "TY  - JOUR\nTI  - {}\nER  - \n"
BIB = "@misc{{x,\n title = {{{}}}\n}}\n"
TITLES = [row["title"] for row in ROWS]


@pytest.mark.parametrize(
    ("name", "whole", "record", "spoilt"),
    [
        ("a.jsonl", "".join(json.dumps(row) + "\n" for row in ROWS), LINE, LINE[:-3] + "\n"),
        ("a.json", json.dumps(ROWS), json.dumps(ROWS[1]) + ", ", '{"id": "2"}, '),
        ("a.csv", "title\n" + "\n".join(TITLES), f"{TITLES[1]}\n", f"{'m' * 6000}\n"),
        ("a.ris", "".join(map(RIS.format, TITLES)), RIS.format(TITLES[1]), RIS.format("")),
        ("a.bib", "".join(map(BIB.format, TITLES)), BIB.format(TITLES[1]), "@misc{x, title = {\n"),
    ],
)
def test_sync_takes_nothing_from_a_source_of_which_a_record_became_unreadable(
    library: Library, tmp_path: Path, name: str, whole: str, record: str, spoilt: str
) -> None:
    path = tmp_path / name
    path.write_text(whole, encoding="utf-8")
    ingest(library, [str(path)], fill=False)
    path.write_text(whole.replace(record, spoilt), encoding="utf-8")
    report = ingest(library, [str(path)], sync=True, fill=False)
    (source,) = report.sources
    assert (report.vanished, source.rejects, source.unseen, library.count()) == (0, 1, 1, 3)
    path.write_text(whole.replace(record, ""), encoding="utf-8")
    report = ingest(library, [str(path)], sync=True, fill=False)
    assert (report.vanished, report.sources[0].unseen, library.count()) == (1, 0, 2)


def test_sync_removes_from_a_page_whose_remarks_are_rejected(
    library: Library, tmp_path: Path
) -> None:
    page = tmp_path / "page.txt"
    page.write_text(f"Kept apart\n\nAbstract: {FERN}\n\nAbstract: {MOSS}\n", encoding="utf-8")
    assert ingest(library, [str(page)], fill=False).rejected
    page.write_text(f"Kept apart\n\nAbstract: {FERN}\n\nAbstract: {FERN}\n", encoding="utf-8")
    report = ingest(library, [str(page)], sync=True, fill=False)
    assert (bool(report.rejected), report.vanished, library.count()) == (True, 1, 1)


def test_sync_of_a_folder_removes_what_its_deleted_files_held(
    library: Library, tmp_path: Path
) -> None:
    beside = write(tmp_path / "folder-2" / "d.jsonl", [{"title": "In a folder beside it"}])
    for name, row in zip("abc", ROWS, strict=True):
        write(tmp_path / "folder" / "in" / f"{name}.jsonl", [row])
    folder = tmp_path / "folder"
    ingest(library, [str(folder), beside])
    (folder / "in" / "b.jsonl").unlink()
    (tmp_path / "folder-2" / "d.jsonl").unlink()
    assert ingest(library, [str(folder)]).vanished == 0
    assert ingest(library, [str(folder)], sync=True).vanished == 1
    assert titles(library) == [
        "In a folder beside it",
        "On nothing much at all",
        "On the growth of moss",
    ]


def test_sync_of_a_folder_takes_nothing_of_files_that_are_there_but_hold_no_paper_now(
    library: Library, tmp_path: Path
) -> None:
    for name, row in zip("abc", ROWS, strict=True):
        write(tmp_path / f"{name}.jsonl", [row])
    ingest(library, [str(tmp_path)], fill=False)
    (tmp_path / "b.jsonl").write_bytes(b"")
    assert ingest(library, [str(tmp_path)], sync=True, fill=False).vanished == 0
    assert library.count() == 3


def test_sync_of_an_id_takes_nothing_else_from_arxiv(library: Library) -> None:
    def fetch(names: object) -> Iterator[Record]:
        for name in list(names):  # type: ignore[call-overload]  # a sequence of names
            yield Record("arXiv", 0, name, f"Paper {name}", arxiv_id=name)

    ingest(library, ["2101.00001", "2101.00002"], fetch=fetch, fill=False)
    report = ingest(library, ["2101.00002"], fetch=fetch, sync=True, fill=False)
    assert (report.vanished, library.count()) == (0, 2)


def test_a_path_that_exists_is_read_even_if_it_looks_like_an_id(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "2101.00001", ROWS)

    def fetch(names: object) -> Iterator[Record]:
        raise AssertionError(f"asked for {names}")

    assert ingest(library, ["2101.00001"], fetch=fetch, fill=False).records == 3


@pytest.mark.parametrize("with_ids", [True, False])
def test_a_record_that_says_something_else_now_changes_its_paper(
    with_ids: bool, library: Library, tmp_path: Path
) -> None:
    rows = [row if with_ids else {k: v for k, v in row.items() if k != "id"} for row in ROWS]
    path = write(tmp_path / "a.jsonl", rows)
    ingest(library, [path])
    shorter = MOSS[: MOSS.index(" We measured")]
    changed = [rows[2], rows[1], {**rows[0], "abstract": shorter}]  # in another order, too
    write(tmp_path / "a.jsonl", changed)
    report = ingest(library, [path])
    assert (report.new, report.changed, report.unchanged) == (0, 1, 2)
    (paper,) = (p for p in library.papers() if "moss" in p.title)
    assert paper.abstract == shorter
    assert len(library.records(paper.paper_id)) == 1


def test_a_corrected_title_changes_its_paper_though_it_has_no_abstract(
    library: Library, tmp_path: Path
) -> None:
    row = {"id": "lee", "title": "Efficient graff coloring with annealers", "authors": "Ann Lee"}
    ingest(library, [write(tmp_path / "a.jsonl", [row, ROWS[2]])])
    right = row | {"title": "Efficient graph coloring with annealers"}
    ingest(library, [write(tmp_path / "a.jsonl", [right, ROWS[2]])])
    assert titles(library) == [right["title"], "On nothing much at all"]
    assert library.paper("lee").title == right["title"]


def test_a_docno_that_stands_for_another_work_now_replaces_nothing(
    library: Library, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.jsonl", [ROWS[0]])
    ingest(library, [path])
    write(tmp_path / "a.jsonl", [{**ROWS[1], "id": ROWS[0]["id"]}])
    ingest(library, [path])
    assert titles(library) == ["On the growth of moss", "On the leaves of ferns"]


def test_records_of_one_docno_in_one_file_are_all_kept(library: Library, tmp_path: Path) -> None:
    rows = [{**row, "id": "same"} for row in ROWS]
    path = write(tmp_path / "a.jsonl", rows)
    for _ in range(2):
        ingest(library, [path])
        assert library.count() == 3
        random.Random(1).shuffle(rows)
        write(tmp_path / "a.jsonl", rows)


def test_a_shuffled_file_changes_nothing(library: Library, tmp_path: Path) -> None:
    rows = [{"title": f"On case {i} of {i * i} mosses"} for i in range(50)]
    path = write(tmp_path / "a.jsonl", rows)
    ingest(library, [path])
    before, generation = all_records(library), library.catalogue.generation
    random.Random(3).shuffle(rows)
    write(tmp_path / "a.jsonl", rows)
    assert ingest(library, [path], sync=True).unchanged == 50
    assert (all_records(library), library.catalogue.generation) == (before, generation)


def test_a_file_keeps_its_name_among_others_of_that_name(library: Library, tmp_path: Path) -> None:
    first, second = (
        write(tmp_path / folder / "a.jsonl", [row])
        for folder, row in (("x", ROWS[0]), ("y", ROWS[1]))
    )
    for paths in ([first, second], [second], [second, first]):
        ingest(library, paths, sync=True)
        assert all_records(library) == ["a.jsonl (2)#2", "a.jsonl#1"]


def test_records_keyed_by_an_older_version_are_merged_with_what_comes(
    library: Library, tmp_path: Path
) -> None:
    """As after the migration from schema version 1: no keys, and identities of another kind."""
    path = write(tmp_path / "a.jsonl", ROWS)
    ingest(library, [path])
    before = all_records(library)
    database = library.catalogue.database
    database.execute("UPDATE records SET record_id = rowid % 1000, alone = 0, keys = x''")
    database.execute("DELETE FROM match_keys")
    database.execute("DELETE FROM meta WHERE key = 'match_version'")
    assert ingest(library, [path]).unchanged == 3
    assert all_records(library) == before
    copy = write(tmp_path / "copy.jsonl", [{**ROWS[0], "abstract": MOSS + " More."}])
    assert ingest(library, [copy]).changed == 1
    assert library.count() == 3


def test_a_search_longer_than_any_path_is_asked_for(library: Library) -> None:
    def fetch(names: object) -> Iterator[Record]:
        yield Record("arXiv", 0, "2101.00001", "On moss", arxiv_id="2101.00001")

    search = "arxiv:" + " OR ".join(f"ti:moss{i}" for i in range(100))
    assert ingest(library, [search], fetch=fetch, fill=False).new == 1
