"""The library's invariants, with real Chroma, tantivy and SQLite, and a fake embedder."""

from __future__ import annotations

import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from zlib import crc32

import pytest

from rag.config import Config
from rag.errors import EmbedderMismatch, LibraryError, PaperNotFound
from rag.library import Library
from rag.stored.chunk import chunk_paper
from rag.stored.claims import Standing
from rag.stored.words import WordIndex
from rag.types import KeyedRecord, Paper, Record, Work
from tests.fakes import CountingEmbedder, HashEmbedder

pytestmark = pytest.mark.usefixtures("each_chroma")
here_only = pytest.mark.parametrize("each_chroma", ["embedded"], indirect=True)


def work(name: str, abstract: str, *, paper_id: str = "", source: str = "a.txt") -> Work:
    record = Record(source=source, position=0, docno=name, title=name, abstract=abstract)
    paper = Paper(
        paper_id=paper_id or f"title:{name}",
        title=name,
        abstract=abstract,
        sources=(source,),
        docnos=(name,),
    )
    record_id, alone = crc32(f"{source}#{name}".encode()), crc32(name.encode())
    return Work(paper, (KeyedRecord(record, record_id, alone, (7,)),))


def wait_until(true: Callable[[], bool]) -> None:
    """Wait for what another process does; it may have to start first, while much else runs."""
    for _ in range(2400):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("not so after two minutes")


@pytest.fixture
def library(config: Config) -> Iterator[Library]:
    with Library.open(config, HashEmbedder()) as opened:
        yield opened


def found_by_words(library: Library, query: str) -> set[str]:
    return set(library.chunks(i for i, _ in library.search_words(query, 10)))


def found_by_vectors(library: Library, query: str) -> set[str]:
    vector = HashEmbedder().embed([query], "query")[0]
    return set(library.chunks(i for i, _ in library.search_vectors(vector, 10)))


def test_a_written_paper_is_found_by_words_at_once_and_by_vectors_after_filling(
    library: Library,
) -> None:
    library.write([work("Moss", "Mosses grow slowly.")])
    assert found_by_words(library, "slowly growing moss") == {"title:Moss/abstract/0"}
    assert found_by_vectors(library, "mosses grow slowly") == set()
    library.fill()
    assert found_by_vectors(library, "mosses grow slowly") == {"title:Moss/abstract/0"}
    assert library.unfinished() == 0


@here_only
def test_the_words_are_told_of_a_removed_paper_once(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    replace_words = WordIndex.replace

    def noted(words: WordIndex, paper_ids: list[str], *rest: object) -> None:
        told.extend(paper_ids)
        replace_words(words, paper_ids, *rest)  # type: ignore[arg-type]  # handed through

    monkeypatch.setattr(WordIndex, "replace", noted)
    for name in ("Moss", "Fern", "Moss", "Lichen"):
        written = work(name, f"{name} grows slowly.")
        library.write([written])
        if name == "Moss":
            library.write([], gone=[written.records[0].record_id])
            assert found_by_words(library, "moss") == set()
    assert told == [f"title:{name}" for name in ("Moss", "Moss", "Fern", "Moss", "Moss", "Lichen")]


def test_the_vector_of_a_chunk_can_be_read_back_and_is_missing_until_it_is_made(
    library: Library,
) -> None:
    library.write([work("Moss", "Mosses grow slowly.")])
    chunk_id = "title:Moss/abstract/0"
    assert library.vectors([chunk_id]) == {}
    library.fill()
    made = HashEmbedder().embed(["Moss\nMosses grow slowly."], "passage")[0]
    assert library.vectors([chunk_id, "no such chunk"])[chunk_id] == pytest.approx(made)


def test_writing_the_same_work_again_leaves_nothing_to_do(library: Library) -> None:
    works = [work("Moss", "Mosses grow slowly.")]
    library.write(works)
    library.fill()
    library.write(works)
    assert library.unfinished() == 0
    assert library.count() == 1


def test_a_changed_abstract_replaces_the_old_text_in_both_indexes(library: Library) -> None:
    library.write([work("Moss", "Mosses grow slowly. " * 200)])
    library.fill()
    library.write([work("Moss", "Ferns like shade.")])
    library.fill()
    assert found_by_words(library, "slowly") == set()
    assert library._words.ids() == library._vectors.ids() == ["title:Moss/abstract/0"]
    assert library.chunks(["title:Moss/abstract/0"])["title:Moss/abstract/0"].text == (
        "Ferns like shade."
    )


def test_a_deleted_paper_is_gone_from_catalogue_words_and_vectors(library: Library) -> None:
    library.write([work("Moss", "Mosses grow slowly."), work("Fern", "Ferns like shade.")])
    library.fill()
    assert library.delete("title:Moss").title == "Moss"
    assert [paper.title for paper in library.papers()] == ["Fern"]
    assert library._words.ids() == library._vectors.ids() == ["title:Fern/abstract/0"]
    with pytest.raises(PaperNotFound, match="askpapers papers"):
        library.paper("title:Moss")


def test_a_better_id_keeps_the_old_one_as_an_alias(library: Library) -> None:
    library.write([work("Moss", "Mosses grow slowly.")])
    library.fill()
    library.write([work("Moss", "Mosses grow slowly.", paper_id="arxiv:2401.00001")])
    library.fill()
    assert [paper.paper_id for paper in library.papers()] == ["arxiv:2401.00001"]
    assert library.paper("title:Moss").aliases == ("title:Moss",)
    assert library._vectors.ids() == ["arxiv:2401.00001/abstract/0"]


def test_a_paper_is_found_by_docno_and_by_arxiv_id(library: Library) -> None:
    given = work("d7", "Mosses grow slowly.", paper_id="arxiv:2401.00001")
    library.write([replace(given, paper=replace(given.paper, arxiv_id="2401.00001"))])
    assert library.paper("d7") == library.paper("2401.00001v2") == library.paper("arXiv:2401.00001")
    old = work("d8", "Ferns like shade.", paper_id="arxiv:solv-int/9701001")
    library.write([replace(old, paper=replace(old.paper, arxiv_id="solv-int/9701001"))])
    assert library.paper("d8") == library.paper("solv-int/9701001v1")


def test_a_paper_cannot_lose_some_of_its_records_unseen(library: Library) -> None:
    first, second = work("Moss", "Mosses grow."), work("Musci", "Mosses grow.", source="b.txt")
    library.write([Work(first.paper, (*first.records, *second.records))])
    with pytest.raises(LibraryError, match="nothing was changed"):
        library.write([second])
    assert [paper.title for paper in library.papers()] == ["Moss"]
    assert len(library.records("title:Moss")) == 2


def test_a_paper_cannot_take_the_place_of_another_with_its_id(library: Library) -> None:
    library.write([work("Moss", "Mosses grow.")])
    other = work("Fern", "Ferns like shade.", paper_id="title:Moss", source="b.txt")
    with pytest.raises(LibraryError, match="nothing was changed"):
        library.write([other])
    assert [paper.title for paper in library.papers()] == ["Moss"]
    assert library.records("title:Moss") != ()


def test_opening_makes_words_of_what_was_left_undone_and_filling_the_rest(config: Config) -> None:
    with Library.open(config, HashEmbedder()) as library:
        library.write([work("Moss", "Mosses grow slowly."), work("Fern", "Ferns like shade.")])
        library.fill()
        changed = work("Moss", "Mosses now run.")
        library.catalogue.put([changed], {"title:Moss": chunk_paper(changed.paper)})
        library.catalogue.mark_deleted("title:Fern")
    with Library.open(config, HashEmbedder()) as library:
        assert found_by_words(library, "run") == {"title:Moss/abstract/0"}
        assert library._words.ids() == ["title:Moss/abstract/0"]
        library.fill()
        assert library.unfinished() == 0
        assert library._words.ids() == library._vectors.ids() == ["title:Moss/abstract/0"]


def test_opening_embeds_nothing(config: Config) -> None:
    with Library.open(config, HashEmbedder()) as library:
        library.write([work("Moss", "Mosses grow slowly.")])
    embedder = CountingEmbedder()
    with Library.open(config, embedder) as library:
        assert library.standing() == Standing(papers=1, by_words=1, by_vectors=0)
        assert embedder.texts == []


def test_vectors_of_another_model_are_refused_naming_the_rebuild(config: Config) -> None:
    with Library.open(config, HashEmbedder()) as library:
        library.write([work("Moss", "Mosses grow slowly.")])
        library.fill()
    with pytest.raises(EmbedderMismatch, match="askpapers index --rebuild"):
        Library.open(config, HashEmbedder(revision="2"))


def test_a_rebuild_serves_the_new_model_and_leaves_nothing_of_the_old(config: Config) -> None:
    with Library.open(config, HashEmbedder()) as library:
        library.write([work("Moss", "Mosses grow slowly."), work("Fern", "Ferns like shade.")])
        library.fill()
        library.delete("title:Fern")
    wider = HashEmbedder(name="wider", dimension=128)
    with Library.open(config, wider, check=False) as library:
        library.rebuild()
    with Library.open(config, wider) as library:
        vector = wider.embed(["mosses"], "query")[0]
        assert [i for i, _ in library.search_vectors(vector, 5)] == ["title:Moss/abstract/0"]
        assert library._words.ids() == ["title:Moss/abstract/0"]
    for kind in ("words",) if config.chroma_url else ("words", "chroma"):
        assert [folder.name for folder in (config.home / kind).iterdir()] == ["1"]


def test_who_waited_for_a_rebuild_writes_into_the_new_indexes(
    config: Config, library: Library
) -> None:
    library.write([work("Moss", "Mosses grow slowly.")])
    library.fill()
    with Library.open(config, HashEmbedder()) as other:
        other.rebuild()
    library.write([work("Fern", "Ferns like shade.")])
    library.fill()
    with Library.open(config, HashEmbedder()) as other:
        both = ["title:Fern/abstract/0", "title:Moss/abstract/0"]
        assert other._words.ids() == other._vectors.ids() == both


@here_only
@pytest.mark.parametrize("file", ["words/0/meta.json", "chroma/0/chroma.sqlite3"])
def test_a_damaged_index_is_an_error_whose_remedy_works(config: Config, file: str) -> None:
    with Library.open(config, HashEmbedder()) as library:
        library.write([work("Moss", "Mosses grow slowly."), work("Fern", "Ferns like shade.")])
        library.fill()
        library.catalogue.mark_deleted("title:Fern")
    (config.home / file).write_bytes(b"{broken" * 1000)
    with (
        Library.open(config, HashEmbedder()) as library,
        pytest.raises(LibraryError, match="askpapers index --rebuild"),
    ):
        library.fill()
    with Library.open(config, HashEmbedder(), check=False) as library:
        library.rebuild()
    with Library.open(config, HashEmbedder()) as library:
        assert library._words.ids() == library._vectors.ids() == ["title:Moss/abstract/0"]


@here_only
@pytest.mark.parametrize("folder", ["words", "chroma"])
def test_a_lost_index_is_an_error_whose_remedy_works(config: Config, folder: str) -> None:
    with Library.open(config, HashEmbedder()) as library:
        library.write([work("Moss", "Mosses grow slowly.")])
        library.fill()
    shutil.rmtree(config.home / folder)
    with pytest.raises(LibraryError, match="askpapers index --rebuild"):
        Library.open(config, HashEmbedder())
    with Library.open(config, HashEmbedder(), check=False) as library:
        library.rebuild()
        assert found_by_words(library, "moss") == found_by_vectors(library, "moss") != set()


@here_only
def test_processes_that_make_a_library_at_once_do_not_collide(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from rag.stored.catalogue import Catalogue\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "Catalogue(Path(sys.argv[1])).close()\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "catalogue.sqlite3")]
    pipe = subprocess.PIPE
    makers = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(6)]
    for maker in makers:
        assert maker.stdout
        maker.stdout.readline()
    for maker in makers:
        assert maker.stdin
        maker.stdin.write("go\n")
        maker.stdin.flush()
    for maker in makers:
        maker.communicate()
    assert [maker.returncode for maker in makers] == [0] * len(makers)


def test_a_reader_follows_writes_deletions_and_rebuilds_of_another_process(
    config: Config, library: Library
) -> None:
    library.write([work("Moss", "Mosses grow slowly.")])
    library.fill()
    assert found_by_vectors(library, "mosses") == {"title:Moss/abstract/0"}

    def elsewhere(statement: str) -> None:
        code = (
            "import os; from rag.config import Config; from rag.library import Library;"
            "from tests.fakes import HashEmbedder; from tests.rag.test_library import work\n"
            "with Library.open(Config.from_env(os.environ), HashEmbedder()) as library:\n"
            f"    {statement}\n"
        )
        subprocess.run([sys.executable, "-c", code], check=True)

    elsewhere("library.write([work('Fern', 'Ferns like shade.')]); library.fill()")
    both = {"title:Fern/abstract/0", "title:Moss/abstract/0"}
    wait_until(lambda: found_by_vectors(library, "ferns shade") == both)
    assert found_by_words(library, "shade") == {"title:Fern/abstract/0"}
    elsewhere("library.delete('title:Moss')")
    assert found_by_vectors(library, "mosses") == {"title:Fern/abstract/0"}
    assert found_by_words(library, "mosses") == set()
    elsewhere("library.rebuild()")
    assert found_by_vectors(library, "ferns shade") == {"title:Fern/abstract/0"}


def test_two_homes_never_mix(config: Config, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = replace(config, home=tmp_path_factory.mktemp("other"))
    with (
        Library.open(config, HashEmbedder()) as one,
        Library.open(other, HashEmbedder()) as two,
    ):
        one.write([work("Moss", "Mosses grow slowly.")])
        one.fill()
        assert two.papers() == []
        assert found_by_vectors(two, "mosses") == set()


@here_only
def test_a_home_that_is_made_is_its_owners_alone_and_one_that_was_there_stays_as_it_was(
    config: Config, tmp_path: Path
) -> None:
    made, there = tmp_path / "deep" / "made", tmp_path / "there"
    there.mkdir()
    there.chmod(0o755)
    for home in (made, there):
        Library.open(replace(config, home=home), HashEmbedder()).close()
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    assert stat.S_IMODE(there.stat().st_mode) == 0o755


@here_only
def test_a_home_that_cannot_be_made_is_an_error_naming_it(config: Config) -> None:
    config.home.parent.mkdir(exist_ok=True, parents=True)
    config.home.write_text("a file stands here")
    with pytest.raises(LibraryError, match="ASKPAPERS_HOME"):
        Library.open(config, HashEmbedder())


def test_a_catalogue_that_fails_while_it_is_open_is_an_error_naming_the_file(
    library: Library,
) -> None:
    library.catalogue.database.execute("DROP TABLE records")
    with pytest.raises(LibraryError, match=r"catalogue\.sqlite3"):
        library.write([work("Moss", "Mosses grow slowly.")])
    with pytest.raises(LibraryError, match=r"catalogue\.sqlite3"):
        library.records("title:Moss")
    assert library.papers() == []


@here_only
def test_a_damaged_catalogue_is_an_error_naming_the_file(config: Config) -> None:
    config.home.mkdir(parents=True)
    (config.home / "catalogue.sqlite3").write_bytes(b"no database" * 100)
    with pytest.raises(LibraryError, match=r"catalogue\.sqlite3"):
        Library.open(config, HashEmbedder())
