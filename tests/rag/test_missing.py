"""What is missing: its kind, in words for a person, and what comes near."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from rag.evidence.gather import Found
from rag.evidence.missing import NOT_ABOUT_PAPERS, not_said, what_is_missing
from rag.question.small_talk import SMALL_TALK, SURELY, TO_PAPERS, is_small_talk
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


FERN = Paper("fern", "FernNet counts ferns", abstract="FernNet and MossNet count. It is fast.")
FERN_QUOTE = Quote("fern", "abstract", 0, 26, "FernNet and MossNet count.", 0.1)


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


@pytest.mark.parametrize("question", ["Is FernNet on phones?", "Is FernNet like MossNet-2?"])
def test_the_closest_paper_is_the_one_that_bears_the_name_whosever_quote_is_first(
    question: str,
) -> None:
    both = Found(
        (),
        (MOSS, FERN),
        (QUOTE, FERN_QUOTE),
        (Evidence("S1", QUOTE, MOSS), Evidence("S2", FERN_QUOTE, FERN)),
    )
    lack = what_is_missing(question, both, Directions())
    assert "the closest paper, “FernNet counts ferns”" in lack.reason
    assert [item.key for item in lack.nearest] == ["S2", "S1"]


def test_a_paper_that_bears_the_name_is_near_though_it_gave_no_quote() -> None:
    lack = what_is_missing("How large is MossNet?", Found((), (MOSS,), (QUOTE,), ()), Directions())
    assert lack.missing == "not_in_abstract"
    assert [item.quote for item in lack.nearest] == [QUOTE]


@pytest.mark.parametrize(
    "question",
    ["What can you do?", "What do you know?", "tell me a joke"],
)
def test_what_asks_nothing_but_of_the_assistant_is_small_talk(question: str) -> None:
    assert is_small_talk(question, Directions(), SURELY)


@pytest.mark.parametrize(
    "question",
    [
        "What is said in 'A joke is all you need'?",
        "Which paper holds a joke?",
        "What did Nakano et al. find about a joke?",
    ],
)
def test_what_speaks_of_papers_is_no_small_talk(question: str) -> None:
    assert not is_small_talk(question, Directions())


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
        ("Can you say or tell something on saying it is slow?", "nothing is said of “slow”"),
        ("Is MossNet like TruthfulQA-XL?", "nothing is said of “TruthfulQA-XL”"),
        ("Is it fast, like GPT-4 or Llama 3?", "nothing is said of “GPT-4”, “Llama 3”"),
        (
            "Is MossNet in “Attention is all you need”?",
            "nothing is said of “Attention is all you need”",
        ),
    ],
)
def test_what_is_asked_for_and_not_given_is_told_in_plain_words(question: str, told: str) -> None:
    assert not_said(question, [QUOTE.text], MOSS) == told


def test_quotes_that_seemed_to_answer_are_not_said_to_be_silent() -> None:
    asked = "What share of mosses does MossNet count?"
    assert "no quote gives the share" in what_is_missing(asked, found(QUOTE), Directions()).reason
    lack = what_is_missing(asked, found(QUOTE), Directions(), likely=True)
    assert "no quote" not in lack.reason
    assert "may answer it" in lack.reason
    assert [item.quote for item in lack.nearest] == [QUOTE]
