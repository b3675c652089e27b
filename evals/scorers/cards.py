"""Cards: how far a scorer can be trusted, measured against what people labelled."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from rag.errors import SourceError

CARDS = Path(__file__).with_name("cards.json")
"""The cards that come with the program, made by `askpapers eval validate --cards`."""


MAIN_PART = "support"
"""The part of a validation (see `evals.judging.validate`) whose card counts first: what
entailers are for, and where the threshold that they have by default comes from."""


@dataclass(frozen=True, slots=True)
class Card:
    """One figure of a scorer's agreement with one labelled set.

    `scorer` is an entailer's name (`words`, `judge:local`, …), a metric's, or `pairwise:` with
    the judge. `value` with its 95% interval `low` to `high` is over `n` labels of the half that
    was not used to choose anything; `threshold` is the likeness it was frozen at on the other
    half, None where there is none. `date` is ISO, `command` measures it again.
    """

    scorer: str
    labelled_set: str
    n: int
    measure: str
    value: float
    low: float
    high: float
    threshold: float | None
    date: str
    command: str

    @property
    def part(self) -> str:
        """What of the labelled set it was held against."""
        return self.labelled_set.rpartition(", ")[2]

    @property
    def key(self) -> tuple[str, str, str]:
        """What a newer card replaces: the same figure of the same scorer and set."""
        return self.scorer, self.labelled_set, self.measure


def read_cards(path: Path = CARDS) -> tuple[Card, ...]:
    """The cards of `path`, in its order; none if there is no such file. Raises SourceError."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
        return tuple(Card(**row) for row in rows)
    except (OSError, ValueError, TypeError) as error:
        names = ", ".join(field.name for field in fields(Card))
        raise SourceError(str(path), f"is no file of cards ({error}); each has {names}") from error


def card_for(scorer: str, path: Path = CARDS) -> Card | None:
    """The first card of a scorer of MAIN_PART, or else its first; None: unvalidated.

    Raises SourceError.
    """
    mine = [card for card in read_cards(path) if card.scorer == scorer]
    return next((card for card in mine if card.part == MAIN_PART), mine[0] if mine else None)


def write_cards(new: Iterable[Card], path: Path = CARDS) -> None:
    """Put `new` cards into `path`, in place of older ones of the same figure; others stay.

    Raises SourceError.
    """
    kept = {card.key: card for card in read_cards(path)}
    kept.update((card.key, card) for card in new)
    rows = [asdict(card) for card in kept.values()]
    text = json.dumps(rows, ensure_ascii=False, indent=1) + "\n"
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise SourceError(str(path), f"cannot be written: {reason}") from error
