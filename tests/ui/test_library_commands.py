"""Taking papers in, apart and together again on the command line, as a person types it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from rag.config import Config
from rag.library import Library
from rag.stored.removed import Removed
from tests.fakes import HashEmbedder
from ui.app.library_list import deleted
from ui.cli import build

TITLE = "On the growth of moss"
MOSS = (
    "Mosses grow slowly on the north side of old walls, where water stays. We measured four"
    " hundred walls over ten years and found that shade matters more than stone does."
)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(build(), arguments)


def printed(*arguments: str) -> Any:
    """What a command prints as JSON."""
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def moss(config: Config, tmp_path: Path) -> str:
    """A file of two records that are merged, and of one other."""
    rows = [
        {"id": "a", "title": TITLE, "abstract": MOSS},
        {"id": "b", "title": TITLE, "abstract": MOSS + " We thank the walls."},
        {"id": "c", "title": "On quite other things"},
    ]
    path = tmp_path / "moss.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return str(path)


def test_no_wait_ends_with_words_and_says_how_to_go_on(moss: str) -> None:
    result = run("ingest", "--offline", "--no-wait", moss)
    assert result.exit_code == 0
    assert "2 papers are found by words only; `askpapers index` goes on" in result.stderr
    assert printed("index")["papers"] == 2
    assert printed("ingest", "--offline", "--no-wait", moss)["waiting"] == 0


def test_one_is_told_as_one(tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    path.write_text('{"title": "On the growth of moss"}\n{"no": "paper"}\n', encoding="utf-8")
    result = run("ingest", "--offline", "--no-wait", str(path))
    assert "1 piece is no paper:" in result.stdout
    assert "1 paper is found by words only" in result.stderr


def test_a_paper_that_was_removed_does_not_wait_for_vectors(moss: str) -> None:
    printed("ingest", "--offline", moss)
    lines = Path(moss).read_text(encoding="utf-8").splitlines()
    Path(moss).write_text("\n".join(lines[:2]), encoding="utf-8")
    told = printed("ingest", "--offline", "--no-wait", "--sync", moss)
    assert (told["papers"], told["vanished"], told["waiting"]) == (1, 1, 0)


def test_a_sync_says_that_it_kept_what_may_only_be_unreadable_now(moss: str) -> None:
    run("ingest", "--offline", "--no-wait", moss)
    text = Path(moss).read_text(encoding="utf-8")
    Path(moss).write_text(text.replace('"id": "c",', '"id": "c"'), encoding="utf-8")
    result = run("ingest", "--offline", "--no-wait", "--sync", moss)
    assert result.exit_code == 0
    assert "nothing of moss.jsonl was removed: 1 record of it may be what" in result.stderr
    assert printed("show", "c")["title"] == "On quite other things"


@pytest.mark.parametrize("name", ["2101.00001", "doi:10.1000/moss", "https://example.org/a"])
def test_offline_nothing_is_fetched_from_elsewhere(config: Config, moss: str, name: str) -> None:
    result = run("ingest", "--offline", "--no-wait", moss, name)
    assert result.exit_code == 1
    assert f"{name}: is not a file here, and --offline fetches nothing" in result.stderr
    assert printed("papers") == []


def test_show_says_why_the_records_are_one_work(moss: str) -> None:
    run("ingest", "--offline", "--no-wait", moss)
    first, second = printed("show", "a")["records"]
    assert (first["key"], first["same_as"]) == ("moss.jsonl#a", None)
    assert (second["key"], second["same_as"]) == ("moss.jsonl#b", "moss.jsonl#a")
    assert second["because"] in run("show", "a").stdout


def test_show_and_papers_tell_where_it_appeared(config: Config, tmp_path: Path) -> None:
    path = tmp_path / "moss.bib"
    path.write_text("@article{m, title={On quite other moss}, journal={Kew Journal}}\n")
    run("ingest", "--offline", "--no-wait", str(path))
    assert printed("show", "m")["venue"] == printed("papers")[0]["venue"] == "Kew Journal"
    assert printed("show", "m")["records"][0]["venue"] == "Kew Journal"
    assert " · Kew Journal" in run("show", "m").stdout
    assert "moss.bib#m: title, venue" in run("show", "m").stdout


def test_a_split_holds_over_the_next_ingest_and_is_taken_back_by_join(moss: str) -> None:
    run("ingest", "--offline", "--no-wait", moss)
    apart = printed("split", "a", "moss.jsonl#b")
    assert sorted(paper["title"] for paper in apart) == [TITLE, TITLE]
    assert printed("ingest", "--offline", moss)["unchanged"] == 3
    (again,) = printed("join", *(paper["paper_id"] for paper in apart))
    assert printed("show", again["paper_id"])["docnos"] == ["a", "b"]
    assert len(printed("papers")) == 2


def test_a_split_that_makes_no_sense_says_why(moss: str) -> None:
    run("ingest", "--offline", "--no-wait", moss)
    result = run("split", "a", "moss.jsonl#c")
    assert result.exit_code == 1
    assert "it has moss.jsonl#a, moss.jsonl#b" in result.stderr


def test_sync_removes_what_the_file_no_longer_holds(moss: str) -> None:
    run("ingest", "--offline", "--no-wait", moss)
    kept = Path(moss).read_text(encoding="utf-8").splitlines()[:2]
    Path(moss).write_text("\n".join(kept), encoding="utf-8")
    result = run("ingest", "--offline", "--no-wait", "--sync", moss)
    assert "1 record removed that the sources no longer hold" in result.stdout
    assert len(printed("papers")) == 1


def test_a_deletion_says_how_it_is_undone_and_the_app_offers_it_too(
    config: Config, moss: str
) -> None:
    run("ingest", "--offline", "--no-wait", moss)
    before = printed("papers")
    assert "nothing was deleted in the last day" in run("restore").stderr
    result = run("delete", "a")
    (gone,) = printed("restore")
    assert f"askpapers restore {gone['paper_id']}` undoes it" in result.stderr
    assert f"{gone['paper_id']}: {TITLE}" in run("restore").stdout
    with Library.open(config, HashEmbedder(), check=False) as library:
        assert TITLE in deleted(Removed(library.catalogue.database).listed())
    (back,) = printed("restore", gone["paper_id"])
    assert back["title"] == TITLE
    assert printed("papers") == before
    assert printed("restore") == []
    result = run("restore", gone["paper_id"])
    assert result.exit_code == 1
    assert "cannot be undone any more" in result.stderr


def test_a_deleted_paper_is_had_back_by_its_arxiv_id_or_doi(config: Config, tmp_path: Path) -> None:
    rows = [
        {"title": TITLE, "abstract": MOSS, "arxiv_id": "2101.00001"},
        {"title": "On other things", "abstract": "They differ.", "doi": "10.1000/Other"},
    ]
    path = tmp_path / "two.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    run("ingest", "--offline", "--no-wait", str(path))
    for name, title in (("2101.00001", TITLE), ("10.1000/Other", "On other things")):
        assert printed("delete", "--yes", name)["title"] == title
        assert [paper["title"] for paper in printed("restore", name)] == [title]


def test_a_file_that_breaks_off_is_an_error_after_its_good_part_was_taken_in(
    config: Config, tmp_path: Path
) -> None:
    rows = (json.dumps({"title": f"Paper {i} on {i * i} mosses"}) for i in range(30_000))
    packed = gzip.compress("\n".join(rows).encode())
    (tmp_path / "half.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    result = run("ingest", "--offline", "--no-wait", str(tmp_path / "half.jsonl.gz"))
    assert result.exit_code == 1
    assert "half.jsonl.gz: is damaged gzip" in result.stderr
    assert "in the library" in result.stdout
