"""Cards: read, found, replaced."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from evals.scorers.cards import Card, card_for, read_cards, write_cards
from rag.errors import SourceError

CARD = Card(
    scorer="words",
    labelled_set="moss claims",
    n=80,
    measure="balanced accuracy",
    value=0.75,
    low=0.7,
    high=0.8,
    threshold=0.5,
    date="2026-01-02",
    command="askpapers eval validate --data DIR",
)


def test_cards_come_back_as_they_were_written(tmp_path: Path) -> None:
    second = replace(CARD, measure="κ", threshold=None)
    write_cards([CARD, second], tmp_path / "cards.json")
    assert read_cards(tmp_path / "cards.json") == (CARD, second)


def test_a_newer_card_takes_the_place_of_the_older(tmp_path: Path) -> None:
    path = tmp_path / "cards.json"
    other = replace(CARD, scorer="reranker")
    write_cards([CARD, other], path)
    newer = replace(CARD, value=0.9)
    write_cards([newer], path)
    assert read_cards(path) == (newer, other)


def test_the_first_card_is_a_scorers_main_one(tmp_path: Path) -> None:
    path = tmp_path / "cards.json"
    write_cards([CARD, replace(CARD, labelled_set="fern claims")], path)
    assert card_for("words", path) == CARD


def test_a_card_of_support_comes_before_older_ones(tmp_path: Path) -> None:
    path = tmp_path / "cards.json"
    write_cards([replace(CARD, labelled_set="moss claims, errors", threshold=5.0)], path)
    support = replace(CARD, labelled_set="moss claims, support")
    write_cards([support], path)
    assert card_for("words", path) == support


def test_a_scorer_without_a_card_is_unvalidated(tmp_path: Path) -> None:
    assert card_for("words", tmp_path / "none.json") is None


@pytest.mark.parametrize("text", ["{", '[{"scorer": "words"}]', "3"])
def test_what_is_no_file_of_cards_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "cards.json"
    path.write_text(text)
    with pytest.raises(SourceError, match="is no file of cards"):
        read_cards(path)


def test_the_shipped_cards_are_whole_and_their_intervals_hold_their_values() -> None:
    cards = read_cards()
    assert len({card.key for card in cards}) == len(cards)
    for card in cards:
        assert card.low <= card.value <= card.high, card
        assert card.n > 0, card
        assert card.command.startswith("askpapers eval validate "), card
