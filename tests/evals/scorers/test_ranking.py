"""Rankings small enough to measure by hand."""

from __future__ import annotations

import dataclasses
import math

import pytest

from evals.scorers.ranking import is_ranked, ranking
from rag.types import PaperScore
from tests.evals.answers import ABSTAINED, PAPERS, TALL, case, silent

BOTH = ("arxiv:1111.00001", "Bridges of Ice")


def values(papers: tuple[str, ...], *found: str) -> dict[str, float]:
    hits = tuple(PaperScore(paper_id, 0.5) for paper_id in found)
    scores = ranking(case(("x",), papers=papers), dataclasses.replace(TALL, hits=hits), PAPERS)
    return {score.metric: score.value for score in scores}


@pytest.mark.parametrize(
    ("papers", "found", "ndcg", "recall", "rr"),
    [
        (BOTH[:1], ("arxiv:1111.00001", "x"), 1, 1, 1),
        (BOTH[:1], ("x", "arxiv:1111.00001"), 1 / math.log2(3), 1, 1 / 2),
        (BOTH, ("x", "title:bridges"), 1 / math.log2(3) / (1 + 1 / math.log2(3)), 1 / 2, 1 / 2),
        (BOTH, ("title:bridges", "arxiv:1111.00001"), 1, 1, 1),
        (BOTH, ("x", "y"), 0, 0, 0),
        (BOTH, (), 0, 0, 0),
        # ten others first: below the cut, but RR sees it
        (BOTH[1:], (*(f"p{i}" for i in range(10)), "title:bridges"), 0, 0, 1 / 11),
        # a paper named twice is one paper
        (("title:bridges", "Bridges of Ice"), ("title:bridges",), 1, 1, 1),
        # a paper that came by two chunks is found once
        (BOTH, ("title:bridges", "title:bridges", "arxiv:1111.00001"), 1, 1, 1),
        # one that the library lacks can never be found
        (("arxiv:9999.99999",), ("title:bridges",), 0, 0, 0),
    ],
)
def test_the_measures_of_a_ranking(
    papers: tuple[str, ...], found: tuple[str, ...], ndcg: float, recall: float, rr: float
) -> None:
    assert values(papers, *found) == {
        "nDCG@10": pytest.approx(ndcg),
        "R@10": pytest.approx(recall),
        "RR": pytest.approx(rr),
    }


def test_why_names_the_paper_that_is_missing() -> None:
    scores = ranking(case(("x",)), ABSTAINED, PAPERS)
    assert {score.why for score in scores} == {"does not find arxiv:1111.00001"}


def test_only_questions_that_papers_answer_are_ranked() -> None:
    assert is_ranked(case(("x",)))
    assert not is_ranked(silent())
    assert not is_ranked(case(("x",), kind="catalogue"))
    assert not is_ranked(case(("x",), kind="several", papers=("*",)))
