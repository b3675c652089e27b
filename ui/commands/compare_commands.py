"""The commands that say whether one run is better than another: eval compare, eval null."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.console import fail, out, plain, print_json, progress, warn
from ui.opening import JsonOption, settings

if TYPE_CHECKING:
    from evals.comparing.compare import Difference
    from evals.comparing.preference import Preference
    from evals.score import Run

RunA = Annotated[Path, typer.Argument(metavar="A", help="The folder of a run, the old one.")]
RunB = Annotated[Path, typer.Argument(metavar="B", help="The folder of the run held against it.")]

PREFERENCES = "preferences.db"
"""In B's folder: what judges said of its answers."""


def compare(
    a: RunA,
    b: RunB,
    fail_on: Annotated[
        list[str] | None,
        typer.Option(
            "--fail-on",
            metavar="METRIC",
            help="Exit 1 if B is worse in this metric with p < 0.05 after Holm's correction;"
            " METRIC:0.02: if worse by more than that; any: in any metric. Give it again for more."
            " B must have every case of A; a metric without scores in B is worse.",
        ),
    ] = None,
    judge: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Also ask a chat model which answer is better: local, local:PATH, openai:MODEL.",
        ),
    ] = "",
    changes: Annotated[
        int, typer.Option(min=0, metavar="N", help="Fixed and broken cases to list, of each.")
    ] = 10,
    as_json: JsonOption = False,
) -> None:
    """Compare two runs: differences, intervals, tests, power, and what was fixed and broken."""
    from evals.comparing.compare import compare as compared
    from evals.comparing.compare import worse
    from evals.comparing.compare_table import changes_table, compare_json, compare_table, verdict
    from evals.comparing.preference import preference_json, preference_line
    from evals.runs.run_folder import read_run

    old_run, new_run = read_run(a), read_run(b)
    comparison = compared(old_run, new_run)
    caught = worse(comparison, fail_on or ())
    if not comparison.graded_alike:
        warn("A and B were graded differently: `askpapers eval score FOLDER` grades a run anew")
    preferred = _preference(old_run, new_run, judge, b / PREFERENCES) if judge else None
    if as_json:
        judged = {"preference": preference_json(preferred)} if preferred else {}
        print_json(compare_json(comparison) | judged)
    else:
        console = out()
        for path, (old, new) in comparison.settings.items():
            console.print(plain(f"{path}: {old} -> {new}", "dim"))
        console.print(compare_table(comparison))
        for title, changed in (("fixed", comparison.fixed), ("broken", comparison.broken)):
            if changed and changes:
                console.print(changes_table(title, changed, changes))
        console.print(plain(verdict(comparison)))
        if preferred:
            console.print(plain(preference_line(preferred)))
    if caught:
        fail(f"B is worse in {', '.join(map(_lost, caught))}")
        raise typer.Exit(1)


def _lost(caught: Difference) -> str:
    by = "A has scores of it, B has none" if caught.lost else f"{caught.mean.value:+.3f}"
    return f"{caught.metric.name} ({by})"


def _preference(a: Run, b: Run, judge: str, kept: Path) -> Preference:
    """What the judge says is kept in the file `kept`: stopped, the command goes on there."""
    from evals.comparing.preference import preference
    from evals.judging.judge_cache import kept_judge

    opened = kept_judge(judge.removeprefix("judge:"), settings(), kept)
    with closing(opened), progress() as show:
        return preference(a, b, opened, show)


def null(
    a: RunA,
    b: RunB,
    times: Annotated[int, typer.Option(min=1, metavar="N", help="Comparisons to make.")] = 1000,
    as_json: JsonOption = False,
) -> None:
    """Count false alarms: compare two runs that trade answers at random, case by case."""
    from evals.comparing.compare_table import null_json, null_table
    from evals.comparing.null import false_alarms
    from evals.runs.run_folder import read_run

    with progress() as show:
        report = false_alarms(read_run(a), read_run(b), times, show)
    if as_json:
        print_json(null_json(report))
    else:
        out().print(null_table(report))
