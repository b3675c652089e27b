"""The command that finds papers: search, for one query or a file of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rag.types import Hit, Paper
from ui.batch import open_out, read_questions, run_lines
from ui.console import hint, out, plain, print_json, progress
from ui.library_commands import byline
from ui.opening import JsonOption, open_library, settings, tell_what_waits

_TAG = "askpapers"


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(search)


def search(
    query: Annotated[str | None, typer.Argument(help="What to look for, in words.")] = None,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="Papers to find.")] = 10,
    queries: Annotated[
        Path | None,
        typer.Option(metavar="FILE.jsonl", help='Many queries: lines with "id" and "text".'),
    ] = None,
    run_out: Annotated[
        Path | None, typer.Option(metavar="RUN.txt", help="Where to write their TREC run.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Find papers by words and by meaning.

    One QUERY, or a file of them: search --queries FILE.jsonl --run-out RUN.txt -k 100
    """
    if (query is None) == (queries is None) or (queries is None) != (run_out is None):
        raise typer.BadParameter("give either a QUERY, or --queries together with --run-out")
    if queries and run_out:
        _search_all(queries, run_out, k)
    elif query is not None:
        _search_one(query, k, as_json)


def _search_one(query: str, k: int, as_json: bool) -> None:
    from rag.retrieve import search_papers

    with open_library(settings(), embeds=True) as library:
        tell_what_waits(library)
        found = search_papers(library, query, k)
    if as_json:
        print_json([_hit_json(rank, *pair) for rank, pair in enumerate(found, start=1)])
        return
    if not found:
        hint("No papers yet: `askpapers ingest` adds the sample library.")
    console = out()
    for rank, (paper, hit) in enumerate(found, start=1):
        by = " · ".join(filter(None, (byline(paper), paper.published[:4], paper.paper_id)))
        console.print(plain(f"{rank}. {paper.title}", "bold"), soft_wrap=True)
        console.print(plain(f"   {hit.score:.3f} · {by}", "dim"), soft_wrap=True)
        console.print(plain(f"   {' '.join(hit.chunk.text.split())[:240]} …"), soft_wrap=True)


def _hit_json(rank: int, paper: Paper, hit: Hit) -> dict[str, object]:
    return {
        "rank": rank,
        "paper_id": paper.paper_id,
        "title": paper.title,
        "arxiv_id": paper.arxiv_id or None,
        "docnos": list(paper.docnos),
        "score": hit.score,
        "vector_score": hit.vector_score,
        "word_score": hit.word_score,
        "field": hit.chunk.field,
        "start": hit.chunk.start,
        "end": hit.chunk.end,
        "text": hit.chunk.text,
    }


def _search_all(queries: Path, run_out: Path, k: int) -> None:
    from rag.retrieve import search_papers

    asked = read_questions(queries)
    with (
        open_library(settings(), embeds=True) as library,
        open_out(run_out) as run,
        progress() as bar,
    ):
        for done, query in enumerate(asked, start=1):
            ranked = [(paper, hit.score) for paper, hit in search_papers(library, query.text, k)]
            run.writelines(f"{line}\n" for line in run_lines(query.id, ranked, k, _TAG))
            bar("queries", done, len(asked))
    hint(f"{len(asked)} queries, run written to {run_out}")
