"""Agreements and contradictions of two papers, named where they are plain and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from rag.errors import ChatTimeout
from rag.support.accord import Told, accords
from rag.types import Evidence, Message, Paper, Quote


def told(number: int, text: str, side: str = "", *, shortened: bool = False) -> Told:
    paper = Paper(f"p{number}", "T", abstract=text)
    quote = Quote(f"p{number}", "abstract", 0, len(text), text, shortened=shortened)
    return Told(number, Evidence("S", quote, paper, side))


class Judge:
    name = "judge"

    def __init__(self, odds: float | None) -> None:
        self.odds = odds

    def weigh(self, messages: Sequence[Message], options: Sequence[str]) -> tuple[float, ...]:
        if self.odds is None:
            raise ChatTimeout("no reply")
        return self.odds, 0.0


LARGE = "How many parameters does GPT-3 have?"
GPT3 = told(
    1, "We train GPT-3, a language model with 175 billion parameters, 10x more than before."
)
PREFERRED = told(
    2, "Outputs of the 1.3B model are preferred to those of GPT-3, of 175B parameters."
)
SHARE = "How many of the answers of Moss are right?"
MANY = told(3, "Of the answers, 56% of Moss answers are right.")
FEW = told(1, "Of the answers, 65% of Moss answers are right.")


@pytest.mark.parametrize(
    ("question", "pair", "note"),
    [
        (
            LARGE,
            (GPT3, PREFERRED),
            "[1] and [2] agree on 175 billion: “We train GPT-3, a language model with 175 billion"
            " parameters, 10x more than before.” [1], “Outputs of the 1.3B model are preferred to"
            " those of GPT-3, of 175B parameters.” [2].",
        ),
        (
            SHARE,
            (MANY, FEW),
            "[1] and [3] differ, 65% against 56%: “Of the answers, 65% of Moss answers are right.”"
            " [1], “Of the answers, 56% of Moss answers are right.” [3].",
        ),
        (
            "Does Moss help people?",
            (told(1, "Moss helps old people."), told(2, "Moss does not help old people.")),
            "[1] and [2] differ: “Moss helps old people.” [1], “Moss does not help old people.”"
            " [2].",
        ),
    ],
)
def test_what_is_plain_is_noted_with_both_quotes_and_their_papers_numbers(
    question: str, pair: tuple[Told, Told], note: str
) -> None:
    assert accords(question, pair) == (note,)


def test_a_number_that_is_agreed_on_is_given_as_the_paper_named_first_writes_it() -> None:
    (note,) = accords(LARGE, (told(2, GPT3.item.quote.text), told(1, PREFERRED.item.quote.text)))
    assert note.startswith("[1] and [2] agree on 175B: “Outputs of")


def test_a_quote_that_is_part_of_a_sentence_is_marked_as_such_in_a_note() -> None:
    part = told(1, "65% of Moss answers are right", shortened=True)
    (note,) = accords(SHARE, (MANY, part))
    assert "“… 65% of Moss answers are right …” [1]" in note
    assert "“Of the answers, 56% of Moss answers are right.” [3]" in note


def test_a_papers_own_brackets_are_no_marker_of_a_note() -> None:
    (note,) = accords(SHARE, (MANY, told(1, "As in [3], 65% of Moss answers are right.")))
    assert "“As in (3), 65% of Moss answers are right.” [1]" in note


def test_two_papers_that_agree_on_a_number_in_several_quotes_are_noted_once() -> None:
    again = told(2, "GPT-3, with 175 billion parameters, is a model of language.")
    assert len(accords(LARGE, (GPT3, PREFERRED, again))) == 1


def test_a_question_put_across_papers_has_their_quotes_compared() -> None:
    each = [told(one.number, one.item.quote.text, one.item.quote.paper_id) for one in (MANY, FEW)]
    assert accords(SHARE, each) == accords(SHARE, (MANY, FEW))
    of_a_part = [told(n, one.item.quote.text, f"Moss: p{n}") for n, one in ((3, MANY), (1, FEW))]
    assert accords(SHARE, of_a_part) == accords(SHARE, (MANY, FEW))


@pytest.mark.parametrize(
    ("question", "pair"),
    [
        ("How many parameters does GPT-4 have?", (GPT3, PREFERRED)),
        ("What is GPT-3?", (GPT3, PREFERRED)),
        (SHARE, (MANY, told(3, "Of the answers, 65% of Moss answers are right."))),
        (SHARE, (MANY, told(1, "Of the answers, 65% of Fern answers are right."))),
        (SHARE, (told(1, MANY.item.quote.text, "a"), told(2, FEW.item.quote.text, "b"))),
        (SHARE, (told(1, MANY.item.quote.text, "a: p1"), told(2, FEW.item.quote.text, "b: p2"))),
        ("How many papers were read?", (told(1, "We read in 2019."), told(2, "We read in 2020."))),
        (
            "Does loss fall?",
            (told(1, "Loss falls with size."), told(2, "Growth of fern falls with cold.")),
        ),
    ],
)
def test_what_is_of_another_thing_or_side_is_not_noted(
    question: str, pair: tuple[Told, Told]
) -> None:
    assert accords(question, pair) == ()


@pytest.mark.parametrize(("odds", "noted"), [(5.0, 0), (-5.0, 1), (None, 0)])
def test_a_judge_of_another_mind_takes_a_note_back(odds: float | None, noted: int) -> None:
    assert len(accords(SHARE, (MANY, FEW), Judge(odds), 4000)) == noted


def test_without_time_for_the_judge_nothing_is_noted() -> None:
    assert accords(SHARE, (MANY, FEW), Judge(-5.0), 0) == ()
