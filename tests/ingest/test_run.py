"""The ingest as a whole, into a real library with a fake embedder."""

from __future__ import annotations

import gzip
import io
import json
import logging
import random
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from ingest import run
from ingest.arxiv import ArxivClient
from ingest.rejects import rejects_in
from ingest.run import IngestReport, ingest
from ingest.sources import sample_sources
from rag.config import Config
from rag.errors import SourceError
from rag.library import Library
from rag.types import Paper, Record
from tests.fakes import HashEmbedder

MOSS = (
    "Mosses grow slowly on the north side of old walls, where water stays. We measured four"
    " hundred walls over ten years and found that shade matters more than stone does."
)
FERN = (
    "Ferns unroll their leaves in spring, one after another. This report follows three hundred"
    " of them through a cold season and asks which ones are late, and why that may be so."
)


@pytest.fixture
def library(config: Config) -> Iterator[Library]:
    with Library.open(config, HashEmbedder()) as opened:
        yield opened


def write(path: Path, *rows: Mapping[str, object]) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def counts(report: IngestReport) -> tuple[int, int, int, int]:
    return report.new, report.changed, report.unchanged, report.merged


def sorted_papers(library: Library) -> list[Paper]:
    return sorted(library.papers(), key=lambda paper: paper.paper_id)


def test_the_sample_library_is_ingested_when_nothing_is_named(library: Library) -> None:
    report = ingest(library, [])
    assert (report.records, *counts(report)) == (38, 21, 0, 0, 0)
    assert [(s.name[:3], s.records) for s in report.sources] == [
        ("000", 8),
        ("001", 10),
        ("002", 9),
        ("003", 1),
        ("004", 10),
    ]
    assert sum(s.rejects for s in report.sources) == sum(c.pieces for c in report.rejected) > 0
    assert all(reject.reason and reject.text for reject in rejects_in(Path(report.rejects)))
    assert library.count() == 21
    assert library.unfinished() == 0


def test_ingesting_the_same_again_writes_nothing(library: Library) -> None:
    ingest(library, [])
    generation, before = library.catalogue.generation, sorted_papers(library)
    assert counts(ingest(library, [])) == (0, 0, 21, 0)
    assert library.catalogue.generation == generation
    assert sorted_papers(library) == before


@pytest.mark.parametrize("seed", range(4))
def test_pages_one_at_a_time_in_any_order_give_the_same_library(
    seed: int, config: Config, tmp_path: Path
) -> None:
    rng = random.Random(seed)
    pages = [*sample_sources(), *rng.sample(list(sample_sources()), 2)]
    rng.shuffle(pages)
    with Library.open(replace(config, home=tmp_path / "at once"), HashEmbedder()) as library:
        ingest(library, [])
        expected = sorted_papers(library)
    with Library.open(replace(config, home=tmp_path / "one by one"), HashEmbedder()) as library:
        for page in pages:
            ingest(library, [page])
        assert sorted_papers(library) == expected


def test_copies_under_other_names_only_add_sources(library: Library, tmp_path: Path) -> None:
    ingest(library, [])
    before = sorted_papers(library)
    for number, page in enumerate(sample_sources()):
        shutil.copy(page, tmp_path / f"copy {number}.txt")
    assert counts(ingest(library, [str(tmp_path / "copy*.txt")])) == (0, 21, 0, 0)
    after = sorted_papers(library)
    assert [replace(p, sources=()) for p in after] == [replace(p, sources=()) for p in before]
    assert all(len(p.sources) == 2 * len(q.sources) for p, q in zip(after, before, strict=True))


def test_a_paper_keeps_its_old_id_as_an_alias_when_a_better_one_comes(
    library: Library, tmp_path: Path
) -> None:
    ingest(library, [write(tmp_path / "a.jsonl", {"abstract": MOSS})])
    (bare,) = library.papers()
    ingest(library, [write(tmp_path / "b.jsonl", {"abstract": MOSS, "arxiv_id": "2101.00001"})])
    (named,) = library.papers()
    assert named.paper_id == "arxiv:2101.00001"
    assert library.paper(bare.paper_id) == named


def test_two_papers_become_one_when_a_record_shows_that_they_are(
    library: Library, tmp_path: Path
) -> None:
    bare, titled = {"abstract": MOSS}, {"doi": "10.1000/a", "title": "On moss"}
    report = ingest(library, [write(tmp_path / "a.jsonl", bare, titled)])
    assert counts(report) == (2, 0, 0, 0)
    between = {"doi": "10.1000/a", "abstract": MOSS}
    report = ingest(library, [write(tmp_path / "b.jsonl", between)])
    assert counts(report) == (0, 1, 0, 1)
    (paper,) = library.papers()
    assert (paper.paper_id, paper.title, paper.abstract) == ("doi:10.1000/a", "On moss", MOSS)


def test_merging_takes_in_what_only_the_stored_records_connect(
    library: Library, tmp_path: Path
) -> None:
    """The new record meets one stored record, which was joined to another by its id."""
    ingest(
        library,
        [
            write(
                tmp_path / "a.jsonl",
                {"arxiv_id": "2101.00001", "abstract": MOSS},
                {"arxiv_id": "2101.00001", "title": "On moss"},
            )
        ],
    )
    ingest(library, [write(tmp_path / "b.jsonl", {"abstract": MOSS, "doi": "10.1000/a"})])
    (paper,) = library.papers()
    assert (paper.title, paper.doi, paper.arxiv_id) == ("On moss", "10.1000/a", "2101.00001")


def test_batches_make_no_difference(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def made(home: str) -> list[Paper]:
        with Library.open(replace(config, home=tmp_path / home), HashEmbedder()) as library:
            report = ingest(library, [])
            assert counts(report) == (21, 0, 0, 0)
            return sorted_papers(library)

    whole = made("whole")
    monkeypatch.setattr(run, "_BATCH", 3)
    assert made("small") == whole


def test_a_new_version_of_a_record_takes_the_place_of_the_old(
    library: Library, tmp_path: Path
) -> None:
    row = {"id": "7", "title": "On moss", "abstract": MOSS + " A slip of the pen stands here."}
    path = write(tmp_path / "a.jsonl", row)
    ingest(library, [path])
    write(tmp_path / "a.jsonl", {**row, "abstract": MOSS})
    assert counts(ingest(library, [path])) == (0, 1, 0, 0)
    (paper,) = library.papers()
    assert paper.abstract == MOSS


def test_files_of_one_name_do_not_overwrite_each_other(library: Library, tmp_path: Path) -> None:
    first = write(tmp_path / "x" / "corpus.jsonl", {"id": "1", "title": "Moss", "abstract": MOSS})
    second = write(tmp_path / "y" / "corpus.jsonl", {"id": "1", "title": "Fern", "abstract": FERN})
    for paths in ([first, second], [second], [first]):
        ingest(library, paths)
        assert {p.title: p.sources for p in library.papers()} == {
            "Moss": ("corpus.jsonl",),
            "Fern": ("corpus.jsonl (2)",),
        }


def test_a_page_that_got_a_new_first_entry_loses_none(library: Library, tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text(f"Abstract: {MOSS}\n", encoding="utf-8")
    ingest(library, [str(page)])
    page.write_text(f"Abstract: {FERN}\n\nAbstract: {MOSS}\n", encoding="utf-8")
    for _ in range(2):
        ingest(library, [str(page)])
        assert sorted(paper.abstract for paper in library.papers()) == [FERN, MOSS]


def test_a_deleted_paper_comes_back_when_its_page_does(library: Library, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", {"title": "On moss", "abstract": MOSS})
    ingest(library, [path])
    library.delete(library.papers()[0].paper_id)
    assert counts(ingest(library, [path])) == (1, 0, 0, 0)
    assert library.count() == 1


def test_distinct_papers_of_one_title_stay_apart_with_their_docnos(
    library: Library, tmp_path: Path
) -> None:
    rows = [{"id": str(i), "title": "Summary", "abstract": t} for i, t in enumerate((MOSS, FERN))]
    ingest(library, [write(tmp_path / "a.jsonl", *rows)])
    assert sorted(paper.docnos for paper in library.papers()) == [("0",), ("1",)]


# --- bad input


def test_papers_of_one_short_title_by_other_people_stay_apart_across_ingests(
    library: Library, tmp_path: Path
) -> None:
    for author in ("Ada King", "Bo Li"):
        row = {"id": author, "title": "Editorial", "authors": [author]}
        ingest(library, [write(tmp_path / f"{author}.jsonl", row)])
    assert {paper.authors for paper in library.papers()} == {("Ada King",), ("Bo Li",)}


@pytest.mark.parametrize("bad", [b"", b"\0\0", b"\xff\xfe{", b'{"title": "\xe9"}', b"[]", b"{}"])
def test_a_bad_source_among_good_ones_leaves_the_library_as_it_was(
    library: Library, tmp_path: Path, bad: bytes
) -> None:
    good = write(tmp_path / "good.jsonl", {"title": "On moss", "abstract": MOSS})
    (tmp_path / "bad.jsonl").write_bytes(bad)
    generation = library.catalogue.generation
    with pytest.raises(SourceError, match=r"bad\.jsonl"):
        ingest(library, [good, str(tmp_path / "bad.jsonl")])
    assert library.count() == 0
    assert library.catalogue.generation == generation


def test_a_source_that_breaks_off_has_its_papers_up_to_there_taken_in_and_is_named(
    library: Library, tmp_path: Path
) -> None:
    rows = (json.dumps({"title": f"Paper number {i} on {i * i} mosses"}) for i in range(60_000))
    packed = gzip.compress("\n".join(rows).encode())
    (tmp_path / "half.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    good = write(tmp_path / "good.jsonl", {"title": "On ferns", "abstract": FERN})
    report = ingest(library, [str(tmp_path / "half.jsonl.gz"), good], fill=False)
    (broken,) = report.broken
    assert "half.jsonl.gz: is damaged gzip" in broken
    assert f"{report.records - 1} records before that were taken in" in broken
    assert library.count() == report.records > 10_000


def test_a_file_that_is_read_is_never_overwritten_with_its_rejects(
    library: Library, tmp_path: Path
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"title": "On moss and walls"}\n{"no": "paper"}\n', encoding="utf-8")
    said = path.read_bytes()
    with pytest.raises(SourceError, match="itself read"):
        ingest(library, [str(path)], rejects=tmp_path / "." / "a.jsonl")
    assert path.read_bytes() == said
    assert library.count() == 0


def test_an_unreadable_file_in_a_folder_is_rejected_with_its_reason(
    library: Library, tmp_path: Path
) -> None:
    folder = tmp_path / "pages"
    write(folder / "good.jsonl", {"title": "On moss", "abstract": MOSS}, {"id": "2"})
    (folder / "empty.txt").touch()
    (folder / "picture.png").write_bytes(b"\x89PNG\0")
    report = ingest(library, [str(folder)])
    assert library.count() == 1
    rejects = rejects_in(Path(report.rejects))
    assert [(r.source, r.position, r.reason.split(";")[0]) for r in rejects] == [
        ("empty.txt", 0, "is empty"),
        ("good.jsonl", 2, "has neither title nor abstract nor identifier"),
        ("picture.png", 0, "is a binary file, neither PDF nor text"),
    ]


def test_of_many_named_files_a_bad_one_is_told_and_the_others_are_taken_in(
    library: Library, tmp_path: Path
) -> None:
    paths = [write(tmp_path / f"{i:02}.jsonl", {"title": f"On moss {i}"}) for i in range(30)]
    Path(paths[0]).write_bytes(b"")
    Path(paths[7]).write_bytes(b"\0\0")
    report = ingest(library, paths, fill=False)
    assert [told.partition(";")[0] for told in report.broken] == [
        f"{paths[0]}: is empty",
        f"{paths[7]}: is a binary file, neither PDF nor text",
    ]
    assert (report.records, library.count()) == (28, 28)


def test_many_named_files_of_which_none_can_be_read_are_refused(
    library: Library, tmp_path: Path
) -> None:
    for i in range(30):
        (tmp_path / f"{i:02}.txt").touch()
    paths = sorted(map(str, tmp_path.glob("*.txt")))
    with pytest.raises(SourceError, match=r"00\.txt and 29 others: holds nothing that can be read"):
        ingest(library, paths)


def test_looking_at_the_sources_tells_how_far_it_is(library: Library, tmp_path: Path) -> None:
    last = write(tmp_path / "pages" / "3.jsonl", {"title": "On moss"})
    for i in range(3):
        (tmp_path / "pages" / f"{i}.txt").touch()
    told: list[tuple[str, int, int]] = []
    for names in ([str(tmp_path / "pages")], [last, last]):
        ingest(library, names, progress=lambda *step: told.append(step), fill=False)
    looked = [(done, total) for what, done, total in told if what == "sources"]
    assert looked == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4), (0, 2), (1, 2), (2, 2)]


def test_a_folder_without_anything_readable_is_refused(library: Library, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    with pytest.raises(
        SourceError, match="holds nothing that can be read; its first file is empty"
    ):
        ingest(library, [str(tmp_path)])


# --- standard input, progress, arXiv


def test_standard_input_is_a_source(library: Library) -> None:
    stdin = io.BytesIO(json.dumps({"title": "On moss", "abstract": MOSS}).encode())
    report = ingest(library, ["-"], stdin=stdin)
    assert [source.name for source in report.sources] == ["stdin"]
    assert library.count() == 1


def test_progress_ends_complete(library: Library) -> None:
    told: dict[str, tuple[int, int]] = {}
    ingest(library, [], progress=lambda what, done, total: told.update({what: (done, total)}))
    assert told == {"sources": (5, 5), "words": (38, 38), "vectors": (21, 21)}


class ScriptedArxiv:
    """A lookup that knows one paper and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def __call__(self, ids: Sequence[str]) -> list[Record]:
        self.asked.append(list(ids))
        known = Record("arXiv", 0, "2101.00001", "On moss", MOSS, "", ("Ada King",), True, "2021")
        return [replace(known, arxiv_id="2101.00001")] if "2101.00001" in ids else []


def test_what_the_sources_leave_out_is_looked_up_once(library: Library, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", {"arxiv_id": "2101.00001"})
    arxiv = ScriptedArxiv()
    assert ingest(library, [path], lookup=arxiv).looked_up == 1
    (paper,) = library.papers()
    assert (paper.title, paper.abstract, paper.year) == ("On moss", MOSS, 2021)
    assert paper.sources == ("a.jsonl", "arXiv")
    assert ingest(library, [path], lookup=arxiv).looked_up == 0
    assert arxiv.asked == [["2101.00001"]]


def test_the_sample_library_needs_no_lookup(library: Library) -> None:
    arxiv = ScriptedArxiv()
    ingest(library, [], lookup=arxiv)
    assert arxiv.asked == []


def test_without_a_network_the_ingest_works_just_the_same(
    library: Library, tmp_path: Path, config: Config, caplog: pytest.LogCaptureFixture
) -> None:
    path = write(tmp_path / "a.jsonl", {"arxiv_id": "2101.00001", "abstract": MOSS})
    with caplog.at_level(logging.WARNING):
        report = ingest(library, [path], lookup=ArxivClient(config.arxiv_url))
    assert counts(report) == (1, 0, 0, 0)
    assert "cannot be reached" in report.lookup_error
    assert "papers stay incomplete, arXiv 2101.00001 the first of them" in caplog.text
