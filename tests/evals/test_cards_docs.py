"""docs/cards.md speaks of what there is."""

from __future__ import annotations

import re
from pathlib import Path

from evals.judging.validate import PARTS
from evals.judging.validate_support import CHEAP
from evals.labelled import feedback, pubmedqa, scifact
from evals.scorers.cards import read_cards

TEXT = (Path(__file__).parents[2] / "docs" / "cards.md").read_text(encoding="utf-8")


def test_every_part_and_cheap_entailer_is_explained() -> None:
    rows = {name for name in re.findall(r"^\| `(\w+)` \|", TEXT, re.MULTILINE) if name in PARTS}
    assert rows == set(PARTS)
    assert all(f"`{name}`" in TEXT for name in CHEAP)


def test_every_folder_of_data_is_named() -> None:
    for folder, file in (
        (scifact.FOLDER, "claims.jsonl"),
        (feedback.FOLDER, feedback.FILE),
        (pubmedqa.FOLDER, pubmedqa.FILE),
    ):
        assert f"`{folder}/{file}`" in TEXT


def test_every_measure_of_the_shipped_cards_is_explained() -> None:
    for card in read_cards():
        assert card.measure.lower() in TEXT.lower(), card.measure
