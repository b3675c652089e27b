"""What a chat model made up is counted by how its confidence fell behind that of the evidence."""

from __future__ import annotations

from dataclasses import replace

from evals.cases import Case
from evals.score import Reply, Run
from evals.writing.doubt import doubt_table, invented
from rag.writing.doubt import MADE_UP, doubted
from tests.evals.answers import TALL, case, silent

CASES = (
    case(("3.5 m",), case_id="low"),
    case(("3.5 m",), case_id="high"),
    silent("silent"),
    silent("quiet"),
    replace(case(("3.5 m",), case_id="follow"), history=("Who?",)),
    replace(case(("3.5 m",), case_id="listed"), kind="catalogue"),
)
SURE = {"low": 0.65, "high": 0.97, "silent": 0.65, "quiet": 0.1, "follow": 0.9, "listed": 1.0}


def run(made_up: tuple[str, ...] = (), cases: tuple[Case, ...] = CASES) -> Run:
    restated = ", ".join(made_up)

    def sure(name: str) -> float:
        return doubted(SURE[name]) if name in made_up else SURE[name]

    # the follow-up is asked in other words by the run that made things up
    replies = tuple(
        Reply(
            c.id, replace(TALL, id=c.id, confidence=sure(c.id), asked=restated if c.history else "")
        )
        for c in cases
    )
    return Run("r", {}, cases, replies, ())


def test_it_is_counted_by_confidence_for_questions_that_were_asked_of_the_chat_model() -> None:
    low, _, _, high, whole = invented(run(), run(("high", "silent", "follow", "listed")))
    assert (low.answerable.count, low.answerable.n) == (0, 1)
    assert (low.unanswerable.count, low.unanswerable.n) == (1, 1)
    assert (high.answerable.count, high.answerable.n) == (1, 1)
    assert high.unanswerable.n == 0
    assert (whole.answerable.n, whole.unanswerable.n) == (2, 1)
    assert whole.odds == 0.5


def test_a_follow_up_that_both_understood_alike_is_counted() -> None:
    again = replace(
        run(("follow",)),
        replies=tuple(
            replace(reply, answer=reply.answer and replace(reply.answer, asked=""))
            for reply in run(("follow",)).replies
        ),
    )
    assert invented(run(), again)[-1].answerable.count == 1


def test_without_anything_made_up_no_odds_are_told() -> None:
    assert all(one.odds is None for one in invented(run(), run()))


def test_a_case_that_failed_or_was_not_asked_twice_is_left_out() -> None:
    failed = replace(run(), replies=(Reply("low", None, "ChatTimeout: late"),))
    assert invented(run(), failed)[-1].answerable.n == 0


def test_the_table_has_a_row_for_every_band_and_says_what_is_in_use() -> None:
    table = doubt_table(invented(run(), run(("high",))))
    assert [*table.columns[0].cells][-1] == "up to 1"
    assert f"{MADE_UP:.3f}" in str(table.caption)
