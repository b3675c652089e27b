"""Fits what tells questions that go on about a conversation from others; says how well it does.

Turns of conversations (`evals/conversation_turns.jsonl`), follow-ups with their labels
(`evals/followup_cases.jsonl`; but for those that turn to another paper by its name, which are as
much the one as the other), and questions that stand by themselves, each put behind one drawn from
all. No fold parts turns or follow-ups that one hand wrote.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evals.cases import QUESTIONS, load_cases
from evals.evidence import confidence_cases, sample_cases
from evals.evidence.confidence_cases import paper_of
from evals.evidence.kinds import BANK, FRESH
from evals.evidence.sign_rows import sign_rows
from evals.labelled.rows import json_rows
from evals.logistic import FOLDS, fit, fold_of
from evals.stats import Rate, rate
from rag.question.goes_on import LIKELY, TurnWeights, signs_of_turn, write_turns
from rag.question.leaning import leans
from rag.question.word_signs import WordWeights

if TYPE_CHECKING:
    from rich.table import Table

    from evals.arrays import Floats
    from rag.config import Config
    from rag.models.weights import Progress

TURNS = QUESTIONS.with_name("conversation_turns.jsonl")
FOLLOW_UPS = QUESTIONS.with_name("followup_cases.jsonl")
TALKS = QUESTIONS.with_name("conversation_cases.jsonl")
FEWEST = 12
"""Turns that have a sign, for it to be weighed."""
RIDGE = 10.0
_OWN = 1500  # of the thousands of questions to one paper
_BATCH = 256


@dataclass(frozen=True, slots=True)
class Turn:
    """A question behind `earlier` ones, whether it `leans` on them, where it comes from, and who
    or what it was written by or about.
    """

    question: str
    earlier: tuple[str, ...]
    leans: bool
    source: str
    group: str


@dataclass(frozen=True, slots=True)
class ToldTurns:
    """One source of turns: of those that lean the share found, of the others the share taken to,
    each by rules, by words, and by words and vectors; the last two by folds.
    """

    source: str
    found: tuple[Rate, ...]
    taken: tuple[Rate, ...]


def run_turns(
    config: Config, *, write: bool = False, progress: Progress | None = None
) -> tuple[ToldTurns, ...]:
    """Fit, by folds and on all; of dev cases, which are never fitted on, what all of it tells.

    Raises SourceError for the data, WeightsError for the embedder.
    """
    from rag.models.embed import OnnxEmbedder

    embedder = OnnxEmbedder.load(config, progress)
    turns, dev = all_turns(), _dev()
    texts = list(dict.fromkeys(turn.question for turn in (*turns, *dev)))
    vectors: dict[str, Floats] = {}
    for start in range(0, len(texts), _BATCH):
        batch = texts[start : start + _BATCH]
        vectors |= dict(zip(batch, embedder.embed(batch, "query").astype(float), strict=True))
        if progress:
            progress("embedding turns", start, len(texts))
    every = fit_turns(turns, vectors)
    if write:
        write_turns(every)
    sure = [(*one, turn) for one, turn in zip(_by_folds(turns, vectors), turns, strict=True)]
    sure += [(*_both(every, turn, vectors), turn) for turn in dev]
    sources = dict.fromkeys(turn.source for *_, turn in sure)
    return tuple(_told(source, [o for o in sure if o[2].source == source]) for source in sources)


def all_turns() -> list[Turn]:
    """What is fitted on. Raises SourceError."""
    rows = [row for _, row in json_rows(TURNS, "history", "question", "leans", "by")]
    found = [Turn(r["question"], tuple(r["history"]), r["leans"], "turns", r["by"]) for r in rows]
    found += [
        Turn(case.question, case.history, leans=True, source="follow-ups", group=_writer(case.id))
        for case in load_cases(FOLLOW_UPS)
        if "switch" not in case.tags
    ]
    drawn = random.Random(0)
    alone = [
        *load_cases(confidence_cases.TYPED_CASES),
        *load_cases(confidence_cases.ARXIV_CASES),
        *load_cases(sample_cases.TYPED_CASES),
    ]
    drawn.shuffle(alone)
    asked = [(case.question, paper_of(case)) for case in alone[:_OWN]]
    asked += [(row["question"], row["question"]) for _, row in json_rows(BANK, "question")]
    fresh = [case for case in load_cases(FRESH) if case.split == "dev"]
    asked += [(case.question, paper_of(case)) for case in fresh]
    before = drawn.choices(alone[_OWN:], k=len(asked))
    return found + [
        Turn(question, (earlier.question,), leans=False, source="on its own", group=group)
        for (question, group), earlier in zip(asked, before, strict=True)
    ]


def fit_turns(turns: Sequence[Turn], vectors: dict[str, Floats]) -> TurnWeights:
    """The worth of each sign that FEWEST of the turns have, and of the vector beside it; as if as
    many leaned as did not.
    """
    signs = [signs_of_turn(turn.question, turn.earlier) for turn in turns]
    names, rows = sign_rows(signs, FEWEST)
    labels = np.array([turn.leans for turn in turns], dtype=float)
    even = math.log((labels == 0).sum() / (labels == 1).sum())
    beside = np.stack([vectors[turn.question] for turn in turns])

    def weights(design: Floats) -> tuple[WordWeights, Floats]:
        bias, *worth = fit(design, labels, RIDGE).tolist()
        of_words: dict[str, float] = dict(zip(names, worth[: len(names)], strict=True))
        return WordWeights(bias + even, of_words), np.array(worth[len(names) :])

    beside_vectors, vector = weights(np.c_[rows, beside])
    alone, _ = weights(rows)
    return TurnWeights(beside_vectors, vector.astype(np.float32), alone)


def turns_table(told: Sequence[ToldTurns]) -> Table:
    """A line for each source."""
    from rich.table import Table

    table = Table(title="What goes on about the questions before it")
    table.add_column("questions")
    for heading in ("rules", "words", "words and vector"):
        table.add_column(f"found by {heading}", justify="right")
        table.add_column("others taken so", justify="right")
    for one in told:
        pairs = zip(one.found, one.taken, strict=True)
        shares = [_share(part) for pair in pairs for part in pair]
        table.add_row(one.source, *shares)
    return table


def _dev() -> list[Turn]:
    """The dev cases with a history; those with the tag `switch` leave it."""
    cases = [case for case in (*load_cases(), *load_cases(TALKS)) if case.split == "dev"]
    return [
        Turn(case.question, case.history, "switch" not in case.tags, "dev cases", case.id)
        for case in cases
        if case.history
    ]


def _by_folds(turns: Sequence[Turn], vectors: dict[str, Floats]) -> list[tuple[float, float]]:
    """How sure words, and words and vectors, are of each, fitted on other folds."""
    folds = [fold_of(turn.group) for turn in turns]
    sure: list[tuple[float, float]] = [(0.0, 0.0)] * len(turns)
    for fold in range(FOLDS):
        others = [turn for turn, own in zip(turns, folds, strict=True) if own != fold]
        fitted = fit_turns(others, vectors)
        for place, turn in enumerate(turns):
            if folds[place] == fold:
                sure[place] = _both(fitted, turn, vectors)
    return sure


def _both(fitted: TurnWeights, turn: Turn, vectors: dict[str, Floats]) -> tuple[float, float]:
    vector = vectors[turn.question].astype(np.float32)
    return (
        fitted.probability(turn.question, turn.earlier),
        fitted.probability(turn.question, turn.earlier, vector),
    )


def _told(source: str, sure: Sequence[tuple[float, float, Turn]]) -> ToldTurns:
    ways: tuple[Callable[[tuple[float, float, Turn]], bool], ...] = (
        lambda one: leans(one[2].question),
        lambda one: one[0] >= LIKELY,
        lambda one: one[1] >= LIKELY,
    )

    def share(way: Callable[[tuple[float, float, Turn]], bool], *, lean: bool) -> Rate:
        return rate([way(one) for one in sure if one[2].leans is lean])

    return ToldTurns(
        source,
        tuple(share(way, lean=True) for way in ways),
        tuple(share(way, lean=False) for way in ways),
    )


def _share(part: Rate) -> str:
    return f"{part.value:.2f} of {part.n:,}" if part.n else ""


def _writer(name: str) -> str:
    return name.rpartition("-")[0]
