"""Defects put into true sentences: each is one, and the same every time."""

from __future__ import annotations

import pytest

from evals.judging.claim_defects import SEEDERS, Cited, seeded
from rag.support.names import names_in
from rag.support.quantities import agrees, quantities
from rag.types import Paper


def cited(place: int, text: str) -> Cited:
    return Cited(text, (text,), (Paper(f"p{place}", f"Title {place}", text),))


TRUE = [
    cited(0, "We show that InstructGPT is preferred in 56% of cases."),
    cited(1, "The towers are higher after rain, as Nakano found."),
    cited(2, "Ferns do not grow in caves, says TruthfulQA."),
    cited(3, "Moss."),
]


def only(name: str, place: int) -> str:
    (made,) = [one.claim for one in seeded(TRUE, name) if one.origin == TRUE[place].claim]
    return made


@pytest.mark.parametrize("name", SEEDERS)
def test_a_defect_changes_the_sentence_or_its_quotes_and_is_the_same_every_time(name: str) -> None:
    made = seeded(TRUE, name)
    assert made == seeded(TRUE, name)
    assert made
    for one in made:
        (true,) = [other for other in TRUE if other.claim == one.origin]
        assert (one.claim, one.quotes) != (true.claim, true.quotes)


def test_another_number_is_really_another_one() -> None:
    (new,) = quantities(only("swapped number", 0))
    assert not agrees(new, quantities(TRUE[0].claim)[0])
    assert new.kind == "share"


def test_a_negation_comes_or_goes() -> None:
    assert only("flipped negation", 0) == (
        "We show that InstructGPT is not preferred in 56% of cases."
    )
    assert only("flipped negation", 1).startswith("The towers are not higher")
    assert only("flipped negation", 2).startswith("Ferns do grow")


def test_a_direction_turns_round() -> None:
    assert only("turned direction", 1) == "The towers are lower after rain, as Nakano found."


def test_another_name_comes_from_another_paper() -> None:
    assert "InstructGPT" not in names_in(only("swapped name", 0))
    assert set(names_in(only("swapped name", 0))) <= {"Nakano", "TruthfulQA"}


def test_the_wrong_paper_keeps_the_sentence_and_the_merged_claim_its_quotes() -> None:
    for one in seeded(TRUE, "wrong paper"):
        assert one.claim == one.origin
        assert one.origin not in one.quotes
    for one in seeded(TRUE, "merged claims"):
        assert one.quotes == (one.origin,)
        assert one.claim.startswith(one.origin.rstrip("."))


def test_what_has_no_place_for_a_defect_gets_none() -> None:
    assert TRUE[3].claim not in [one.origin for one in seeded(TRUE, "swapped number")]
    assert seeded([cited(0, "Moss.")], "wrong paper") == []
