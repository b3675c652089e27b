"""The command that hands on what people said of answers: eval votes."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.console import hint, out, plain, print_json
from ui.opening import JsonOption, open_library, settings

if TYPE_CHECKING:
    from rag.stored.votes import Vote


def votes(
    file: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE.jsonl",
            help="Where to write every vote, with question, whole answer, configuration and time.",
            show_default=False,
        ),
    ] = None,
    cases: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.jsonl",
            help="A file of cases to which the answers voted on are added as drafts.",
            show_default=False,
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Count the votes of your library, write them down, or make eval cases of them.

    A case made of votes is a draft: `eval accept` takes it when you have read it. A question that
    the file has already is not added again.
    """
    from evals.authoring.votes import comparison_json, vote_json
    from ui.commands.batch import open_out

    with open_library(settings(), embeds=False, check=False) as library:
        given, compared = library.votes.all(), library.votes.comparisons()
    if file:
        with open_out(file, "w") as written:
            for row in (*map(vote_json, given), *map(comparison_json, compared)):
                written.write(json.dumps(row, ensure_ascii=False) + "\n")
    added, left_out = _add_cases(cases, given) if cases else (0, 0)
    counts = {
        "votes": len(given),
        "up": sum(vote.verdict == "up" for vote in given),
        "down": sum(vote.verdict == "down" for vote in given),
        "on_sentences": sum(vote.sentence is not None for vote in given),
        "comparisons": len(compared),
    } | ({"cases_added": added, "answers_left_out": left_out} if cases else {})
    if as_json:
        print_json(counts)
    else:
        told = (f"{name.replace('_', ' ')}: {number}" for name, number in counts.items())
        out().print(plain("; ".join(told)))


def _add_cases(path: Path, given: tuple[Vote, ...]) -> tuple[int, int]:
    """How many cases were added to `path`, and of how many answers none could be made."""
    from evals.authoring.votes import keep_cases

    kept = keep_cases(path, given, datetime.datetime.now().astimezone().date())
    for one in kept.left_out:
        hint(f"answer {one.answer_id}: {one.reason}")
    return len(kept.added), len(kept.left_out)
