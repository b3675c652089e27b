"""Open questions of a thing: told by what speaks of it, doubted where no word of it is there."""

from __future__ import annotations

import pytest

from rag.evidence.told_of import EVEN, told_of
from rag.finding.filters import Filter
from rag.question.understand import Query
from rag.types import Paper, Quote

TEXT = "GPT-3 is tuned by reinforcement learning. Its answers are less toxic."
PAPER = Paper(paper_id="p", title="Tuning", abstract=TEXT)
KEPT = Filter(paper_ids=("p",))


def says(question: str, before: float, within: Filter = KEPT) -> float:
    """How likely a sentence is that was so likely `before`."""
    query = Query(question, question, question, question, within=within)
    quote = Quote("p", "abstract", 42, len(TEXT), TEXT[42:], 0.5, says=before)
    (told,) = told_of(query, [quote], {"p": PAPER})
    return told.says


def test_what_speaks_of_the_thing_is_as_even_to_say_what_is_asked() -> None:
    assert says("What did Ouyang find about toxic answers?", -3.0) == EVEN
    assert says("What did Ouyang find about toxic penguins?", -3.0) == -3.0


def test_where_no_word_of_the_thing_is_there_a_sentence_is_doubted() -> None:
    assert says("What did Ouyang find about penguins?", 1.1) < 1.1
    assert says("What did Ouyang find about penguins?", 1.1, Filter()) == 1.1


@pytest.mark.parametrize("thing", ["RL", "gpt3", "reinforcement", "how it learns"])
def test_what_may_only_be_spelt_otherwise_is_not_doubted(thing: str) -> None:
    assert says(f"What did Ouyang find about {thing}?", 1.1) == 1.1
