"""The commands that measure: the `eval` group."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui.commands import support_command, validate_commands
from ui.commands.adapter_command import adapter
from ui.commands.case_commands import accept, add, check, draft
from ui.commands.compare_commands import compare, null
from ui.commands.conversation_command import conversation
from ui.commands.doubt_command import doubt
from ui.commands.improve_command import improve
from ui.commands.injections_command import injections
from ui.commands.kinds_command import kinds
from ui.commands.load_command import load
from ui.commands.quotes_command import quotes
from ui.commands.report_commands import export, report
from ui.commands.retrieval_command import retrieval
from ui.commands.run_commands import run, score
from ui.commands.several_command import several
from ui.commands.summaries_command import summaries
from ui.commands.tune_command import tune
from ui.commands.turns_command import turns
from ui.commands.votes_command import votes
from ui.console import out, print_json, progress
from ui.opening import BackendOption, JsonOption, settings


def build() -> typer.Typer:
    """The `eval` group."""
    app = typer.Typer(no_args_is_help=True, help="Measure answers, ranking and speed.")
    app.command()(run)
    app.command()(score)
    app.command()(compare)
    app.command()(null)
    app.command()(report)
    app.command()(export)
    for of_cases in (check, add, draft, accept):
        app.command()(of_cases)
    app.command()(votes)
    validate_commands.register(app)
    support_command.register(app)
    app.command()(latency)
    app.command()(load)
    app.command()(confidence)
    app.command()(tune)
    app.command()(quotes)
    app.command()(kinds)
    app.command()(several)
    app.command()(turns)
    app.command()(doubt)
    app.command()(summaries)
    app.command()(conversation)
    app.command()(improve)
    app.command()(injections)
    app.command()(retrieval)
    app.command()(adapter)
    app.command()(bench)
    app.command()(embedding)
    app.command()(hnsw)
    return app


def latency(
    backend: BackendOption = None,
    count: Annotated[
        int | None, typer.Option("-n", min=1, help="Only so many of the questions, evenly spread.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Time a warm `ask`, stage by stage, over the shipped questions."""
    from evals.speed.latency import latency_json, latency_table, run_latency

    config = settings(backend)
    with progress() as show:
        report = run_latency(config, config.backend, count=count, progress=show)
    if as_json:
        print_json(latency_json(report))
    else:
        out().print(latency_table(report))


def confidence(
    data: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folders of papers to fit on too: arxiv_daily, scifact."),
    ] = None,
    vectors: Annotated[
        Path | None,
        typer.Option(metavar="FILE.npz", help="Where to keep vectors between runs."),
    ] = None,
    write: Annotated[bool, typer.Option(help="Keep the fit of the first pass.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Fit what abstaining rests on, and show how well it tells."""
    from dataclasses import asdict

    from evals.evidence.confidence import Sources, run_confidence
    from evals.evidence.confidence_table import confidence_tables

    with progress() as show:
        report = run_confidence(settings(), Sources(data, vectors, write), show)
    if as_json:
        print_json(asdict(report))
    else:
        out().print(*confidence_tables(report), sep="\n")


def bench(
    size: Annotated[
        list[int] | None,
        typer.Option("--size", min=10, help="Papers in a library; give it again for more."),
    ] = None,
    queries: Annotated[int, typer.Option(min=1, help="Searches timed at each size.")] = 200,
    plot: Annotated[
        Path | None,
        typer.Option(metavar="FILE.svg", help="Where to draw latency and memory by size."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Measure ingest, search, memory and disk with the papers of your library, by its size."""
    from evals.speed.bench import SIZES, Plan, run_bench
    from evals.speed.bench_table import bench_json, bench_tables, plot_growth
    from ui.opening import open_library

    config = settings()
    plan = Plan(queries=queries, sizes=tuple(size or SIZES))
    with open_library(config, embeds=True) as library, progress() as show:
        report = run_bench(library, config, plan, show)
    if plot:
        plot_growth(report, plot)
    if as_json:
        print_json(bench_json(report))
    else:
        out().print(*bench_tables(report), sep="\n")


def embedding(as_json: JsonOption = False) -> None:
    """Run the embedder in several ways over papers of your library; speed and vectors."""
    from dataclasses import asdict

    from evals.speed.embedding import embedding_table, run_embedding
    from ui.opening import open_library

    config = settings()
    with open_library(config, embeds=False) as library, progress() as show:
        report = run_embedding(library, config, show)
    if as_json:
        print_json(asdict(report))
    else:
        out().print(embedding_table(report))


def hnsw(as_json: JsonOption = False) -> None:
    """Build the vector index of your library with several settings; recall and milliseconds."""
    from dataclasses import asdict

    from evals.speed.hnsw import hnsw_table, run_hnsw
    from ui.opening import open_library

    with open_library(settings(), embeds=True) as library, progress() as show:
        report = run_hnsw(library, show)
    if as_json:
        print_json(asdict(report))
    else:
        out().print(hnsw_table(report))
