"""What the measuring itself is worth: eval validate, eval cards, eval pubmedqa."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer

from ui.console import hint, out, print_json, progress
from ui.opening import JsonOption, settings

KEPT = "judged.sqlite"  # in the cache, which all data folders share

DataOption = Annotated[
    Path, typer.Option("--data", metavar="DIR", help="The labelled sets' folders; docs/cards.md.")
]
KeptOption = Annotated[
    Path | None,
    typer.Option(
        "--kept",
        metavar="FILE",
        help="Keeps what judges say, so that a stopped run goes on; by default in the cache.",
        show_default=False,
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands to the `eval` group."""
    app.command()(validate)
    app.command("cards")(show_cards)
    app.command()(pubmedqa)


def validate(
    data: DataOption,
    only: Annotated[
        str,
        typer.Option(metavar="PART,…", help="Of support, errors, preference, correctness."),
    ] = "",
    judge: Annotated[
        list[str] | None,
        typer.Option("--judge", metavar="NAME", help="A chat model, held alone; again for more."),
    ] = None,
    most: Annotated[
        int, typer.Option("-n", min=0, help="Labels used of each half; 0: all of them.")
    ] = 0,
    cards: Annotated[
        Path | None,
        typer.Option(metavar="FILE.json", help="Where to put the cards; others in it stay."),
    ] = None,
    kept: KeptOption = None,
    as_json: JsonOption = False,
) -> None:
    """Hold scorers and judges against people's labels: agreement with intervals."""
    from evals.judging.validate import PARTS, Plan, run_validate
    from evals.judging.validate_result import cards as cards_of
    from evals.judging.validate_result import results_json, results_table
    from evals.scorers.cards import write_cards

    config = settings()
    parts = tuple(part.strip() for part in only.split(",")) if only else PARTS
    judges = tuple(name.removeprefix("judge:") for name in judge or ())
    plan = Plan(data, kept or config.cache / KEPT, parts, judges, most)
    with progress() as show:
        results = run_validate(config, plan, show)
    if cards:
        command = " ".join(
            ["askpapers eval validate --data DIR", *([f"--only {','.join(parts)}"] if only else [])]
            + [f"--judge {name}" for name in judges]
            + ([f"-n {most}"] if most else [])
        )
        made = cards_of(results, date.today().isoformat(), command)
        write_cards(made, cards)
        hint(f"{len(made)} cards written to {cards}")
    if as_json:
        print_json(results_json(results))
    else:
        out().print(results_table(results))


def pubmedqa(
    data: DataOption,
    backend: Annotated[
        str, typer.Option(metavar="NAME", help="Who decides: local, local:PATH, openai:MODEL.")
    ] = "local",
    most: Annotated[int, typer.Option("-n", min=0, help="Test questions; 0: all 500.")] = 300,
    fit: Annotated[int, typer.Option(min=0, help="Dev questions to fit the bias on.")] = 200,
    evidence: Annotated[
        Literal["quotes", "abstract"],
        typer.Option(help="Decide from the quotes, or from the abstract found first."),
    ] = "quotes",
    vectors: Annotated[
        Path | None, typer.Option(metavar="FILE.npz", help="Keeps vectors for the next time.")
    ] = None,
    asked: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.jsonl", help="Where to write each answer.")
    ] = None,
    kept: KeptOption = None,
    as_json: JsonOption = False,
) -> None:
    """Decide PubMedQA's questions from a library of its abstracts: accuracy beside people's."""
    from evals.judging.pubmedqa import Plan, run_pubmedqa
    from evals.judging.pubmedqa_table import pubmedqa_json, pubmedqa_table, write_asked

    config = settings()
    plan = Plan(data, backend, kept or config.cache / KEPT, most, fit, evidence, vectors)
    with progress() as show:
        report = run_pubmedqa(config, plan, show)
    if asked:
        write_asked(report, asked)
        hint(f"{len(report.asked)} questions written to {asked}")
    if as_json:
        print_json(pubmedqa_json(report))
    else:
        out().print(pubmedqa_table(report))


def show_cards(as_json: JsonOption = False) -> None:
    """Show how far each scorer can be trusted: its agreement with people's labels."""
    from dataclasses import asdict

    from evals.judging.validate_result import cards_table
    from evals.scorers.cards import read_cards

    shown = read_cards()
    if as_json:
        print_json([asdict(card) for card in shown])
    else:
        out().print(cards_table(shown))
