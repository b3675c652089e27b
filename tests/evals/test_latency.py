"""Stages are gathered over the questions, the warm-up left out."""

from __future__ import annotations

import io
from collections.abc import Sequence

from rich.console import Console

from evals.latency import LatencyReport, latency_json, latency_table, time_stages
from rag.types import Answer, Exchange
from tests.evals.answers import answer


class Counting:
    """Reports `find` of 1, 2, 3, … ms, and `write` only at every second question."""

    def __init__(self) -> None:
        self.asked = 0

    def ask(
        self, question: str, *, question_id: str = "", history: Sequence[Exchange] = ()
    ) -> Answer:
        self.asked += 1
        timings = {"find": float(self.asked), "total": 99.0}
        if self.asked % 2 == 0:
            timings["write"] = 10.0
        return answer(timings_ms=timings)


def test_stages_leave_out_the_warm_up_and_end_with_the_measured_total() -> None:
    stages = {stage.name: stage for stage in time_stages(Counting(), ["q"] * 4, warmup=2)}
    assert list(stages) == ["find", "write", "total"]
    assert (stages["find"].n, stages["find"].p50_ms) == (4, 4.5)  # 3, 4, 5, 6
    assert (stages["write"].n, stages["write"].p95_ms) == (2, 10.0)
    assert stages["total"].n == 4
    assert stages["total"].p50_ms < 99.0


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
