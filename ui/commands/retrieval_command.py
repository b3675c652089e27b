"""The command that measures ranking on a benchmark: eval retrieval."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.console import hint, out, print_json, progress
from ui.opening import JsonOption, settings

if TYPE_CHECKING:
    from evals.finding.retrieval import Collection

_TAG = "askpapers"


def retrieval(
    queries: Annotated[
        Path, typer.Option(metavar="FILE.jsonl", help='Lines with "_id" (or "id") and "text".')
    ],
    qrels: Annotated[
        Path, typer.Option(metavar="FILE.tsv", help="Judgements, in BEIR's layout or TREC's.")
    ],
    corpus: Annotated[
        Path | None,
        typer.Option(metavar="FILE.jsonl", help="The papers; without it, your own library."),
    ] = None,
    vectors: Annotated[
        Path | None,
        typer.Option(metavar="FILE.npz", help="Keeps vectors for the next time."),
    ] = None,
    against: Annotated[
        Path | None, typer.Option(metavar="RUN.txt", help="A TREC run to compare with.")
    ] = None,
    run_out: Annotated[
        Path | None, typer.Option(metavar="RUN.txt", help="Where to write the TREC run.")
    ] = None,
    ablation: Annotated[
        bool, typer.Option("--ablation", help="Compare other ways of ranking with the shipped.")
    ] = False,
    models: Annotated[
        bool,
        typer.Option("--models", help="With --ablation: also sentence vectors and reranker, slow."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Measure what search finds: nDCG@10, R@10, R@100, RR@10, with intervals and times."""
    from evals.finding.corpora import write_run
    from evals.finding.retrieval import Collection, run_retrieval
    from evals.finding.retrieval_table import retrieval_json, retrieval_table

    if (models and not ablation) or (ablation and (against or run_out)):
        raise typer.BadParameter("--models needs --ablation, which takes no --against or --run-out")
    collection = Collection(corpus, queries, qrels, vectors)
    if ablation:
        _ablation(collection, models, as_json)
        return
    with progress() as show:
        report = run_retrieval(settings(), collection, against=against, progress=show)
    if run_out:
        write_run(run_out, report.run, _TAG)
        hint(f"run written to {run_out}")
    if as_json:
        print_json(retrieval_json(report))
    else:
        out().print(retrieval_table(report))


def _ablation(collection: Collection, models: bool, as_json: bool) -> None:
    from evals.finding.ablation import run_ablation
    from evals.finding.retrieval_table import ablation_json, ablation_table

    with progress() as show:
        report = run_ablation(settings(), collection, models=models, progress=show)
    if as_json:
        print_json(ablation_json(report))
    else:
        out().print(ablation_table(report))
