"""Filters read from a question, as a person reads them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.types import Understood
from tests.ui.scripted import LAMPS, LAMPS_ANSWER
from ui.understood import understood_in_words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2022..2022", "papers of 2022"),
        ("2022..", "papers from 2022 on"),
        ("..2019", "papers up to 2019"),
        ("2019..2021", "papers of 2019 to 2021"),
    ],
)
def test_years_are_told_in_words(value: str, words: str) -> None:
    answer = replace(LAMPS_ANSWER, understood=(Understood("years", value, "then"),))
    assert understood_in_words(answer) == {"then": words}


def test_what_one_wording_means_is_told_together_and_papers_by_their_title() -> None:
    answer = replace(
        LAMPS_ANSWER,
        understood=(
            Understood("authors", "Lumen", "Lumen (2021)"),
            Understood("years", "2021..2021", "Lumen (2021)"),
            Understood("paper_ids", LAMPS.paper_id, "the lamp paper"),
        ),
    )
    assert understood_in_words(answer) == {
        "Lumen (2021)": "author Lumen and papers of 2021",
        "the lamp paper": "“Lamps that learn”",
    }
