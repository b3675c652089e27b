"""Questions to several papers are told by their words from questions to one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.question import several as module
from rag.question.several import asks_several, fitted_several, signs_of, write_several
from rag.question.word_signs import WordWeights


@given(st.text())
def test_whatever_is_asked_there_is_a_probability(question: str) -> None:
    assert 0 <= asks_several(question) <= 1


@pytest.mark.parametrize(
    ("several", "one"),
    [
        (
            "what did the moss paper measure, and the one about lichens?",
            "what did the moss paper measure?",
        ),
        (
            "How many mosses did Ito count, and what did Okoro find about lichens?",
            "How many mosses and lichens did Ito count?",
        ),
        (
            "What do both the moss paper and the lichen paper leave open?",
            "What does the moss paper leave open?",
        ),
    ],
)
def test_what_asks_of_two_is_likelier_to_than_what_asks_of_one(several: str, one: str) -> None:
    assert asks_several(several) > 0.25 > asks_several(one)


def test_signs_are_words_pairs_of_them_and_counts() -> None:
    signs = signs_of("Who? And what of Ada, in both?")
    assert signs["both"] == signs["in both"] == signs["and what"] == 1
    assert signs["(ands)"] == signs["(further questions)"] == signs["(commas)"] == 1
    assert signs["(names)"] == pytest.approx(2 / 5)


def test_what_was_written_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WEIGHTS", tmp_path / "several.npz")
    write_several(WordWeights(-1.0, {"both": 2.0}), tmp_path / "several.npz")
    try:
        assert fitted_several() == WordWeights(-1.0, {"both": 2.0})
        assert asks_several("both") == pytest.approx(0.7311, abs=1e-4)
    finally:
        fitted_several.cache_clear()
