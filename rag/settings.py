"""The knobs of answering: one frozen value, with what has proved best as its defaults."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from importlib.metadata import version
from typing import Literal, get_args

from rag.errors import ConfigError

Ranking = Literal["both", "vectors", "words"]
"""What ranks the chunks: cosines and BM25 fused (see `rag.finding.fuse`), or one of them alone."""

Failing = Literal["repair", "drop", "mark"]
"""What becomes of a sentence that its quotes do not bear out: it gets quotes that do, if there are
any, and is dropped otherwise; it is dropped; or it is kept, visibly marked."""

_CHOICE: dict[str, tuple[str, ...]] = {"ranking": get_args(Ranking), "failing": get_args(Failing)}

# The least and the most of each whole number; the others are shares, from 0 to 1. More quotes
# than the reranker reads (`rag.evidence.quotes.OF_ONE`) there never are.
_WHOLE = {
    "hits": (1, 100),
    "quotes": (1, 12),
    "judge_ms": (0, 60_000),
    "look_again": (0, 5),
    "critique": (0, 3),
    "drafts": (1, 8),
}
_SHARE = ("least_odds", "least_confidence")


@dataclass(frozen=True, slots=True)
class Settings:
    """How questions are answered, whichever the library and the chat model.

    Raises ConfigError, naming the setting, its value and what is allowed.
    """

    ranking: Ranking = "both"
    hits: int = 10
    """The most papers that an answer names as found; quotes come from so many chunks at most."""
    quotes: int = 4
    """The most quotes a chat model is given: a small one refuses wrongly when it gets many more."""
    least_odds: float = 0.03
    """Quotes whose odds are below this share of the best one's are left out: they only lead a
    small chat model astray. Without them it got 7 more of 24 dev questions right, none of 14
    wrong."""
    least_confidence: float = 0.6
    """Below this confidence it abstains before a chat model is asked: of dev questions, whose
    papers the reader knows, 93% of those without an answer and none of the others (over arXiv
    abstracts that it has not seen 79 to 90% and 10 to 15%; docs/trust.md). With 0 it always
    answers, save from an empty library or where the chat model declines."""
    failing: Failing = "repair"
    """What becomes of a sentence that fails its check."""
    judge_ms: int = 4000
    """Milliseconds that a judge may take for the sentences of one answer that text and agreement
    leave open; of those it does not get to likeness decides, where that is sure."""
    look_again: int = 0
    """The most further searches where the first one brought little."""
    critique: int = 0
    """Rounds of critique and revision."""
    drafts: int = 1
    """Drafts of which the best is taken."""

    def __post_init__(self) -> None:
        for name, allowed in _CHOICE.items():
            if getattr(self, name) not in allowed:
                raise _refused(name, getattr(self, name))
        for name, (low, high) in _WHOLE.items():
            value = getattr(self, name)
            if not (isinstance(value, int) and low <= value <= high):
                raise _refused(name, value)
        for name in _SHARE:
            value = getattr(self, name)
            if not (math.isfinite(value) and 0 <= value <= 1):
                raise _refused(name, value)

    @property
    def always(self) -> bool:
        """Whether it answers however little the papers seem to say."""
        return self.least_confidence == 0

    @staticmethod
    def parse(assignments: Sequence[str]) -> Settings:
        """The defaults, changed by `key=value` texts; of two for one key the later one counts.

        Raises ConfigError for a text of another form, an unknown key or a value not allowed.
        """
        known = {field.name for field in fields(Settings)}
        values: dict[str, str | int | float] = {}
        for text in assignments:
            key, sign, value = (part.strip() for part in text.partition("="))
            if not sign:
                raise ConfigError(f"setting {text!r}: give it as KEY=VALUE, such as hits=2")
            if key not in known:
                names = ", ".join(field.name for field in fields(Settings))
                raise ConfigError(f"there is no setting {key!r}: use one of {names}")
            values[key] = _read(key, value)
        return Settings(**values)  # type: ignore[arg-type]  # each value is checked when it is made


def _read(key: str, value: str) -> str | int | float:
    """The value in its type. Raises ConfigError where it is no number, but should be."""
    if key in _CHOICE:
        return value
    try:
        return float(value) if key in _SHARE else int(value)
    except ValueError:
        raise _refused(key, value) from None


def _allowed(key: str) -> str:
    if key in _CHOICE:
        return f"one of {', '.join(_CHOICE[key])}"
    if key in _SHARE:
        return "a number from 0 to 1"
    low, high = _WHOLE[key]
    return f"a whole number from {low} to {high}"


def _refused(key: str, value: object) -> ConfigError:
    return ConfigError(f"setting {key} is {value!r}: give {_allowed(key)}")


DEFAULTS = Settings()


@dataclass(frozen=True, slots=True)
class Configuration:
    """What made an answer: the chat model, by its backend's name, the settings by their names as
    they were then (another version may have others), and the version of askpapers. `seed` is that
    of a draft drawn at random, 0 the likeliest (see `rag.types.Prompt.draw`).
    """

    backend: str
    settings: dict[str, str | int | float]
    askpapers: str
    seed: int = 0

    @staticmethod
    def of(backend: str, settings: Settings = DEFAULTS) -> Configuration:
        """The configuration of this moment."""
        return Configuration(backend, asdict(settings), version("askpapers"))

    def told(self) -> str:
        """As JSON, to be kept."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @staticmethod
    def read(text: str) -> Configuration:
        """What `told` told."""
        return Configuration(**json.loads(text))
