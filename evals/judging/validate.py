"""How well scorers agree with people: each held against labelled sets that it was not made with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evals.judging.validate_support import entailers_for, hold_against
from evals.labelled import Pair, drawn, feedback, scifact
from rag.errors import ConfigError

if TYPE_CHECKING:
    from evals.judging.validate_result import Result
    from rag.config import Config
    from rag.models.weights import Progress

PARTS = ("support", "errors", "preference", "correctness")
"""What can be validated: entailers on SciFact's claims, entailers on sentences in which people
marked errors, pairwise judging on people's preferences, gold facts on what people marked missing.
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to validate: `data` holds the labelled sets' folders. With `judges`, named as for
    `judge_model`, only they, and what they say is kept in the file `kept`; without, what takes no
    chat model. At most `most` labels are used of each half, all of them if it is 0.

    Raises ConfigError for a part that there is not.
    """

    data: Path
    kept: Path
    parts: tuple[str, ...] = PARTS
    judges: tuple[str, ...] = ()
    most: int = 0

    def __post_init__(self) -> None:
        if unknown := [name for name in self.parts if name not in PARTS]:
            raise ConfigError(f"there is no part {unknown[0]!r}: use one of {', '.join(PARTS)}")


def run_validate(
    config: Config, plan: Plan, progress: Progress | None = None
) -> tuple[Result, ...]:
    """Every scorer on every part of the plan, parts in the order of PARTS.

    Raises ConfigError or WeightsError for a judge that cannot start, before any label is read;
    SourceError for data that cannot be read; ChatError of a judge that stops: what it said till
    then is kept, and the same call goes on from there.
    """
    from evals.judging.judge_cache import kept_judge
    from evals.judging.validate_answers import correctness, preference

    judges = tuple(kept_judge(name, config, plan.kept) for name in plan.judges)
    results: list[Result] = []
    labelled = {
        "support": (scifact.NAME, scifact.FOLDER, scifact.load_scifact),
        "errors": (feedback.NAME, feedback.FOLDER, feedback.load_errors),
    }
    for part in PARTS:
        if part not in plan.parts:
            continue
        if part in labelled:
            name, folder, load = labelled[part]
            halves = _halves(load(plan.data / folder), plan.most)
            entailers = entailers_for(config, judges, progress)
            results += [hold_against(each, name, part, halves, progress) for each in entailers]
        elif part == "preference":
            results += preference(plan.data, judges, plan.most, progress)
        elif not judges:
            results += correctness(plan.data, plan.most)
    return tuple(results)


def _halves(pairs: Sequence[Pair], most: int) -> tuple[list[Pair], list[Pair]]:
    fit = [pair for pair in pairs if pair.half == "fit"]
    report = [pair for pair in pairs if pair.half == "report"]
    return drawn(fit, "group", most), drawn(report, "group", most)
