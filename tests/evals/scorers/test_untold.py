"""Metrics of what a system never tells: it has no scores of them."""

from __future__ import annotations

from dataclasses import replace

from evals.score import Reply
from evals.scorers.quotes import QUOTE
from evals.scorers.ranking import RANKING
from evals.scorers.untold import untold
from rag.types import PaperScore
from tests.evals.answers import TALL, TOWER

FAILED = Reply("c1", None, "late")


def test_retrieval_is_untold_where_no_answer_names_a_hit() -> None:
    assert set(untold([Reply("c0", TALL), FAILED])) >= set(RANKING)


def test_one_answer_with_hits_tells_it_for_all() -> None:
    found = replace(TALL, hits=(PaperScore(TOWER.paper_id, 0.9),))
    told = untold([Reply("c0", TALL), Reply("c2", found), FAILED])
    assert not set(told) & set(RANKING)


def test_quotes_are_untold_where_no_answer_quotes_anything() -> None:
    bare = replace(TALL, citations=(replace(TALL.citations[0], quote=""),))
    assert QUOTE in untold([Reply("c0", bare), FAILED])
    assert QUOTE not in untold([Reply("c0", bare), Reply("c2", TALL)])
