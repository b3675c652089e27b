"""Suggestions ask for what was found and not told, and only where the library answers it."""

from __future__ import annotations

from dataclasses import replace

from rag.question.suggest import SUGGESTED, suggest
from rag.types import Answer, Citation, Paper, PaperScore

ABSTRACT = (
    "It is unknown how lamps are dimmed, and previous work lacks a theory of it. "
    "We propose a method that dims lamps by watching them. "
    "We find that watched lamps dim 12% faster than others."
)
FOUND = "We find that watched lamps dim 12% faster than others."
LAMPS = Paper("p1", "How lamps are dimmed", ABSTRACT)
WICKS = Paper("p2", "A study of trimmed wicks", "We find that trimmed wicks last.")
START = ABSTRACT.index(FOUND)
ANSWER = Answer(
    id="a",
    question="How fast do lamps dim?",
    answer="12% faster [1].",
    abstained=False,
    reason="",
    confidence=0.9,
    sentences=(),
    citations=(
        Citation(1, "p1", LAMPS.title, "", "abstract", FOUND, START, START + len(FOUND)),
    ),
    hits=(PaperScore("p1", 0.9), PaperScore("p2", 0.4)),
    backend="scripted",
    timings_ms={},
    papers=(LAMPS, WICKS),
)  # fmt: skip


def test_what_the_quotes_leave_untold_and_what_others_found_is_asked_for() -> None:
    assert suggest(ANSWER, lambda _: 1.0, 0.4) == (
        "What method is used in “How lamps are dimmed”?",
        "What did they find in “A study of trimmed wicks”?",
        "What problem is addressed in “How lamps are dimmed”?",
    )


def test_nothing_is_suggested_that_the_library_would_not_answer() -> None:
    weighed: list[str] = []

    def sure_of(question: str) -> float:
        weighed.append(question)
        return 0.9 if "wicks" in question else 0.1

    assert suggest(ANSWER, sure_of, 0.4) == ("What did they find in “A study of trimmed wicks”?",)
    assert len(weighed) == 3


def test_nothing_is_suggested_that_was_asked() -> None:
    first, *rest = suggest(ANSWER, lambda _: 1.0, 0.4)
    assert list(suggest(ANSWER, lambda _: 1.0, 0.4, frozenset([first]))) == rest


def test_weighing_ends_with_enough_of_them() -> None:
    papers = tuple(replace(WICKS, paper_id=f"q{n}", title=f"Wicks, part {n}") for n in range(5))
    hits = tuple(PaperScore(paper.paper_id, 0.5) for paper in papers)
    weighed: list[str] = []

    def sure_of(question: str) -> float:
        weighed.append(question)
        return 1.0

    answer = replace(ANSWER, papers=(LAMPS, *papers), hits=hits)
    assert len(suggest(answer, sure_of, 0.4)) == len(weighed) == SUGGESTED


def test_a_paper_that_a_question_cannot_name_is_left_alone() -> None:
    odd = (replace(LAMPS, title="Lamps"), replace(WICKS, title="Wicks “and” other things"))
    assert suggest(replace(ANSWER, papers=odd), lambda _: 1.0, 0.4) == ()
