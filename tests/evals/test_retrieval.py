"""eval retrieval: what it measures and how it compares, over a library made by the real ingest."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from evals.finding import retrieval
from evals.finding.ablation import LEARNED, SHIPPED, WAYS, run_ablation
from evals.finding.retrieval import Collection, by_docno, compare, measure, run_retrieval
from evals.finding.retrieval_table import (
    ablation_json,
    ablation_table,
    retrieval_json,
    retrieval_table,
)
from evals.finding.vector_cache import CachedEmbedder
from rag.config import Config
from rag.errors import LibraryError, SourceError
from rag.models.answering import Reading
from rag.types import Paper
from tests.fakes import CountingEmbedder, HashEmbedder

PLANTS = ("moss", "fern", "lichen", "birch", "poppy", "clover", "thistle", "sorrel")


@pytest.fixture
def plants(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Collection:
    """Eight papers, one a plant; four queries with two words of one of them each."""
    corpus, queries, qrels = (tmp_path / name for name in ("corpus.jsonl", "q.jsonl", "qrels.tsv"))
    corpus.write_text(
        "".join(
            json.dumps({"_id": f"d{n}", "title": f"On the {plant}", "text": f"{plant} {n} grows."})
            + "\n"
            for n, plant in enumerate(PLANTS)
        )
    )
    queries.write_text(
        "".join(
            json.dumps({"_id": f"q{n}", "text": f"growing {plant}"}) + "\n"
            for n, plant in enumerate(PLANTS[:4])
        )
    )
    qrels.write_text("query-id\tcorpus-id\tscore\n" + "".join(f"q{n}\td{n}\t1\n" for n in range(4)))
    monkeypatch.setattr(
        "rag.models.embed.OnnxEmbedder.load", lambda *_: HashEmbedder(dimension=512)
    )
    return Collection(corpus, queries, qrels)


def test_figures_are_those_of_trec_eval() -> None:
    values = measure(
        {"1": {"a": 1, "b": 0}, "2": {"c": 1, "d": 1}, "3": {"z": 2}},
        {"1": {"b": 2.0, "a": 1.0}, "2": {"c": 1.0}},
    )
    assert values["nDCG@10"] == pytest.approx({"1": 0.6309, "2": 0.6131, "3": 0.0}, abs=1e-4)
    assert values["RR@10"] == {"1": 0.5, "2": 1.0, "3": 0.0}
    assert values["R@100"] == {"1": 1.0, "2": 0.5, "3": 0.0}


def test_a_paper_of_several_records_stands_for_each_of_them() -> None:
    ranked = [Paper("p1", "", docnos=("a", "b")), Paper("p2", ""), Paper("p3", "", docnos=("c",))]
    assert list(by_docno(ranked, 3)) == ["a", "b", "p2"]
    scores = list(by_docno(ranked, 9).values())
    assert scores == sorted(set(scores), reverse=True)


def test_a_run_gains_nothing_on_itself_and_something_on_a_worse_one() -> None:
    good = {"nDCG@10": {str(n): 0.9 for n in range(40)}}
    worse = {"nDCG@10": {str(n): 0.5 + 0.3 * (n % 2) for n in range(40)}}
    (same,) = compare(good, good)
    assert (same.mean.value, same.p) == (0.0, 1.0)
    (gain,) = compare(good, worse)
    assert gain.mean.value == pytest.approx(0.25)
    assert gain.p < 0.001


def test_a_benchmark_is_searched_as_users_search(config: Config, plants: Collection) -> None:
    report = run_retrieval(config, plants)
    assert report.papers == len(PLANTS)
    assert report.unknown == 0
    assert report.figures["nDCG@10"].value == 1.0
    assert report.figures["nDCG@10"].n == 4
    assert next(iter(report.run["q2"])) == "d2"
    assert not config.home.exists()


def test_a_run_is_compared_query_by_query(
    config: Config, plants: Collection, tmp_path: Path
) -> None:
    other = tmp_path / "other.run"
    other.write_text("".join(f"q{n} Q0 d{n} 2 0.5 x\nq{n} Q0 d7 1 0.9 x\n" for n in range(4)))
    report = run_retrieval(config, plants, against=other)
    by_measure = {difference.measure: difference for difference in report.differences}
    assert by_measure["RR@10"].mean.value == pytest.approx(0.5)
    assert by_measure["R@10"].p == 1.0
    assert retrieval_table(report).row_count == len(retrieval.MEASURES)
    shown = json.loads(json.dumps(retrieval_json(report)))
    assert shown["differences"]["RR@10"]["mean"] == 0.5


def test_relevant_papers_that_are_not_there_are_counted(config: Config, plants: Collection) -> None:
    with plants.qrels.open("a") as file:
        file.write("q0\tgone\t1\n")
    report = run_retrieval(config, plants)
    assert report.unknown == 1
    assert report.figures["R@10"].value == pytest.approx((0.5 + 3) / 4)


def test_judgements_of_another_corpus_are_refused(config: Config, plants: Collection) -> None:
    plants.qrels.write_text("q0\telsewhere\t1\n")
    with pytest.raises(LibraryError, match="belong"):
        run_retrieval(config, plants)


def test_the_ablation_ranks_in_every_way_and_tests_each(config: Config, plants: Collection) -> None:
    report = run_ablation(config, plants)
    assert [row.name for row in report.rows] == [SHIPPED, *WAYS, LEARNED]
    shipped, *others = report.rows
    searched = run_retrieval(config, plants)
    assert shipped.means["nDCG@10"] == searched.figures["nDCG@10"].value
    assert all(0 <= row.means["R@100"] <= 1 and row.p is not None for row in others)
    assert ablation_table(report).row_count == len(report.rows)
    assert json.loads(json.dumps(ablation_json(report)))["rows"][0]["gain"] is None


def test_vectors_are_made_once_and_queries_each_time(tmp_path: Path) -> None:
    path = tmp_path / "vectors.npz"
    first, second = CountingEmbedder(), CountingEmbedder()
    cache = CachedEmbedder(first, path)
    made = cache.embed(["moss", "fern", "moss"], "passage")
    cache.save()
    again = CachedEmbedder(second, path)
    np.testing.assert_array_equal(again.embed(["moss", "fern", "moss"], "passage"), made)
    np.testing.assert_array_equal(made, HashEmbedder().embed(["moss", "fern", "moss"], "passage"))
    again.embed(["moss"], "query")
    assert (first.texts, second.texts) == (["moss", "fern"], ["moss"])


def test_vectors_of_another_model_are_not_used(tmp_path: Path) -> None:
    path = tmp_path / "vectors.npz"
    cache = CachedEmbedder(HashEmbedder(), path)
    cache.embed(["moss"], "passage")
    cache.save()
    other = CountingEmbedder(revision="2")
    CachedEmbedder(other, path).embed(["moss"], "passage")
    assert other.texts == ["moss"]


def test_a_file_that_holds_no_vectors_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "vectors.npz"
    path.write_text("notes of mine")
    with pytest.raises(SourceError, match="no file of vectors"):
        CachedEmbedder(HashEmbedder(), path)
    assert path.read_text() == "notes of mine"


class LikesSevens:
    """A reranker that likes passages with a 7 in them."""

    def score(self, _question: str, passages: Sequence[str]) -> list[float]:
        return [5.0 if "7" in passage else -5.0 for passage in passages]

    def answering(
        self, question: str, passages: Sequence[str], *, parts: bool = False
    ) -> list[Reading]:
        return [Reading(logit, logit) for logit in self.score(question, passages)]


def test_the_ablation_reads_sentences_and_reranks_when_told_to(
    config: Config, plants: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.models.rerank.CrossEncoder.load", lambda *_: LikesSevens())
    rows = {row.name: row for row in run_ablation(config, plants, models=True).rows}
    assert "best sentence's cosine for 0.2 of the chunk's" in rows
    assert rows["reranker added on the best 5"].means["R@10"] == 1.0
