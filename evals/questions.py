"""Ask every question of every backend and grade each answer; a failure is an outcome too."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

from evals.cases import Case, load_cases
from evals.entail import ExactEntailer
from evals.score import Reply, Score
from evals.scorers import score_reply
from rag.errors import RagError, SourceError
from rag.types import Answer
from rag.wire import answer_json

if TYPE_CHECKING:
    from rag.config import Config
    from rag.weights import Progress


GRADES = ("fact", "citation", "abstention_recall")
"""The metrics that the tables of the questions show."""


class Asker(Protocol):
    """What a question is asked of; `rag.answer.Answerer` is one."""

    def ask(self, question: str, *, question_id: str = "") -> Answer:
        """The answer. Raises RagError."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one case on one backend: an answer, or the `error` that came instead.

    After an error every scorer that applies to the case says wrong, so nothing goes missing.
    """

    backend: str
    case: Case
    answer: Answer | None
    error: str
    scores: Mapping[str, Score]
    ms: float


@dataclass(frozen=True, slots=True)
class QuestionsReport:
    """Every outcome of a run of the questions, in the order asked, backend after backend."""

    outcomes: tuple[Outcome, ...]


def run_questions(
    config: Config,
    backends: Sequence[str],
    *,
    cases: Sequence[Case] | None = None,
    out: Path | None = None,
    progress: Progress | None = None,
) -> QuestionsReport:
    """Ask `cases` (all shipped ones by default) of each backend over the sample library.

    Every answer is written to `out` as one JSON line the moment it is there. Raises ConfigError
    or WeightsError for a backend that cannot start, SourceError for `out` that cannot be written.
    """
    from evals.sample_library import sample_answerers

    asked = load_cases() if cases is None else tuple(cases)
    with sample_answerers(config, backends, progress) as answerers, _opened(out) as log:
        outcomes = [
            outcome
            for answerer in answerers
            for outcome in ask_all(answerer, answerer.backend, asked, log=log, progress=progress)
        ]
    return QuestionsReport(tuple(outcomes))


def _opened(out: Path | None) -> AbstractContextManager[IO[str] | None]:
    if out is None:
        return nullcontext()
    try:
        return out.open("w", encoding="utf-8")
    except OSError as error:
        raise SourceError(str(out), f"cannot be written: {error.strerror}") from error


def ask_all(
    asker: Asker,
    backend: str,
    cases: Sequence[Case],
    *,
    log: IO[str] | None = None,
    progress: Progress | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> list[Outcome]:
    """The outcome of every case, in order; a RagError is an outcome too."""
    outcomes = []
    for done, case in enumerate(cases):
        if progress:
            progress(backend, done, len(cases))
        began = clock()
        try:
            answer, error = asker.ask(case.question, question_id=case.id), ""
        except RagError as failure:
            answer, error = None, f"{type(failure).__name__}: {failure}"
        outcome = Outcome(
            backend, case, answer, error, _scores(case, answer, error), (clock() - began) * 1000
        )
        outcomes.append(outcome)
        if log:
            log.write(json.dumps(outcome_json(outcome), ensure_ascii=False) + "\n")
            log.flush()
    if progress:
        progress(backend, len(cases), len(cases))
    return outcomes


def _scores(case: Case, answer: Answer | None, error: str) -> dict[str, Score]:
    papers = {paper.paper_id: paper for paper in answer.papers} if answer else {}
    scores = score_reply(case, Reply(case.id, answer, error), ExactEntailer(), papers)
    return {score.metric: score for score in scores if score.metric in GRADES}


def outcome_json(outcome: Outcome) -> dict[str, object]:
    """One outcome, with the answer as `ask --json` gives it (null after an error)."""
    case = outcome.case
    return {
        "backend": outcome.backend,
        "case": case.id,
        "question": case.question,
        "kind": case.kind,
        "unanswerable": case.unanswerable,
        "split": case.split,
        "scores": {k: {"right": s.value == 1, "why": s.why} for k, s in outcome.scores.items()},
        "error": outcome.error,
        "ms": round(outcome.ms, 1),
        "answer": answer_json(outcome.answer) if outcome.answer else None,
    }
