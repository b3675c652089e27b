"""Does what a sentence cites say what the sentence says? The layers of the test.

A sentence that is one of its quotes, or nearly, is supported. One whose numbers, negations,
directions or names clash with its quotes is not. What lies between is for a judge, if there is one
and it has time, and else weighed by its likeness, where that is sure; the rest stays `unchecked`.

Likeness is cheaper than a judge and yet comes after it: of the short sentences that the local chat
model made of long quotes for 269 questions, it was sure of 31 that they are too little like, of
which 21 were so only by their shortness ("GPT-J solved 11.4% of the problems").
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from rag.errors import ChatError
from rag.support import likeness
from rag.support.agree import find_clash, wrong_way_round
from rag.support.judge_prompts import NO, YES, support_messages
from rag.support.likeness import SURE_NO, Signs
from rag.support.near_exact import nearly_says
from rag.types import Paper, Support

if TYPE_CHECKING:
    from rag.models.judge import Judge
    from rag.support.likeness import Vectors

LAYERS = ("text", "agree", "judge", "likeness", "names")
"""What can decide, in the order in which they are asked; likeness and names only where no judge
says more.
"""

# From which log-odds of Yes against No on a sentence is borne out, fitted by `askpapers eval
# support` on SciFact's train claims with the local chat model.
JUDGED = 0.27

WORD_FOR_WORD = "is a quote, word for word"

_PLAIN_MARKS = str.maketrans("“”‘’", "\"\"''")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether quotes bear a sentence out, and why, in words for a person.

    `layer` names what decided, one of LAYERS; empty where nothing did. `likeness` is what a
    threshold was held against, where one was: a probability, or a judge's log-odds.
    """

    support: Support
    reason: str
    layer: str
    likeness: float | None = None


class Checker(Protocol):
    """Tests sentences against the quotes they cite."""

    def check(self, claim: str, quotes: Sequence[str], papers: Sequence[Paper] = ()) -> Verdict:
        """Verdict on `claim` (without markers) against all its quotes together; `papers` are
        those that the quotes are of. Raises WeightsError.
        """
        ...


def by_text(claim: str, quotes: Sequence[str], papers: Sequence[Paper] = ()) -> Verdict | None:
    """Supported if it is a quote, or one but for its dress; None if the words are others."""
    # A part of a quote is not enough: "moss helps" stands in "it is not true that moss helps".
    if any(_as_printed(claim) == _as_printed(quote) for quote in quotes):
        return Verdict("supported", WORD_FOR_WORD, "text")
    # Of several papers it is not told which one's quote says "we".
    title = papers[0].title if len(set(papers)) == 1 else ""
    if nearly_says(claim, quotes, title) and not wrong_way_round(claim, quotes):
        return Verdict("supported", "is in a quote but for a few words", "text")
    return None


def by_agreement(claim: str, quotes: Sequence[str], papers: Sequence[Paper] = ()) -> Verdict | None:
    """Why it cannot stand, if numbers, negations, directions or names clash; else None."""
    clash = find_clash(claim, quotes, papers)
    if clash is None:
        return None
    return Verdict(clash.support, clash.reason, "agree" if clash.sure else "names")


@dataclass(frozen=True, slots=True)
class TextChecker:
    """The layers that take no model: exact and near-exact text, and what must agree."""

    def check(self, claim: str, quotes: Sequence[str], papers: Sequence[Paper] = ()) -> Verdict:
        """`unchecked` for all that the words do not decide."""
        if not quotes:
            return Verdict("unsupported", "cites nothing", "text")
        verdict = by_text(claim, quotes, papers) or by_agreement(claim, quotes, papers)
        return verdict or Verdict("unchecked", "says it otherwise than its quotes", "")


@dataclass(slots=True)
class LayeredChecker:
    """All layers. One is made for each answer: the judge's time is for all of its sentences.

    `judge_ms` is what the judge may take in all; it is not begun where it would likely not end in
    time, going by what it took before, nor asked again once it failed.
    """

    vectors: Vectors
    judge: Judge | None = None
    judge_ms: float = 0.0
    clock: Callable[[], float] = time.perf_counter
    _spent_ms: float = field(default=0.0, init=False)
    _longest_ms: float = field(default=0.0, init=False)

    def check(self, claim: str, quotes: Sequence[str], papers: Sequence[Paper] = ()) -> Verdict:
        """`unchecked` where likeness is not sure and no judge is there or has time."""
        words = TextChecker().check(claim, quotes, papers)
        if words.layer in ("text", "agree"):
            return words
        judged = self._judged(claim, quotes) if self.judge else None
        if judged and judged.support != "unchecked":
            return judged
        likely = by_likeness(likeness.read_signs(claim, quotes, self.vectors))
        if likely.support != "unchecked":
            return likely
        return words if words.layer == "names" else judged or likely

    def _judged(self, claim: str, quotes: Sequence[str]) -> Verdict:
        assert self.judge  # who asks this has looked
        if self._spent_ms + self._longest_ms >= self.judge_ms:
            return Verdict("unchecked", "there was no time to judge it", "")
        began = self.clock()
        try:
            yes, no = self.judge.weigh(support_messages(quotes, claim), (YES, NO))
        except ChatError as error:  # the answer stands without it, marked as not checked
            self._spent_ms = math.inf
            return Verdict("unchecked", f"the judge failed: {error}", "")
        took = (self.clock() - began) * 1000
        self._spent_ms += took
        self._longest_ms = max(self._longest_ms, took)
        return by_judge(yes - no, self.judge.name)


def by_likeness(signs: Signs) -> Verdict:
    """Unsupported where words and vectors are too little like; no likeness is sure of support, as
    what says the opposite is as like.
    """
    likely = likeness.probability(likeness.log_odds(signs))
    if likely < SURE_NO:
        what = "a part of it is" if signs.gap > 0 else "it is"
        return Verdict("unsupported", f"{what} too little like its quotes", "likeness", likely)
    return Verdict("unchecked", "words alone cannot tell", "", likely)


def by_judge(log_odds: float, judge: str) -> Verdict:
    """What a judge decides by its log-odds of Yes against No."""
    if log_odds >= JUDGED:
        return Verdict("supported", f"{judge} finds it in its quotes", "judge", log_odds)
    return Verdict("unsupported", f"{judge} does not find it in its quotes", "judge", log_odds)


def _as_printed(text: str) -> str:
    """The text but for white space, the kind of quotation marks, and the last full stop."""
    return " ".join(text.translate(_PLAIN_MARKS).split()).rstrip(".")
