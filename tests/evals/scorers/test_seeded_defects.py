"""From a right answer, one defect at a time: which metrics fall, and that no other does."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from evals.cases import Case
from evals.score import Reply
from evals.scorers import METRICS, score_reply
from evals.scorers.entail import (
    Entailer,
    ExactEntailer,
    JudgeEntailer,
    RerankerEntailer,
    WordEntailer,
)
from evals.scorers.selective import FIGURES, Outcomes
from rag.models.answering import Reading
from rag.types import Answer, Citation, Message, Paper, PaperScore, Sentence
from tests.evals.answers import ABSTAINED, BRIDGE, TOWER, case, prose, silent

CLOUD = Paper("title:clouds", "Clouds of Dust", abstract="Dust clouds sink at night.")
PAPERS = {paper.paper_id: paper for paper in (TOWER, BRIDGE, CLOUD)}
CASE = replace(
    case(
        ("3.5 m",),
        ("25%", "a quarter"),
        ("melt",),
        kind="several",
        papers=("arxiv:1111.00001", "Bridges of Ice"),
    ),
    wrong=(("4.5 m",), ("75%",)),
)
CITATIONS = (
    prose(TOWER, "The tallest reaches 3.5 m."),
    prose(TOWER, "Rain ends 25% of them."),
    prose(BRIDGE, "Ice bridges melt.", 2),
)
LINES = (
    ("The tallest reaches 3.5 m. [1]", (0,)),
    ("Rain ends 25% of them. [1]", (1,)),
    ("Ice bridges melt. [2]", (2,)),
)
Lines = Sequence[tuple[str, tuple[int, ...]]]


def written(lines: Lines, citations: tuple[Citation, ...] = CITATIONS) -> Answer:
    return Answer(
        id="a",
        question="How do towers and bridges fare?",
        answer=" ".join(text for text, _ in lines),
        abstained=False,
        reason="",
        confidence=0.9,
        sentences=tuple(Sentence(text, cited, "supported") for text, cited in lines),
        citations=citations,
        hits=(PaperScore(TOWER.paper_id, 0.9), PaperScore(BRIDGE.paper_id, 0.8)),
        backend="hand",
        timings_ms={},
    )


RIGHT = written(LINES)
WORDS = WordEntailer()


def graded(
    answer: Answer | None, of: Case = CASE, entailer: Entailer = WORDS
) -> Mapping[str, float]:
    scores = score_reply(of, Reply(of.id, answer, "" if answer else "late"), entailer, PAPERS)
    return {score.metric: score.value for score in scores}


def worsened(after: Mapping[str, float], before: Mapping[str, float]) -> set[str]:
    """The metrics that both have and that got worse; none may have got better."""
    sign = {metric.name: 1 if metric.better == "higher" else -1 for metric in METRICS}
    changes = {name: sign[name] * (after[name] - before[name]) for name in after if name in before}
    assert all(change <= 1e-9 for change in changes.values()), changes
    return {name for name, change in changes.items() if change < -1e-9}


def changed(place: int, text: str, cited: tuple[int, ...] | None = None) -> Answer:
    """The right answer with another sentence at `place`."""
    lines: list[tuple[str, tuple[int, ...]]] = list(LINES)
    lines[place] = (text, lines[place][1] if cited is None else cited)
    return written(lines)


def wrong_paper_cited() -> Answer:
    dust = prose(CLOUD, "Dust clouds sink at night.", 2)
    return written(LINES, (*CITATIONS[:2], dust))


def quote_altered() -> Answer:
    altered = replace(CITATIONS[0], quote="The tallest one reaches 3.5 m.")
    return written(LINES, (altered, *CITATIONS[1:]))


DEFECTS: dict[str, tuple[Answer, set[str]]] = {
    "a number swapped for a wrong one": (
        changed(0, "The tallest reaches 4.5 m. [1]"),
        {
            *("fact", "fact_recall", "fact_precision", "contradiction"),
            *("citation_recall", "citation_precision", "grounded"),
        },
    ),
    "a sentence denied in its own words": (
        changed(2, "It is not true that ice bridges melt. [2]"),
        {"citation_recall", "citation_precision", "grounded"},
    ),
    "a citation dropped": (
        changed(1, "Rain ends 25% of them.", ()),
        {"citation", "citation_recall"},
    ),
    "another paper cited": (
        wrong_paper_cited(),
        {"citation", "citation_recall", "citation_precision"},
    ),
    "a marker invented": (
        changed(0, "The tallest reaches 3.5 m. [1][9]"),
        {"citation", "citation_precision"},
    ),
    "a marker invented within a compound one": (
        changed(0, "The tallest reaches 3.5 m. [1, 9]"),
        {"citation", "citation_precision"},
    ),
    "a needless citation within a compound marker": (
        changed(0, "The tallest reaches 3.5 m. [1, 2]"),
        {"citation_precision"},
    ),
    "a quote altered": (quote_altered(), {"quote"}),
    "a quote dropped": (
        written(LINES, (replace(CITATIONS[0], quote="", start=None, end=None), *CITATIONS[1:])),
        {"quote"},
    ),
    "a sentence made up": (
        written([*LINES, ("Moons consist of green cheese. [1]", (0,))]),
        {"fact_precision", "citation_recall", "citation_precision", "grounded"},
    ),
    "citations shuffled": (
        written(
            [
                ("The tallest reaches 3.5 m. [2]", (2,)),
                ("Rain ends 25% of them. [1]", (0,)),
                ("Ice bridges melt. [1]", (1,)),
            ]
        ),
        {"citation_recall", "citation_precision"},
    ),
    "padded with what is true and cited": (
        written([*LINES, ("We build towers of salt. [1]", (0,))], (
            prose(TOWER, "We build towers of salt. The tallest reaches 3.5 m."),
            *CITATIONS[1:],
        )),
        {"fact_precision"},
    ),
    "half of it left out": (written(LINES[:1], CITATIONS[:1]), {"fact", "fact_recall", "citation"}),
    "another paper found first": (
        replace(RIGHT, hits=(PaperScore(CLOUD.paper_id, 1.0), *RIGHT.hits)),
        {"nDCG@10", "RR"},
    ),
    "a paper not found": (replace(RIGHT, hits=RIGHT.hits[:1]), {"nDCG@10", "R@10"}),
    "abstained wrongly": (
        replace(RIGHT, abstained=True, answer="No.", sentences=(), citations=()),
        {"fact", "fact_recall", "citation", "over_abstention"},
    ),
}  # fmt: skip  # a defect and what it costs belong together


def test_the_right_answer_has_the_best_of_everything() -> None:
    best = {metric.name: float(metric.better == "higher") for metric in METRICS}
    assert graded(RIGHT) == {
        name: value for name, value in best.items() if "abstention_" not in name
    }


@pytest.mark.parametrize(("answer", "falls"), DEFECTS.values(), ids=DEFECTS)
def test_a_defect_costs_what_it_touches_and_nothing_else(answer: Answer, falls: set[str]) -> None:
    assert worsened(graded(answer), graded(RIGHT)) == falls


HARMLESS: dict[str, Callable[[], Answer]] = {
    "sentences in another order": lambda: written(LINES[::-1]),
    "markers in another style": lambda: written(
        [(text.replace("[", "【").replace("]", "】"), cited) for text, cited in LINES]
    ),
    "numbers and dashes written otherwise": lambda: changed(1, "Rain ends 25 percent of them. [1]"),
    "in other words": lambda: changed(0, "At most, towers reach 3.5 m. [1]"),
    "either of two citations is enough": lambda: written(
        [("The tallest reaches 3.5 m. [1]", (0, 3)), *LINES[1:]],
        (*CITATIONS, prose(TOWER, "We build towers of salt. The tallest reaches 3.5 m.")),
    ),
    "one more paper found, last": lambda: replace(
        RIGHT, hits=(*RIGHT.hits, PaperScore(CLOUD.paper_id, 0.1))
    ),
}


@pytest.mark.parametrize("variant", HARMLESS.values(), ids=HARMLESS)
def test_what_does_no_harm_costs_nothing(variant: Callable[[], Answer]) -> None:
    assert worsened(graded(variant()), graded(RIGHT)) == set()


DENIED = changed(0, "In no way do the tallest towers reach 3.5 m. [1]")


class SameWords:
    """A reranker to which every passage is to the point, as a denial is of what it denies."""

    def score(self, question: str, passages: Sequence[str]) -> list[float]:
        return [5.0 for _ in passages]

    def answering(
        self, question: str, passages: Sequence[str], *, parts: bool = False
    ) -> list[Reading]:
        return [Reading(logit, logit) for logit in self.score(question, passages)]


class Contradicted:
    """A judge that says No of the denial, and Yes of all else."""

    name = "contradicted"

    def weigh(self, messages: Sequence[Message], options: Sequence[str]) -> tuple[float, ...]:
        yes = -5.0 if "In no way" in messages[-1].content else -0.1
        return yes, -5.1 - yes


@pytest.mark.parametrize(
    "entailer",
    [ExactEntailer(), WORDS, RerankerEntailer(SameWords())],
    ids=lambda entailer: entailer.name,
)
def test_a_denial_in_other_words_is_a_blind_spot_of_what_asks_no_chat_model(
    entailer: Entailer,
) -> None:
    before, after = graded(RIGHT, CASE, entailer), graded(DENIED, CASE, entailer)
    assert worsened(after, before) == set()


def test_a_judge_sees_a_denial_in_other_words() -> None:
    entailer = JudgeEntailer(Contradicted())
    before, after = graded(RIGHT, CASE, entailer), graded(DENIED, CASE, entailer)
    assert worsened(after, before) == {"citation_recall", "citation_precision", "grounded"}


def test_a_wrong_abstention_is_not_graded_on_what_it_did_not_say() -> None:
    gone = set(graded(RIGHT)) - set(graded(DEFECTS["abstained wrongly"][0]))
    assert gone == {"fact_precision", "citation_recall", "citation_precision", "quote", "grounded"}
    assert graded(ABSTAINED)["abstention_precision"] == 0


def test_answering_the_unanswerable_is_told_by_abstention_alone() -> None:
    before, after = graded(ABSTAINED, silent()), graded(RIGHT, silent())
    assert worsened(after, before) == {"abstention_recall"}
    assert all(after[name] == 1 for name in ("citation_recall", "quote", "grounded"))


def test_a_false_premise_taken_up_contradicts() -> None:
    of = dataclasses.replace(silent(), wrong=(("towers reach 3.5 m",),))
    taken_up = written([("Yes, towers reach 3.5 m. [1]", (0,))])
    assert graded(taken_up, of)["contradiction"] == 1
    assert graded(ABSTAINED, of)["contradiction"] == 0


# --- figures of a set ------------------------------------------------------------------------

_RNG = np.random.default_rng(0)
_CONFIDENCE = np.linspace(0.02, 0.98, 200)
KNOWING = Outcomes(_CONFIDENCE, np.full(200, True), _RNG.random(200) < _CONFIDENCE)
"""Right as often as it says, and surest where it is right."""


def figures(found: Outcomes) -> dict[str, float]:
    return {metric.name: figure(found) for metric, figure in FIGURES.items()}


def test_confidence_dealt_at_random_costs_the_order_and_the_calibration() -> None:
    before = figures(KNOWING)
    after = figures(replace(KNOWING, confidence=_RNG.permutation(KNOWING.confidence)))
    assert all(after[name] > before[name] + 0.1 for name in before)


def test_overconfidence_costs_the_calibration_and_not_the_order() -> None:
    before = figures(KNOWING)
    after = figures(replace(KNOWING, confidence=KNOWING.confidence**0.3))
    assert after["aurc"] == before["aurc"]
    assert after["excess_aurc"] == before["excess_aurc"]
    assert after["ece"] > before["ece"] + 0.1
    assert after["brier"] > before["brier"] + 0.05


def test_answering_what_it_is_least_sure_of_costs_aurc() -> None:
    shy = replace(KNOWING, answered=KNOWING.confidence >= 0.5)
    assert figures(KNOWING)["aurc"] > figures(shy)["aurc"] + 0.1
