"""How long a warm `ask` takes, stage by stage, over the dev questions."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from evals.cases import load_cases
from evals.machine import machine
from evals.stats import percentile
from rag.types import Answer, Delta, Done, Event

if TYPE_CHECKING:
    from rich.table import Table

    from rag.config import Config
    from rag.models.weights import Progress

TOTAL = "total"
"""The name of the stage that is the whole `ask`, measured around the call."""
FIRST, ANSWERED = "first words", "total, answered"
"""From the question to the first words of an answer, and to all of it: what abstains, and is
quick, left out."""


class Teller(Protocol):
    """What tells an answer in events while it makes it; `rag.answer.Answerer` is one."""

    def stream(self, question: str) -> Iterator[Event]:
        """Events, the last one `Done`. Raises RagError."""
        ...


@dataclass(frozen=True, slots=True)
class Stage:
    """Milliseconds of one stage over the questions that passed through it, `n` of them."""

    name: str
    n: int
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class LatencyReport:
    """Stages in the order met, the last ones being `FIRST`, `ANSWERED` and the whole `ask`;
    `machine` says where.
    """

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
    count: int | None = None,
    warmup: int = 5,
    progress: Progress | None = None,
) -> LatencyReport:
    """Time `questions` (the shipped dev ones by default) on `backend` over the sample library;
    `count` of them, evenly spread, if given. The chat model is warmed first, as the app does.

    Raises ConfigError or WeightsError for a backend that cannot start, ChatError if it stops.
    """
    from evals.sample_library import sample_answerers

    if questions is None:
        dev = (case for case in load_cases() if case.split == "dev" and not case.history)
        questions = [case.question for case in dev]
    if count and count < len(questions):
        questions = [questions[i * len(questions) // count] for i in range(count)]
    with sample_answerers(config, [backend], progress) as (answerer,):
        answerer.warm()
        stages = time_stages(answerer, questions, warmup=warmup, progress=progress)
    return LatencyReport(answerer.backend, len(questions), warmup, machine(), stages)


def time_stages(
    teller: Teller,
    questions: Sequence[str],
    *,
    warmup: int = 5,
    progress: Progress | None = None,
) -> tuple[Stage, ...]:
    """The stages of `Answer.timings_ms` and what was measured around them, after `warmup` questions
    uncounted.
    """
    for question in questions[:warmup]:
        _timed(teller, question)
    times: dict[str, list[float]] = {}
    around: dict[str, list[float]] = {FIRST: [], ANSWERED: [], TOTAL: []}
    for done, question in enumerate(questions):
        if progress:
            progress("timing", done, len(questions))
        answer, first, total = _timed(teller, question)
        around[TOTAL].append(total)
        if not answer.abstained:
            around[ANSWERED].append(total)
            around[FIRST].append(total if first is None else first)
        for name, spent in answer.timings_ms.items():
            if name != TOTAL:
                times.setdefault(name, []).append(spent)
    if progress:
        progress("timing", len(questions), len(questions))
    return tuple(
        Stage(name, len(spent), percentile(spent, 50), percentile(spent, 95))
        for name, spent in (times | around).items()
        if spent
    )


def _timed(teller: Teller, question: str) -> tuple[Answer, float | None, float]:
    """The answer, and the milliseconds until its first words, if any, and until its end."""
    began, first = time.perf_counter(), None
    for event in teller.stream(question):
        if isinstance(event, Done):
            return event.answer, first, (time.perf_counter() - began) * 1000
        if first is None and isinstance(event, Delta):
            first = (time.perf_counter() - began) * 1000
    raise AssertionError("a stream of events ended without Done")


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
        table.add_row(
            stage.name, *cells, style="bold" if stage.name in (FIRST, ANSWERED, TOTAL) else ""
        )
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
