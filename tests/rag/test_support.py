"""The layers of the check: text, what must agree, likeness, a judge within its time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray

from rag.errors import ChatTimeout
from rag.support import layers, likeness
from rag.support.layers import LayeredChecker, TextChecker, Verdict, by_judge, by_likeness
from rag.support.likeness import Signs
from rag.types import Message, Paper
from tests.fakes import HashEmbedder

QUOTE = "Its answers are preferred by humans 56% of the time, and are half as long."
PAPER = Paper("p", "WebGPT", f"We train WebGPT. {QUOTE}")
OPEN = "People liked what the browser wrote better in most comparisons."
SIGNS = Signs(cosine=0.7, gap=0.0, denied=0.0, opposed=0.0)


def no_vectors(texts: Sequence[str]) -> NDArray[np.float32]:
    """Fails the test where text alone should have decided."""
    raise AssertionError(texts)


def vectors(texts: Sequence[str]) -> NDArray[np.float32]:
    return HashEmbedder().embed(texts, "passage")


@dataclass
class Clock:
    """A clock that a slow judge moves."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class SlowJudge:
    """Says Yes with the log-odds given, each time after some seconds of the clock."""

    clock: Clock
    log_odds: float = 6.0
    seconds: float = 1.0
    fails: bool = False
    asked: list[str] = field(default_factory=list)
    name: str = "slow"

    def weigh(self, messages: Sequence[Message], options: Sequence[str]) -> tuple[float, ...]:
        self.asked.append(messages[-1].content)
        self.clock.now += self.seconds
        if self.fails:
            raise ChatTimeout("no reply within 60 s")
        return self.log_odds / 2, -self.log_odds / 2


@pytest.fixture(autouse=True)
def likeness_never_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "SURE_NO", 0.0)


def layered(judge: SlowJudge | None, judge_ms: float = 4000) -> LayeredChecker:
    clock = judge.clock if judge else Clock()
    return LayeredChecker(vectors, judge, judge_ms, clock)


@pytest.mark.parametrize(
    ("claim", "verdict", "layer"),
    [
        (QUOTE, "supported", "text"),
        ("Its answers are preferred by humans  56% of the time, and are half as long", "supported",
         "text"),
        ("WebGPT's answers are preferred by humans 56% of the time.", "supported", "text"),
        ("Its answers are preferred by humans 65% of the time.", "contradicted", "agree"),
        ("Its answers are not preferred by humans.", "contradicted", "agree"),
        ("It won 12 of 30 chess games.", "unsupported", "agree"),
        ("People liked BLOOM better.", "unsupported", "names"),
        (OPEN, "unchecked", ""),
        ("It rose to 80%.", "contradicted", "agree"),
        ("Its rating grew by 28.8%.", "unsupported", "agree"),
        ("The training took 60 minutes.", "supported", "text"),
    ],
)  # fmt: skip
def test_words_alone_decide_what_they_can(claim: str, verdict: str, layer: str) -> None:
    more = "It rose from 80% to 90%. Its rating grew by 28.8 points. The training took one hour."
    given = TextChecker().check(claim, [QUOTE, more], [PAPER])
    assert (given.support, given.layer) == (verdict, layer)
    assert given.reason


def test_a_sentence_that_cites_nothing_is_unsupported() -> None:
    assert TextChecker().check("It works.", []) == Verdict("unsupported", "cites nothing", "text")


def test_what_text_decides_asks_no_model() -> None:
    checker = LayeredChecker(no_vectors, SlowJudge(Clock()), 4000)
    for claim in (QUOTE, "Its answers are preferred by humans 65% of the time."):
        assert checker.check(claim, [QUOTE], [PAPER]).layer in ("text", "agree")


def test_what_stays_open_is_judged() -> None:
    yes, no = (SlowJudge(Clock(), odds) for odds in (9.0, -9.0))
    assert layered(yes).check(OPEN, [QUOTE], [PAPER]).support == "supported"
    verdict = layered(no).check(OPEN, [QUOTE], [PAPER])
    assert (verdict.support, verdict.layer) == ("unsupported", "judge")
    assert OPEN in no.asked[0]
    assert QUOTE in no.asked[0]


def test_without_a_judge_it_stays_unchecked() -> None:
    verdict = layered(None).check(OPEN, [QUOTE], [PAPER])
    assert (verdict.support, verdict.layer) == ("unchecked", "")
    assert verdict.likeness is not None


def test_the_judge_s_time_is_for_all_sentences_together() -> None:
    judge = SlowJudge(Clock(), seconds=1.5)
    checker = layered(judge, judge_ms=4000)
    verdicts = [checker.check(f"{OPEN} {word}", [QUOTE], [PAPER]) for word in "abc"]
    # After two, 3 s are spent and one more would likely take 1.5 s: it is not begun.
    assert [verdict.support for verdict in verdicts] == ["supported", "supported", "unchecked"]
    assert verdicts[2].reason == "there was no time to judge it"
    assert len(judge.asked) == 2


def test_no_time_at_all_asks_no_judge() -> None:
    judge = SlowJudge(Clock())
    assert layered(judge, judge_ms=0).check(OPEN, [QUOTE], [PAPER]).support == "unchecked"
    assert judge.asked == []


def test_a_judge_that_fails_leaves_the_answer_unchecked_and_is_not_asked_again() -> None:
    judge = SlowJudge(Clock(), fails=True)
    checker = layered(judge)
    first, second = (checker.check(OPEN, [QUOTE], [PAPER]) for _ in range(2))
    assert first.support == second.support == "unchecked"
    assert first.reason == "the judge failed: no reply within 60 s"
    assert len(judge.asked) == 1


def test_a_name_from_nowhere_is_for_the_judge_if_there_is_one() -> None:
    claim = "People liked what Browser-GPT wrote better."
    yes = SlowJudge(Clock(), 9.0)
    assert layered(yes).check(claim, [QUOTE], [PAPER]).support == "supported"
    for other in (None, SlowJudge(Clock(), fails=True)):
        verdict = layered(other).check(claim, [QUOTE], [PAPER])
        assert (verdict.support, verdict.layer) == ("unsupported", "names")


def test_likeness_decides_where_it_is_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    likely = likeness.probability(likeness.log_odds(SIGNS))
    assert by_likeness(SIGNS).support == "unchecked"
    monkeypatch.setattr(layers, "SURE_NO", likely + 0.01)
    verdict = by_likeness(SIGNS)
    assert (verdict.support, verdict.layer) == ("unsupported", "likeness")
    assert verdict.likeness == pytest.approx(likely)


def test_a_judge_s_verdict_names_it() -> None:
    assert by_judge(9.0, "local").reason == "local finds it in its quotes"
    assert by_judge(-9.0, "local").reason == "local does not find it in its quotes"


def test_likeness_decides_nothing_that_a_judge_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "SURE_NO", 1.0)
    assert layered(SlowJudge(Clock(), 9.0)).check(OPEN, [QUOTE], [PAPER]).layer == "judge"
    for none in (None, SlowJudge(Clock(), fails=True)):
        assert layered(none).check(OPEN, [QUOTE], [PAPER]).layer == "likeness"
