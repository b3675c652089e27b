"""The commands that find papers: search, for one query or a file of them, and similar."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from rag.finding.filters import Filter
from rag.types import Hit, Paper
from ui.commands.batch import open_out, read_questions, run_lines
from ui.commands.filter_options import filtered
from ui.commands.library_commands import PaperId, byline
from ui.console import hint, out, plain, print_json, progress
from ui.opening import JsonOption, open_library, settings, tell_what_waits

_TAG = "askpapers"

CountOption = Annotated[int, typer.Option("-k", min=1, max=1000, help="Papers to find.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    for command in (search, similar):
        app.command()(command)


@filtered
def search(
    query: Annotated[str | None, typer.Argument(help="What to look for, in words.")] = None,
    k: CountOption = 10,
    queries: Annotated[
        Path | None,
        typer.Option(metavar="FILE.jsonl", help='Many queries: lines with "id" and "text".'),
    ] = None,
    run_out: Annotated[
        Path | None, typer.Option(metavar="RUN.txt", help="Where to write their TREC run.")
    ] = None,
    as_json: JsonOption = False,
    *,
    within: Filter,
) -> None:
    """Find papers by words and by meaning.

    One QUERY, or a file of them: search --queries FILE.jsonl --run-out RUN.txt -k 100
    """
    if (query is None) == (queries is None) or (queries is None) != (run_out is None):
        raise typer.BadParameter("give either a QUERY, or --queries together with --run-out")
    if queries and run_out:
        _search_all(queries, run_out, k, within)
    elif query is not None:
        _search_one(query, k, as_json, within)


@filtered
def similar(
    paper: PaperId,
    k: CountOption = 10,
    as_json: JsonOption = False,
    *,
    within: Filter,
) -> None:
    """Find papers like one of the library, by meaning alone."""
    from rag.finding.similar import similar_papers

    with open_library(settings(), embeds=False) as library:
        tell_what_waits(library)
        scope = library.scope(within) if within else None
        alike = similar_papers(library, paper, k, scope)
        missing = scope.missing() if scope else ""
    if alike.note:
        hint(alike.note)
    _print_found(alike.found, as_json, missing or "The library holds no other paper to compare.")


def _search_one(query: str, k: int, as_json: bool, within: Filter) -> None:
    from rag.finding.retrieve import search_papers

    with open_library(settings(), embeds=True) as library:
        tell_what_waits(library)
        scope = library.scope(within) if within else None
        found = search_papers(library, query, k, scope)
        missing = scope.missing() if scope and library.count() else ""
    _print_found(
        found, as_json, missing or "No papers yet: `askpapers ingest` adds the sample library."
    )


def _print_found(found: Iterable[tuple[Paper, Hit]], as_json: bool, why_none: str) -> None:
    from rag.wire import hits_json

    found = list(found)
    if not found:
        hint(why_none)
    if as_json:
        print_json(hits_json(found))
        return
    console = out()
    for rank, (paper, hit) in enumerate(found, start=1):
        by = " · ".join(filter(None, (byline(paper), paper.published[:4], paper.paper_id)))
        console.print(plain(f"{rank}. {paper.title}", "bold"), soft_wrap=True)
        console.print(plain(f"   {hit.score:.3f} · {by}", "dim"), soft_wrap=True)
        console.print(plain(f"   {' '.join(hit.chunk.text.split())[:240]} …"), soft_wrap=True)


def _search_all(queries: Path, run_out: Path, k: int, within: Filter) -> None:
    from rag.finding.retrieve import search_papers

    asked = read_questions(queries)
    with (
        open_library(settings(), embeds=True) as library,
        open_out(run_out) as run,
        progress() as bar,
    ):
        scope = library.scope(within) if within else None
        if scope and (missing := scope.missing()):
            hint(missing)
        for done, query in enumerate(asked, start=1):
            found = search_papers(library, query.text, k, scope)
            ranked = [(paper, hit.score) for paper, hit in found]
            run.writelines(f"{line}\n" for line in run_lines(query.id, ranked, k, _TAG))
            bar("queries", done, len(asked))
    hint(f"{len(asked)} queries, run written to {run_out}")
