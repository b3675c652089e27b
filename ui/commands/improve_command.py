"""The command that says whether better drafts earn their tokens: eval improve."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evals.cases import QUESTIONS
from ui.commands.run_commands import JUDGE, CasesOption, JudgeOption, SplitOption
from ui.console import hint, out, print_json, progress
from ui.opening import BackendOption, JsonOption, Which, open_either, settings


def improve(
    backend: BackendOption = None,
    way: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=VALUE[,…]",
            help="A way of answering beside the plain one; give it again for more."
            " Without it critique=1, drafts=3 and quotes=8,least_odds=0.",
        ),
    ] = None,
    count: Annotated[
        int | None, typer.Option("-n", min=1, help="Only so many of the cases, evenly spread.")
    ] = None,
    cases: CasesOption = None,
    split: SplitOption = None,
    judge: JudgeOption = JUDGE,
    folder: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="The runs' folder. Without it runs/improve."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Hold critique and revision, and the best of several drafts, against plain answers.

    Right fact, citation precision and support: win, tie and loss by case, with tokens and seconds.
    Stopped at any moment, the same command goes on where it was.
    """
    from evals.runs.run import Plan
    from evals.scorers.entail import entailer_named
    from evals.writing.improve import WAYS, asked_cases, improve_json, improve_tables, read_ways
    from evals.writing.improve import run_improve as run
    from rag.models.chat import chat_model
    from rag.models.rerank import CrossEncoder

    config = settings(backend)
    ways = read_ways(way or WAYS)
    chat = chat_model(config.backend, config)
    path = folder or Path("runs/improve")
    half = split or ("all" if cases else "dev")
    which: Which = "home" if cases else "sample"
    plan = asked_cases(Plan(cases or QUESTIONS, half, which=which), count, path / "cases.jsonl")
    hint(f"asking {chat.name} in {len(ways)} ways; all of it goes into {path}")
    with progress() as show:
        entailer = entailer_named(judge, config, show)
        reranker = CrossEncoder.load(config, show)
        with open_either(plan.which, config, show, embeds=True) as library:
            found = run(plan, ways, path, library, chat, reranker, entailer, config, show)
    if as_json:
        print_json(improve_json(found))
    else:
        out().print(*improve_tables(found), sep="\n")
