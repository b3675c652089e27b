"""Whether the quotes give the amount that is asked for, and what half of a comparison is worth."""

from __future__ import annotations

import pytest

from rag.evidence.amounts import gives_amount
from rag.evidence.each_side import find_sides
from rag.evidence.gather import Found, keyed
from rag.question.understand import Query
from rag.types import Paper, PaperScore, Quote

PAPER = Paper(paper_id="moss", title="Moss")


def found(*texts: str) -> Found:
    quotes = tuple(Quote("moss", "abstract", n, n + 1, text, 0.5) for n, text in enumerate(texts))
    return Found((PaperScore("moss", 1.0, 1.0, 1.0),), (PAPER,), quotes, keyed(quotes, [PAPER]))


@pytest.mark.parametrize(
    ("question", "text", "left"),
    [
        ("How many leaves does moss have?", "Moss has 12 leaves.", 1.0),
        ("How many leaves does moss have?", "Moss has leaves.", 0.0),
        ("How many gardeners were asked?", "Moss has 12 leaves.", 0.3),
        ("How often was moss preferred?", "Moss was preferred twice as often.", 1.0),
        ("How fast does moss grow?", "Moss grows slowly.", 1.0),
        ("What is moss?", "Moss is a plant.", 1.0),
    ],
)
def test_a_count_needs_a_number_of_what_is_counted(question: str, text: str, left: float) -> None:
    assert gives_amount(question, found(text)) == left


def side(name: str) -> Query:
    return Query(name, name, name, name, name=name)


def asked(*, compares: bool) -> tuple[Found, float]:
    query = Query("q", "q", "q", "q", sides=(side("moss"), side("fern")), compares=compares)
    sure = {"q": 0.9, "moss": 0.8, "fern": 0.1}
    return find_sides(query, lambda one: found(one.name), lambda one, _: sure[one.question], 0.35)


def test_half_of_a_comparison_is_no_answer() -> None:
    assert asked(compares=True)[1] == 0.1


def test_one_side_is_told_where_each_is_asked_for_itself_and_the_other_named() -> None:
    told, sure = asked(compares=False)
    assert (sure, told.silent) == (0.9, ("fern",))
