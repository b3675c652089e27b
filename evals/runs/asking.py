"""Cases asked one by one or several at once: a reply to each, whatever comes of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from typing import Protocol

from evals.cases import Case
from evals.score import Reply
from rag.errors import ChatAuthError, RagError
from rag.types import Answer, Exchange

Clock = Callable[[], float]


class Asker(Protocol):
    """What a case is asked of; `rag.answer.Answerer` is one."""

    def ask(
        self, question: str, *, question_id: str = "", history: Sequence[Exchange] = ()
    ) -> Answer:
        """The answer, after the earlier questions of `history`. Raises RagError."""
        ...


def ask_all(
    asker: Asker,
    cases: Sequence[Case],
    record: Callable[[Reply], None],
    *,
    workers: int = 1,
    progress: Callable[[int], None] | None = None,
    clock: Clock = time.perf_counter,
) -> None:
    """Give `record` a reply to every case, each as it is there; an error is a reply too.

    The earlier questions of a case are asked first. `workers` cases are asked at once; `record`
    and `progress` (cases done) are called by this thread.
    Raises ChatAuthError: a key that is wrong for one case is wrong for all of them.
    """
    for done, reply in enumerate(_replies(partial(_reply, asker, clock), cases, workers), start=1):
        record(reply)
        if progress:
            progress(done)


def _replies(
    reply: Callable[[Case], Reply], cases: Sequence[Case], workers: int
) -> Iterator[Reply]:
    if workers == 1:
        yield from map(reply, cases)
        return
    pool = ThreadPoolExecutor(workers, "ask")
    try:
        for future in as_completed([pool.submit(reply, case) for case in cases]):
            yield future.result()
    finally:
        pool.shutdown(cancel_futures=True)  # after an error or Ctrl-C nothing more is asked


def _reply(asker: Asker, clock: Clock, case: Case) -> Reply:
    began = clock()
    try:
        history = _asked_before(asker, case)
        began = clock()
        answer = asker.ask(case.question, question_id=case.id, history=history)
    except ChatAuthError:
        raise
    except RagError as error:
        told = f"{type(error).__name__}: {error}"
        return Reply(case.id, None, told, _ms(clock() - began))
    return Reply(case.id, answer, ms=_ms(clock() - began), usage=answer.usage)


def _asked_before(asker: Asker, case: Case) -> tuple[Exchange, ...]:
    """The earlier questions of a case, asked in their order: a question leans on what the answers
    before it cite, as it does in the app. Their time and tokens are not the case's own.
    """
    history: tuple[Exchange, ...] = ()
    for number, question in enumerate(case.history, start=1):
        earlier = asker.ask(question, question_id=f"{case.id}~{number}", history=history)
        history = (*history, earlier.exchange)
    return history


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)
