"""How long a warm `ask` takes, stage by stage, over the dev questions."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evals.cases import load_cases
from evals.machine import machine
from evals.stats import percentile

if TYPE_CHECKING:
    from rich.table import Table

    from evals.asking import Asker
    from rag.config import Config
    from rag.weights import Progress

TOTAL = "total"
"""The name of the stage that is the whole `ask`, measured around the call."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Milliseconds of one stage over the questions that passed through it, `n` of them."""

    name: str
    n: int
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class LatencyReport:
    """Stages in the order met, the last being the whole `ask`; `machine` says where."""

    backend: str
    questions: int
    warmup: int
    machine: str
    stages: tuple[Stage, ...]


def run_latency(
    config: Config,
    backend: str,
    *,
    questions: Sequence[str] | None = None,
    warmup: int = 5,
    progress: Progress | None = None,
) -> LatencyReport:
    """Time `questions` (the shipped dev ones by default) on `backend` over the sample library.

    Raises ConfigError or WeightsError for a backend that cannot start, ChatError if it stops.
    """
    from evals.sample_library import sample_answerers

    if questions is None:
        dev = (case for case in load_cases() if case.split == "dev" and not case.history)
        questions = [case.question for case in dev]
    with sample_answerers(config, [backend], progress) as (answerer,):
        stages = time_stages(answerer, questions, warmup=warmup, progress=progress)
    return LatencyReport(answerer.backend, len(questions), warmup, machine(), stages)


def time_stages(
    asker: Asker,
    questions: Sequence[str],
    *,
    warmup: int = 5,
    progress: Progress | None = None,
) -> tuple[Stage, ...]:
    """The stages of `Answer.timings_ms` and the total, after `warmup` questions uncounted."""
    for question in questions[:warmup]:
        asker.ask(question)
    times: dict[str, list[float]] = {}
    totals = []
    for done, question in enumerate(questions):
        if progress:
            progress("timing", done, len(questions))
        began = time.perf_counter()
        answer = asker.ask(question)
        totals.append((time.perf_counter() - began) * 1000)
        for name, spent in answer.timings_ms.items():
            if name != TOTAL:
                times.setdefault(name, []).append(spent)
    if progress:
        progress("timing", len(questions), len(questions))
    times[TOTAL] = totals
    return tuple(
        Stage(name, len(spent), percentile(spent, 50), percentile(spent, 95))
        for name, spent in times.items()
    )


def latency_table(report: LatencyReport) -> Table:
    """The stages for a terminal."""
    from rich.table import Table

    table = Table(
        title=f"Warm ask on {report.backend}: milliseconds a stage",
        caption=f"{report.questions} questions after {report.warmup} to warm up; {report.machine}",
    )
    table.add_column("stage")
    for heading in ("n", "p50", "p95"):
        table.add_column(heading, justify="right")
    for stage in report.stages:
        cells = (str(stage.n), f"{stage.p50_ms:.1f}", f"{stage.p95_ms:.1f}")
        table.add_row(stage.name, *cells, style="bold" if stage.name == TOTAL else "")
    return table


def latency_json(report: LatencyReport) -> dict[str, object]:
    """The report as the `--json` object."""
    return {
        "backend": report.backend,
        "questions": report.questions,
        "warmup": report.warmup,
        "machine": report.machine,
        "stages": {
            s.name: {"n": s.n, "p50_ms": round(s.p50_ms, 2), "p95_ms": round(s.p95_ms, 2)}
            for s in report.stages
        },
    }
