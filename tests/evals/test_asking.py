"""Cases are asked, one by one or several at once, and each has a reply, whatever comes of it."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pytest

from evals.runs.asking import ask_all
from evals.score import Reply
from rag.errors import ChatAuthError, ChatTimeout, RagError
from rag.types import Answer, Exchange, Usage
from tests.evals.answers import ABSTAINED, TALL, case

CASES = tuple(case(case_id=name) for name in ("a", "b", "c"))


@dataclass
class Scripted:
    """Answers by question id, or raises what stands there; `asked` are the ids and histories."""

    script: Mapping[str, Answer | RagError]
    asked: list[tuple[str, Sequence[Exchange]]] = field(default_factory=list)

    def ask(
        self, question: str, *, question_id: str = "", history: Sequence[Exchange] = ()
    ) -> Answer:
        self.asked.append((question_id, history))
        reply = self.script[question_id]
        if isinstance(reply, RagError):
            raise reply
        return reply


def replies(asker: Scripted, workers: int = 1) -> dict[str, Reply]:
    found: list[Reply] = []
    ticks = itertools.count(step=0.5)
    ask_all(asker, CASES, found.append, workers=workers, clock=lambda: next(ticks))
    return {reply.case_id: reply for reply in found}


@pytest.mark.parametrize("workers", [1, 3])
def test_every_case_has_a_reply_and_a_failure_says_why(workers: int) -> None:
    usage = Usage(9, 4)
    script: dict[str, Answer | RagError] = {
        "a": replace(TALL, usage=usage),
        "b": ChatTimeout("no reply within 60 s"),
        "c": ABSTAINED,
    }
    found = replies(Scripted(script), workers)
    assert set(found) == {"a", "b", "c"}
    assert (found["a"].answer, found["a"].usage) == (script["a"], usage)
    assert (found["b"].answer, found["b"].error) == (None, "ChatTimeout: no reply within 60 s")


def test_the_time_is_the_whole_time_of_asking() -> None:
    found = replies(Scripted(dict.fromkeys("abc", TALL)))
    assert {reply.ms for reply in found.values()} == {500.0}


def test_a_wrong_key_ends_the_asking() -> None:
    asker = Scripted({"a": TALL, "b": ChatAuthError("the key is not accepted"), "c": TALL})
    with pytest.raises(ChatAuthError):
        replies(asker)
    assert [name for name, _ in asker.asked] == ["a", "b"]


def test_earlier_questions_are_asked_first_and_what_they_cite_goes_along() -> None:
    asker = Scripted({"a": TALL, "a~1": TALL, "a~2": ABSTAINED})
    told = replace(CASES[0], history=("Who builds towers?", "and of ice?"))
    ask_all(asker, [told], lambda _reply: None)
    assert TALL.exchange.cited
    assert asker.asked == [
        ("a~1", ()),
        ("a~2", (TALL.exchange,)),
        ("a", (TALL.exchange, ABSTAINED.exchange)),
    ]


def test_a_case_whose_earlier_question_fails_has_that_failure_as_its_reply() -> None:
    asker = Scripted({"a": TALL, "a~1": ChatTimeout("no reply within 60 s")})
    found: list[Reply] = []
    ask_all(asker, [replace(CASES[0], history=("Who builds towers?",))], found.append)
    assert [reply.error for reply in found] == ["ChatTimeout: no reply within 60 s"]


def test_several_are_asked_at_once() -> None:
    together = threading.Barrier(3, timeout=30)

    class Waiting(Scripted):
        def ask(
            self, question: str, *, question_id: str = "", history: Sequence[Exchange] = ()
        ) -> Answer:
            together.wait()  # breaks unless three are here at the same time
            return super().ask(question, question_id=question_id)

    assert len(replies(Waiting(dict.fromkeys("abc", TALL)), workers=3)) == 3


def test_progress_counts_the_replies() -> None:
    told: list[int] = []
    ask_all(Scripted(dict.fromkeys("abc", TALL)), CASES, lambda _reply: None, progress=told.append)
    assert told == [1, 2, 3]
