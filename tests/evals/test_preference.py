"""Preferences between two runs, by judges that know what they like."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import pytest

from evals.comparing.preference import preference, preference_json, preference_line
from evals.score import Reply, Run
from rag.errors import ConfigError
from rag.types import Message
from tests.evals.answers import ABSTAINED, TALL
from tests.evals.runs import cases, scored

ASKED = cases(12)


@dataclass
class Liking:
    """A judge whose log-odds for A come from what it sees of the two answers."""

    odds: Callable[[str, str], float]
    name: str = "liking"
    asked: int = 0

    def weigh(self, messages: Sequence[Message], options: Sequence[str]) -> tuple[float, ...]:
        self.asked += 1
        found = re.search(r"^Answer A: (.*)\nAnswer B: (.*)$", messages[-1].content, re.MULTILINE)
        assert found
        odds = self.odds(found[1], found[2])
        return odds / 2, -odds / 2


def saying(texts: Sequence[str | None], name: str) -> Run:
    """A run with these answers; None abstains."""
    run = scored(ASKED, {}, name)
    replies = tuple(
        replace(r, answer=ABSTAINED if text is None else replace(TALL, answer=text))
        for r, text in zip(run.replies, texts, strict=True)
    )
    return replace(run, replies=replies)


def by_metres(a: str, b: str) -> float:
    return float(a.count("m") - b.count("m"))


def test_the_run_with_the_better_answers_is_preferred() -> None:
    a, b = saying(["It is tall. [1]"] * 12, "old"), saying(["It is 3.5 m. [1]"] * 12, "new")
    found = preference(a, b, Liking(by_metres))
    assert (found.share.value, found.share.n, found.ties) == (1.0, 12, 0)
    assert found.p < 0.01
    assert preference(b, a, Liking(by_metres)).share.value == 0.0


def test_alike_answers_are_ties_that_nobody_is_asked_about() -> None:
    texts = ["It is 3.5 m. [1]"] * 12
    judge = Liking(by_metres)
    found = preference(saying(texts, "old"), saying([t + "[2]" for t in texts], "new"), judge)
    assert (found.share.value, found.ties, found.same, found.p) == (0.5, 12, 12, 1.0)
    assert judge.asked == 0


def test_what_one_of_them_did_not_answer_is_left_out_and_counted() -> None:
    a = saying(["tall"] * 10 + [None] * 2, "old")
    b = saying([None] * 3 + ["3.5 m"] * 9, "new")
    failed = Reply("c3", None, "ChatTimeout: late")
    b = replace(b, replies=(*b.replies[:3], failed, *b.replies[4:]))
    found = preference(a, b, Liking(by_metres))
    assert (found.share.n, found.left_out) == (6, 6)


def test_who_is_preferred_for_length_alone_is_preferred_less_once_length_is_controlled() -> None:
    shorter, longer = "It is tall.", "It is tall, and it is tall, and it is tall."
    a = saying([shorter] * 9 + [longer] * 3, "old")
    b = saying([longer] * 9 + [shorter] * 3, "new")
    found = preference(a, b, Liking(lambda x, y: float(len(x) - len(y))))
    assert found.share.value == 0.75
    assert abs(found.controlled - 0.5) < 0.2


def test_runs_without_a_common_answer_are_refused() -> None:
    with pytest.raises(ConfigError, match="no answer to the same case"):
        preference(saying([None] * 12, "old"), saying(["x"] * 12, "new"), Liking(by_metres))


def test_a_preference_is_said_in_one_sentence_and_in_json() -> None:
    a, b = saying(["tall"] * 12, "old"), saying(["3.5 m"] * 12, "new")
    found = preference(a, b, Liking(by_metres))
    assert preference_line(found).startswith("liking prefers B's answer in 100.0% [")
    told = preference_json(found)
    assert told["judge"] == "liking"
    assert not math.isnan(float(str(told["length_controlled"])))
