"""Stages are gathered over the questions, the warm-up left out."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator

from rich.console import Console

from evals.speed.latency import (
    ANSWERED,
    FIRST,
    TOTAL,
    LatencyReport,
    latency_json,
    latency_table,
    time_stages,
)
from rag.types import Delta, Done, Event
from tests.evals.answers import answer


class Counting:
    """Reports `find` of 1, 2, 3, … ms, and writes at every second question, else abstains."""

    def __init__(self) -> None:
        self.asked = 0

    def stream(self, question: str) -> Iterator[Event]:
        self.asked += 1
        timings = {"find": float(self.asked), "total": 1e6}
        writes = self.asked % 2 == 0
        if writes:
            timings["write"] = 10.0
            yield Delta("It ")
            time.sleep(0.02)
            yield Delta("wins.")
        yield Done(answer(timings_ms=timings, abstained=not writes))


def test_stages_leave_out_the_warm_up_and_end_with_the_measured_total() -> None:
    stages = {stage.name: stage for stage in time_stages(Counting(), ["q"] * 4, warmup=2)}
    assert list(stages) == ["find", "write", FIRST, ANSWERED, TOTAL]
    assert (stages["find"].n, stages["find"].p50_ms) == (4, 4.5)  # 3, 4, 5, 6
    assert (stages["write"].n, stages["write"].p95_ms) == (2, 10.0)
    assert stages[TOTAL].n == 4
    assert stages[TOTAL].p50_ms < 1e6


def test_first_words_and_whole_answers_are_of_what_was_answered() -> None:
    stages = {stage.name: stage for stage in time_stages(Counting(), ["q"] * 4, warmup=0)}
    assert stages[FIRST].n == stages[ANSWERED].n == 2
    assert stages[ANSWERED].p50_ms >= stages[FIRST].p50_ms + 20
    assert stages[ANSWERED].p50_ms > stages[TOTAL].p50_ms


def test_where_everything_abstains_no_words_are_timed() -> None:
    assert [stage.name for stage in time_stages(Counting(), ["q"], warmup=0)] == ["find", TOTAL]


def test_the_report_names_the_machine_and_every_stage() -> None:
    stages = time_stages(Counting(), ["q", "q"], warmup=0)
    report = LatencyReport("hand", 2, 0, "a machine", stages)
    console = Console(width=120, file=io.StringIO(), record=True)
    console.print(latency_table(report))
    shown = " ".join(console.export_text().split())
    assert "a machine" in shown
    assert "2 questions after 0 to warm up" in shown
    assert latency_json(report)["machine"] == "a machine"
    assert "write" in shown
