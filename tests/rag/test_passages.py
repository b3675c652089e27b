"""What is read beside a question: which words stand around a sentence, and how names are spelt."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag.evidence.passages import around_it, as_spelt, passage_of
from rag.types import Chunk, Quote

TEXT = "We present Flockbook, a ledger of sheep. Using this method, we count 70.2% of them."


def read(title: str = "Counting sheep", text: str = TEXT) -> tuple[Quote, Chunk]:
    """The last sentence of a chunk."""
    start = text.rfind(". ") + 2
    quote = Quote("p", "abstract", start, len(text), text[start:])
    return quote, Chunk("p/0", "p", title, "abstract", 0, len(text), text)


def test_words_that_only_the_rest_of_the_abstract_says_stand_in_brackets() -> None:
    assert passage_of("How many sheep does flockbook count, and how many goats?", *read()) == (
        "Counting sheep (flockbook). Using this method, we count 70.2% of them."
    )


def test_where_nothing_stands_around_it_there_are_no_brackets() -> None:
    assert passage_of("How many goats?", *read()) == (
        "Counting sheep. Using this method, we count 70.2% of them."
    )


def test_words_around_a_sentence_are_told_in_the_order_of_the_question_and_once() -> None:
    assert around_it("Which ledger, ledgers of Flockbook, is a ledger?", *read()) == [
        "ledger",
        "ledgers",
        "Flockbook",
    ]


def test_no_more_words_are_told_than_fit() -> None:
    names = [f"Wool{letter}" for letter in "abcdefghijkl"]
    asked = " ".join(names)
    assert around_it(asked, *read(text=f"{asked} graze. We count them.")) == names[:8]


@example("1-a-a", "1")
@given(st.text("ab1 AB-.", max_size=30), st.text("ab1 AB-.", max_size=60))
def test_words_told_are_said_around_the_sentence(asked: str, rest: str) -> None:
    quote, chunk = read(title="b", text=f"{rest}. We count a cab.")
    letters = re.sub(r"\W", "", chunk.text.lower())
    for word in around_it(asked, quote, chunk):
        assert word in asked
        assert re.sub(r"\W", "", word.lower()) in letters
        assert word.lower() not in quote.text.lower().split()


@pytest.mark.parametrize(
    ("asked", "around"),
    [
        ("How does Flock-2 count?", ["Flock-2"]),
        ("How does flock 2 count?", ["flock", "2"]),
        ("How does Flock-3 count?", []),  # 3 stands there, but not behind the name
        ("How does Flock-2.5 count?", []),
        ("What is Flock-1?", []),  # there it is Flock-1.5
        ("What is Flock-J?", []),
    ],
)
def test_a_name_with_a_number_is_one_word_and_stands_there_as_it_is(
    asked: str, around: list[str]
) -> None:
    text = "Flock-2, like Flock-1.5, is a ledger of 3 herds. We count them."
    assert around_it(asked, *read(text=text)) == around


@pytest.mark.parametrize(
    ("asked", "texts", "spelt"),
    [
        ("how did gpt4 do", ["GPT-4 is large."], "how did GPT-4 do"),
        ("how did gpt 4 do", ["GPT-4 is large."], "how did GPT-4 do"),
        ("is GPT-3.5 better", ["GPT-4 is large."], "is GPT-3.5 better"),
        ("llama2 or ResNet-50?", ["Llama 2", "ResNet50"], "Llama 2 or ResNet50?"),
        ("the top 10% in 2020", ["in-2020, Top 10"], "the top 10% in 2020"),
        ("GPT 4 or gpt4", ["gpt4 and GPT-4"], "GPT-4 or gpt4"),
        ("is gpt4 good", ["GPT 4", "GPT-4", "GPT-4 is"], "is GPT-4 good"),
    ],
)
def test_names_with_a_number_are_read_as_the_papers_spell_them(
    asked: str, texts: list[str], spelt: str
) -> None:
    assert as_spelt(asked, texts) == spelt


@given(st.text("ab4 -", max_size=20), st.lists(st.text("AB4 -", max_size=20), max_size=3))
def test_spelling_changes_nothing_but_case_hyphens_and_spaces(asked: str, texts: list[str]) -> None:
    def letters(text: str) -> str:
        return re.sub(r"[^a-z0-9]", "", text.lower())

    assert letters(as_spelt(asked, texts)) == letters(asked)
