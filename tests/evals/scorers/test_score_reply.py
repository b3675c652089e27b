"""All scores of a reply: which metrics apply, and what an error is worth."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from evals.cases import Case
from evals.score import Reply
from evals.scorers import METRICS, score_reply
from evals.scorers.entail import ExactEntailer
from rag.types import Answer
from tests.evals.answers import ABSTAINED, PAPERS, TALL, case, silent


def values(of: Case, answer: Answer | None, error: str = "") -> Mapping[str, float]:
    scores = score_reply(of, Reply(of.id, answer, error), ExactEntailer(), PAPERS)
    assert all(score.case_id == of.id and 0 <= score.value <= 1 for score in scores)
    assert [s.metric for s in scores] == [
        m.name for m in METRICS if m.name in {s.metric for s in scores}
    ]
    return {score.metric: score.value for score in scores}


def test_names_and_definitions_of_metrics_are_all_there_and_differ() -> None:
    assert len({metric.name for metric in METRICS}) == len(METRICS)
    assert all(metric.title and metric.definition.endswith(".") for metric in METRICS)


def test_abstaining_is_right_exactly_where_the_papers_are_silent() -> None:
    assert values(silent(), ABSTAINED)["abstention_recall"] == 1
    assert values(silent(), TALL)["abstention_recall"] == 0
    assert values(case(("3.5 m",)), TALL)["over_abstention"] == 0
    assert values(case(("3.5 m",)), ABSTAINED)["over_abstention"] == 1


def test_only_abstentions_count_for_their_precision() -> None:
    assert values(silent(), ABSTAINED)["abstention_precision"] == 1
    assert values(case(("3.5 m",)), ABSTAINED)["abstention_precision"] == 0
    assert "abstention_precision" not in values(silent(), TALL)


@pytest.mark.parametrize("of", [case(("3.5 m",)), silent()], ids=["answerable", "unanswerable"])
def test_an_error_is_the_worst_of_every_metric_that_applies(of: Case) -> None:
    found = values(of, None, "ChatTimeout: no reply")
    assert all(found[m.name] == (m.better == "lower") for m in METRICS if m.name in found)
    assert set(found) >= set(values(of, TALL))
    assert set(found) >= set(values(of, ABSTAINED))


def test_an_error_is_the_reason_of_its_scores() -> None:
    reply = Reply("c", None, "ChatTimeout: no reply")
    scores = score_reply(case(("3.5 m",)), reply, ExactEntailer(), PAPERS)
    assert {score.why for score in scores} == {"ChatTimeout: no reply"}
