"""Options that spend more on an answer, and what came of them, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from ui.console import hint
from ui.improved import criticised, looked_again

if TYPE_CHECKING:
    from rag.settings import Settings
    from rag.types import Answer

CritiqueOption = Annotated[
    bool,
    typer.Option("--critique", help="Have the chat model find its mistakes and mend them."),
]
DraftsOption = Annotated[
    int, typer.Option(metavar="N", min=1, max=8, help="Take the best of so many drafts.")
]
LookAgainOption = Annotated[
    int,
    typer.Option(
        metavar="N", min=0, max=5, help="Where little is found, search so often in other words."
    ),
]


def improving(critique: bool, drafts: int, look_again: int) -> Settings:
    """The settings of answering that the options ask for."""
    from rag.settings import Settings

    return Settings(critique=int(critique), drafts=drafts, look_again=look_again)


def print_improving(answer: Answer) -> None:
    """Print what was done to make the answer better, and what all of it took."""
    for line in improving_lines(answer):
        hint(line)


def improving_lines(answer: Answer) -> Iterator[str]:
    """What was done beyond one draft from one search, a line each; nothing if nothing was."""
    yield from looked_again(answer)
    yield from criticised(answer)
    spent = [
        answer.timings_ms[s] for s in ("look_again", "drafts", "critique") if s in answer.timings_ms
    ]
    if spent:
        tokens = ""
        if usage := answer.usage:
            tokens = f"; the answer took {usage.prompt + usage.completion:,} tokens in all"
        yield f"that took {sum(spent) / 1000:.1f} s{tokens}"
