"""What is missing: its kind, in words for a person, and what comes near."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from rag.evidence.gather import Found
from rag.evidence.missing import NOT_ABOUT_PAPERS, not_said, what_is_missing
from rag.question.small_talk import SMALL_TALK, TO_PAPERS
from rag.types import Evidence, Paper, Quote

MOSS = Paper(
    "moss", "MossNet counts mosses", abstract="MossNet counts mosses in forests. It is fast."
)
QUOTE = Quote("moss", "abstract", 0, 32, "MossNet counts mosses in forests.", 0.2)


class Directions:
    """Vectors along axes: small talk, questions to papers, and texts about moss."""

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array([self._of(text) for text in texts], dtype=np.float32)

    def _of(self, text: str) -> tuple[float, float, float]:
        if text in SMALL_TALK or "joke" in text:
            return (1, 0, 0)
        if "oss" in text:
            return (0, 0.6, 0.8)
        return (0, 1, 0) if text in TO_PAPERS else (0, 0.9, -0.43)


def found(*quotes: Quote) -> Found:
    evidence = tuple(Evidence(f"S{n}", quote, MOSS) for n, quote in enumerate(quotes))
    return Found((), (MOSS,), quotes, evidence)


def test_small_talk_is_no_question_to_papers_and_is_told_what_can_be_asked() -> None:
    lack = what_is_missing("tell me a joke", found(QUOTE), Directions())
    assert lack.missing == "not_about_papers"
    assert lack.text == NOT_ABOUT_PAPERS
    assert not lack.nearest


def test_what_a_paper_is_about_but_does_not_say_comes_with_the_nearest_quotes() -> None:
    question = "How many mosses are counted in forests?"
    lack = what_is_missing(question, found(QUOTE, QUOTE, QUOTE), Directions())
    assert lack.missing == "not_in_abstract"
    assert "no quote gives a number of mosses" in lack.reason
    assert "“MossNet counts mosses”" in lack.reason
    assert [item.key for item in lack.nearest] == ["S0", "S1"]


def test_what_no_paper_is_about_is_not_in_the_library() -> None:
    lack = what_is_missing("Which bacteria make the holes in cheese?", found(QUOTE), Directions())
    assert lack.missing == "not_in_library"
    assert "no paper in the library comes near" in lack.reason
    assert not lack.nearest


def test_a_name_that_a_paper_has_comes_near_whatever_is_asked_of_it() -> None:
    lack = what_is_missing("Which opera did MossNet write?", found(QUOTE), Directions())
    assert lack.missing == "not_in_abstract"


def test_nothing_found_is_not_in_the_library() -> None:
    assert what_is_missing("What is LoRA?", found(), Directions()).missing == "not_in_library"


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("How many GPUs were used?", "no quote gives a number of GPUs"),
        ("What learning rate was used for it?", "no quote gives the learning rate"),
        ("How fast is MossNet?", "no quote gives any number"),
        ("Which search engine does it use?", "no quote gives such a thing as “search engine”"),
        ("Who paid for MossNet?", "no quote gives a name of who it is"),
        ("When was it built?", "no quote gives a date"),
        ("Why is it green?", "no quote gives a reason"),
        ("Is MossNet available on phones?", "nothing is said of “available”, “phones”"),
        ("Is MossNet fast?", "no quote says it"),
    ],
)
def test_what_is_asked_for_and_not_given_is_told_in_plain_words(question: str, told: str) -> None:
    assert not_said(question, [QUOTE.text], MOSS) == told
