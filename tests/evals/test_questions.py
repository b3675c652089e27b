"""A run of the questions on a scripted asker: nothing goes missing, and the rates add up."""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Mapping

from rich.console import Console

from evals.cases import Case
from evals.questions import QuestionsReport, ask_all
from evals.questions_table import misses_table, questions_json, questions_table, rows
from evals.stats import Rate
from rag.errors import ChatTimeout
from rag.types import Answer
from tests.evals.answers import ABSTAINED, TALL, answer, case, silent

CASES = (
    case(("3.5 m",), case_id="right"),
    case(("9 m",), case_id="wrong"),
    case(("3.5 m",), case_id="shy", split="test"),
    case(("3.5 m",), case_id="late"),
    silent("silent"),
    silent("talks", split="test"),
)


class Scripted:
    """Answers by question id; a case that is not scripted times out."""

    def __init__(self, script: Mapping[str, Answer]) -> None:
        self.script = script

    def ask(self, question: str, *, question_id: str = "") -> Answer:
        if question_id not in self.script:
            raise ChatTimeout("no reply within 60 s")
        return self.script[question_id]


def run(cases: tuple[Case, ...] = CASES, log: io.StringIO | None = None) -> QuestionsReport:
    asker = Scripted(
        {"right": TALL, "wrong": TALL, "shy": ABSTAINED, "silent": ABSTAINED, "talks": TALL}
    )
    ticks = itertools.count(step=0.5)
    return QuestionsReport(tuple(ask_all(asker, "hand", cases, log=log, clock=lambda: next(ticks))))


def counts(share: Rate) -> tuple[int, int]:
    return share.count, share.n


def test_every_case_has_an_outcome_and_a_failure_says_why() -> None:
    outcomes = {outcome.case.id: outcome for outcome in run().outcomes}
    assert list(outcomes) == [case.id for case in CASES]
    assert outcomes["late"].error == "ChatTimeout: no reply within 60 s"
    assert outcomes["late"].answer is None
    assert {s.why for s in outcomes["late"].scores.values()} == {outcomes["late"].error}


def test_the_rates_count_a_failure_as_wrong_but_not_as_abstained() -> None:
    row = rows(run())[-1]
    assert (row.backend, row.group, row.n, row.failed) == ("hand", "all", 6, 1)
    assert counts(row.fact) == (1, 4)
    assert counts(row.citation) == (1, 4)
    assert counts(row.over_abstained) == (1, 4)
    assert counts(row.abstained) == (1, 2)
    assert counts(row.exact) == (3, 3)
    assert row.median_ms == 500.0
    assert row.median_sentences == 1


def test_rows_are_grouped_by_split_or_by_kind() -> None:
    report = run()
    assert [(r.group, r.n) for r in rows(report)] == [("dev", 4), ("test", 2), ("all", 6)]
    assert [(r.group, r.n) for r in rows(report, "kind")] == [
        ("fact", 4),
        ("other_topic", 2),
        ("all", 6),
    ]


def test_each_answer_is_logged_as_a_line_of_json() -> None:
    log = io.StringIO()
    run(log=log)
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line["case"] for line in lines] == [case.id for case in CASES]
    assert lines[0]["answer"]["citations"][0]["quote"] == "The tallest reaches 3.5 m."
    assert lines[3]["answer"] is None
    assert lines[3]["scores"]["fact"] == {"right": False, "why": lines[3]["error"]}


def test_the_json_object_holds_the_rates_and_is_strict_json() -> None:
    report = run((CASES[3],))  # only a failure: no median number of sentences
    text = json.dumps(questions_json(report), allow_nan=False)
    (_, everything) = json.loads(text)["by_split"]
    assert everything["right_fact"] == {"count": 0, "n": 1, "interval_95": [0.0, 0.7935]}
    assert everything["median_sentences"] is None


def test_the_tables_show_counts_intervals_and_reasons() -> None:
    report = run()
    console = Console(width=200, file=io.StringIO(), record=True)
    console.print(questions_table(report), misses_table(report))
    shown = console.export_text()
    assert "1/4 25%" in shown
    assert "[5-70]" in shown
    assert "does not say 9 m" in shown
    assert "answered: The tallest reaches 3.5 m. [1]" in shown


def test_progress_is_told_for_each_case() -> None:
    told: list[tuple[str, int, int]] = []
    ask_all(
        Scripted({"right": answer()}),
        "hand",
        CASES[:1],
        progress=lambda what, done, total: told.append((what, done, total)),
    )
    assert told == [("hand", 0, 1), ("hand", 1, 1)]
