"""The commands that say whether one run is better than another: eval compare, eval null."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui.console import fail, out, plain, print_json, progress, warn
from ui.opening import JsonOption

RunA = Annotated[Path, typer.Argument(metavar="A", help="The folder of a run, the old one.")]
RunB = Annotated[Path, typer.Argument(metavar="B", help="The folder of the run held against it.")]


def compare(
    a: RunA,
    b: RunB,
    fail_on: Annotated[
        list[str] | None,
        typer.Option(
            "--fail-on",
            metavar="METRIC",
            help="Exit 1 if B is worse in this metric with p < 0.05 after Holm's correction;"
            " METRIC:0.02: if worse by more than that; any: in any metric. Give it again for more.",
        ),
    ] = None,
    changes: Annotated[
        int, typer.Option(min=0, metavar="N", help="Fixed and broken cases to list, of each.")
    ] = 10,
    as_json: JsonOption = False,
) -> None:
    """Compare two runs: differences, intervals, tests, power, and what was fixed and broken."""
    from evals.compare import compare as compared
    from evals.compare import worse
    from evals.compare_table import changes_table, compare_json, compare_table, verdict
    from evals.run_folder import read_run

    comparison = compared(read_run(a), read_run(b))
    caught = worse(comparison, fail_on or ())
    if not comparison.graded_alike:
        warn("A and B were graded differently: `askpapers eval score FOLDER` grades a run anew")
    if as_json:
        print_json(compare_json(comparison))
    else:
        console = out()
        for path, (old, new) in comparison.settings.items():
            console.print(plain(f"{path}: {old} -> {new}", "dim"))
        console.print(compare_table(comparison))
        for title, changed in (("fixed", comparison.fixed), ("broken", comparison.broken)):
            if changed and changes:
                console.print(changes_table(title, changed, changes))
        console.print(plain(verdict(comparison)))
    if caught:
        fail(f"B is worse in {', '.join(f'{d.metric.name} ({d.mean.value:+.3f})' for d in caught)}")
        raise typer.Exit(1)


def null(
    a: RunA,
    b: RunB,
    times: Annotated[int, typer.Option(min=1, help="Comparisons to make.")] = 1000,
    as_json: JsonOption = False,
) -> None:
    """Count false alarms: compare two runs that trade answers at random, case by case."""
    from evals.compare_table import null_json, null_table
    from evals.null import false_alarms
    from evals.run_folder import read_run

    with progress() as show:
        report = false_alarms(read_run(a), read_run(b), times, show)
    if as_json:
        print_json(null_json(report))
    else:
        out().print(null_table(report))
