"""The speed benchmark: that it measures what it says, on libraries of a few papers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from rich.console import Console

from evals.speed.bench import BenchReport, Plan, SizeReport, run_bench
from evals.speed.bench_ingest import IngestRate
from evals.speed.bench_process import Arrival
from evals.speed.bench_search import Disk, SearchTimes, disk, recall
from evals.speed.bench_table import bench_json, bench_tables, plot_growth
from evals.speed.hnsw import BUILDS, SEARCHES, hnsw_table, run_hnsw
from rag.config import Config
from rag.errors import LibraryError
from rag.library import Library
from tests.fakes import HashEmbedder
from tests.rag.test_library import work

TIMES = SearchTimes(200, 9.5, 12.0, 3.5, 5.0)
SIZES = (
    SizeReport(1000, 1.0, 2.0, 0.01, 1.5, 300.0, TIMES, 0.999, Disk(5, 1, 2)),
    SizeReport(9000, 9.0, 20.0, 0.02, 1.6, 400.0, TIMES, 0.991, Disk(45, 9, 18)),
)
REPORT = BenchReport(
    "a machine",
    0.25,
    "hash",
    IngestRate(300, 2, 30.0, 28.5),
    SIZES,
    Arrival(100, 1.2, 5, 40, 9, 80),
)


@pytest.fixture
def mosses(config: Config) -> Config:
    """The settings of a library of forty papers, its vectors made."""
    with Library.open(config, HashEmbedder()) as library:
        library.write([work(f"Moss {n}", f"Moss {n} grows {n % 7} mm a year.") for n in range(40)])
        library.fill()
    return config


def test_recall_is_whole_when_the_index_finds_the_nearest(mosses: Config) -> None:
    with Library.open(mosses, HashEmbedder()) as library:
        assert recall(library, ["moss 3", "moss that grows"]) == 1.0


def test_recall_counts_what_the_index_misses(mosses: Config) -> None:
    class Blunted(Library):
        def search_vectors(
            self, vector: NDArray[np.float32], k: int, within: object = None
        ) -> list[tuple[str, float]]:
            return super().search_vectors(-vector, k)  # the farthest

    with Blunted.open(mosses, HashEmbedder()) as library:
        assert recall(library, ["moss 3 grows 3 mm a year"], k=5) == 0.0


def test_disk_counts_the_files_of_each_part(tmp_path: Path) -> None:
    for name, size in (("catalogue.sqlite3", 7), ("words/0/a", 5), ("chroma/0/b/c", 3)):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * size)
    assert disk(tmp_path) == Disk(7, 5, 3)
    assert disk(tmp_path).total == 15


def test_a_library_of_a_few_papers_is_refused_naming_the_remedy(config: Config) -> None:
    with (
        Library.open(config, HashEmbedder()) as library,
        pytest.raises(LibraryError, match="askpapers ingest"),
    ):
        run_bench(library, config, Plan())


def test_the_benchmark_measures_a_library_and_leaves_it_as_it_was(sample_copy: Config) -> None:
    from rag.models.embed import OnnxEmbedder

    with Library.open(sample_copy, OnnxEmbedder.load(sample_copy)) as library:
        before = library.papers(), library.catalogue.generation
        report = run_bench(library, sample_copy, Plan((12,), 5, 4, 1))
        assert (library.papers(), library.catalogue.generation) == before
    (size,) = report.sizes
    assert size.papers == 12
    assert size.recall == 1.0
    assert 0 < size.search.beyond_p50_ms < size.search.p50_ms <= size.search.p95_ms
    assert size.serving_mb > 50
    assert report.arrival.papers == 4
    assert 0 < report.arrival.words_s <= report.arrival.vectors_s
    assert report.ingest.bare > 0 < report.ingest.whole


def test_the_tables_show_every_size_and_the_share_of_the_bare_rate() -> None:
    console = Console(width=160)
    with console.capture() as shown_on:
        console.print(*bench_tables(REPORT))
    shown = shown_on.get()
    assert "9,000" in shown
    assert "95%" in shown
    assert "a machine" in shown


def test_the_json_holds_what_the_tables_show() -> None:
    told = json.loads(json.dumps(bench_json(REPORT)))
    assert [size["papers"] for size in told["sizes"]] == [1000, 9000]
    assert told["sizes"][1]["search"]["p95_ms"] == 12.0


def test_the_plot_has_a_line_for_each_figure_that_grows(tmp_path: Path) -> None:
    plot_growth(REPORT, tmp_path / "growth.svg")
    drawn = (tmp_path / "growth.svg").read_text()
    assert drawn.count("<!-- ") > 10
    assert all(label in drawn for label in ("whole search, p95", "memory of a serving process"))


def test_every_setting_of_the_index_is_measured_on_the_same_vectors(mosses: Config) -> None:
    with Library.open(mosses, HashEmbedder()) as library:
        report = run_hnsw(library)
    assert report.chunks == 40
    assert len(report.settings) == len(BUILDS) * len(SEARCHES)
    assert all(row.recall_10 == 1.0 for row in report.settings)
    assert hnsw_table(report).row_count == len(report.settings)
