"""Two papers that agree or clash: what an answer from both notes of it, with the real parts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.answer import Answerer
from rag.config import Config
from rag.library import Library
from rag.models.chat import ExtractiveChat
from rag.models.embed import Embedder
from rag.models.rerank import Reranker
from rag.support.accord import Told, accords
from rag.types import Answer, Evidence, Paper, Quote
from tests.rag.test_library import work

WARDS = "In our wards, 65% of Fern lamps last a whole winter."
MINES = "In our mines, 56% of Fern lamps last a whole winter."
MINES_TOO = "In our mines, 65% of Fern lamps last a whole winter."
HOW_MANY = "How many Fern lamps last a whole winter in different papers?"


@pytest.fixture
def library(config: Config, embedder: Embedder) -> Iterator[Library]:
    with Library.open(config, embedder) as opened:
        yield opened


def asked(library: Library, reranker: Reranker, wards: str, mines: str) -> Answer:
    nurses = f"We tested lamps of the Fern kind. {wards} Nurses changed the rest by hand."
    miners = f"Miners need light. {mines} Dust was wiped off every day."
    library.write([work("Lamps seen by nurses", nurses), work("Lamps seen by miners", miners)])
    library.fill()
    return Answerer(library, ExtractiveChat(), reranker).ask(HOW_MANY)


def quoted(answer: Answer, text: str) -> str:
    """A quote of the answer as a note names it: with the number of its paper."""
    (number,) = {one.marker for one in answer.citations if one.quote == text}
    return f"“{text}” [{number}]"


def test_papers_that_clash_in_a_number_are_noted_with_both_quotes(
    library: Library, reranker: Reranker
) -> None:
    answer = asked(library, reranker, WARDS, MINES)
    (note,) = answer.notes
    assert note.startswith("[1] and [2] differ, ")
    assert quoted(answer, WARDS) in note
    assert quoted(answer, MINES) in note


def test_papers_that_agree_on_a_number_are_noted_with_both_quotes(
    library: Library, reranker: Reranker
) -> None:
    answer = asked(library, reranker, WARDS, MINES_TOO)
    (note,) = answer.notes
    assert note.startswith("[1] and [2] agree on 65%")
    assert quoted(answer, WARDS) in note
    assert quoted(answer, MINES_TOO) in note


def test_papers_that_count_other_things_are_noted_in_no_way(
    library: Library, reranker: Reranker
) -> None:
    other = "In our mines, 56% of Moss lamps last a whole winter."
    assert asked(library, reranker, WARDS, other).notes == ()


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("How many parameters does each model have?",
         "Our model has 175 billion parameters.", "Our model has 12 billion parameters."),
        ("What accuracy do different papers report?",
         "Our method reaches 65% accuracy on ImageNet.", "It reaches 56% accuracy on CIFAR."),
        ("What accuracy do different papers report on ImageNet?",
         "Our method reaches 65% accuracy on ImageNet.", "It reaches 56% on ImageNet."),
    ],
)  # fmt: skip
def test_papers_that_each_tell_their_own_number_do_not_differ(
    question: str, one: str, other: str
) -> None:
    told = [
        Told(n, Evidence("", Quote(f"p{n}", "abstract", 0, 9, text), Paper(f"p{n}", "T"), f"p{n}"))
        for n, text in enumerate((one, other), start=1)
    ]
    assert accords(question, told) == ()
