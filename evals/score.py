"""What a run is made of: replies, their scores, and what a metric is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from evals.cases import Case
from rag.types import Answer, Usage


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of asking one case: an answer, or the `error` that came in its place.

    `ms` is the whole time as the asker saw it, None where nobody measured it (answers made
    elsewhere); stages are in `answer.timings_ms`, tokens in `usage`.
    """

    case_id: str
    answer: Answer | None
    error: str = ""
    ms: float | None = None
    usage: Usage | None = None

    @property
    def tokens(self) -> Usage | None:
        """The tokens it took, told with the reply or within its answer."""
        return self.usage or (self.answer.usage if self.answer else None)


@dataclass(frozen=True, slots=True)
class Score:
    """A metric's grade of one reply: `value` in [0, 1], `why` it is not the best one.

    Over many cases a metric is the weighted mean, sum of `value * weight` by sum of `weight`: so
    a precision over all citations weighs an answer by its citations, and a case to which a metric
    does not apply simply has no score of it.
    """

    case_id: str
    metric: str
    value: float
    weight: float = 1.0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Metric:
    """A name that scores carry, how it is headed in a table, and what it means in one sentence.

    `of_answers` says that only what was answered has a score of it: two runs are compared in it on
    the cases that both answered.
    """

    name: str
    title: str
    definition: str
    better: Literal["higher", "lower"] = "higher"
    of_answers: bool = False

    @property
    def best(self) -> float:
        """The value of a score that could not be better."""
        return 1.0 if self.better == "higher" else 0.0

    @property
    def worst(self) -> float:
        """The value that no answer at all gets."""
        return 1.0 - self.best


@dataclass(frozen=True, slots=True)
class Run:
    """All replies and scores of one configuration on a set of cases.

    `config` says what was run, with hashes of prompts, models, library and cases. `replies` has
    every case's, in the order of `cases`; a case that failed has one too.
    """

    name: str
    config: Mapping[str, object]
    cases: tuple[Case, ...]
    replies: tuple[Reply, ...]
    scores: tuple[Score, ...]

    def reply(self, case_id: str) -> Reply:
        """The reply to one case. Raises KeyError."""
        return next(r for r in self.replies if r.case_id == case_id)
