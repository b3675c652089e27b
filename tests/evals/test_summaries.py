"""What is measured of summaries: counts by level, coverage, labelled cells, told parts."""

from __future__ import annotations

import gzip
import json
from importlib.resources import files
from pathlib import Path

import pytest

from evals.writing.parts import measure_parts, measure_told
from evals.writing.summaries import CELLS, cited_shares, coverages, level_figures
from rag.errors import SourceError
from rag.evidence.quotes import SentenceVectors
from rag.summary.material import quotable
from rag.summary.types import Summary, SummaryNode, SummarySentence
from tests.fakes import HashEmbedder
from tests.rag.summary_parts import FERN, MOSS, paper

MOSSES, FERNS = paper("Moss", MOSS), paper("Fern", FERN)


def node(one: int, *places: int, dropped: int = 0) -> SummaryNode:
    source = (MOSSES, FERNS)[one - 1]
    material = quotable(source, one)
    sentences = tuple(
        SummarySentence(material[place].text, material[place].citations, "supported")
        for place in places
    )
    return SummaryNode("paper", source.title, sentences, (), source.paper_id, dropped)


def summary(*children: SummaryNode) -> Summary:
    (first, *_) = children[0].sentences
    doubtful = SummarySentence("Plants.", first.citations, "unchecked", repaired=True)
    root = SummaryNode("whole", "", (doubtful,), children)
    return Summary("", root, (MOSSES, FERNS), "scripted")


def test_each_level_is_counted_by_itself() -> None:
    papers, whole = level_figures(summary(node(1, 0, 1), node(2, 2, dropped=3)))
    assert (papers.level, papers.nodes, papers.sentences, papers.dropped) == ("paper", 2, 3, 3)
    assert papers.supported.value == 1.0
    assert (whole.level, whole.unchecked, whole.repaired) == ("whole", 1, 1)
    assert whole.words == 1.0


def test_a_level_cites_the_papers_whose_quotes_it_has() -> None:
    assert cited_shares(summary(node(1, 0), node(2, 0))) == {"whole": 0.5}


def test_a_summary_of_all_sentences_covers_all() -> None:
    own, first, drawn = coverages(
        summary(node(1, 0, 1, 2), node(2, 0)), SentenceVectors(HashEmbedder())
    )
    assert own[0] == first[0] == drawn[0] == pytest.approx(1.0)
    assert own[1] == first[1] < 1.0


def test_labelled_cells_are_of_known_form() -> None:
    rows = [json.loads(line) for line in files("evals").joinpath(CELLS).open(encoding="utf-8")]
    assert len(rows) == len({(row["paper"], row["column"]) for row in rows})
    assert all(set(row) == {"paper", "column", "says"} for row in rows)


# --- parts


def write(folder: Path, *rows: dict[str, object]) -> Path:
    (folder / "pubmedqa").mkdir()
    with gzip.open(folder / "pubmedqa" / "pqal.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(row)}\n" for row in rows)
    return folder


ROW: dict[str, object] = {
    "pmid": "1",
    "labels": ["BACKGROUND", "METHODS", "FUNDING", "RESULTS"],
    "contexts": [
        "It is unclear how mosses grow.",
        "We measured 40 walls. We used a ruler.",
        "The town paid for it.",
        "Mosses grew 3 mm.",
    ],
    "long_answer": "Our results show that mosses grow slowly.",
    "split": "dev",
}


def test_told_parts_are_held_against_the_headings(tmp_path: Path) -> None:
    found = measure_parts(write(tmp_path, ROW, ROW | {"split": "test"}), "dev")
    assert (found.half, found.accuracy.n) == ("dev", 5)  # the funding has no part
    assert found.accuracy.value == 1.0
    assert found.by_place.value < 1.0


def test_labels_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="other than one label"):
        measure_parts(write(tmp_path, ROW | {"labels": ["METHODS"]}), "dev")


def test_a_half_without_abstracts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no abstracts of the test half"):
        measure_parts(write(tmp_path, ROW), "test")


def test_a_short_summary_tells_parts_that_the_first_sentences_do_not(tmp_path: Path) -> None:
    background = "It is unclear how mosses grow. They are of many kinds. Walls are old things."
    three = ROW | {
        "labels": ["BACKGROUND", "METHODS", "RESULTS"],
        "contexts": [background, "We measured 40 walls with it.", "Mosses grew 3 mm a year."],
    }
    found = measure_told(write(tmp_path, three), "dev", SentenceVectors(HashEmbedder()), 10)
    assert (found.abstracts, found.told.value) == (1, 1.0)
    assert found.first.value == pytest.approx(1 / 3)
