"""The command that takes papers in: ingest, with its report of what was rejected and why."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.types import Reject
from ui.batch import open_out
from ui.console import hint, out, plain, print_json, progress, warn
from ui.opening import JsonOption, open_library, settings

if TYPE_CHECKING:
    from ingest.run import IngestReport


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(ingest)


def ingest(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SOURCE]...",
            help="Files, folders or patterns; - is standard input; none: the sample library.",
        ),
    ] = None,
    rejects: Annotated[
        Path | None,
        typer.Option(metavar="FILE.jsonl", help="Where to write every rejected piece."),
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Print every rejected piece.")
    ] = False,
    offline: Annotated[
        bool, typer.Option("--offline", help="Do not ask arXiv for missing titles and authors.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Read sources into the library: text pages, JSON lines, folders of them, also gzipped.

    Each paper is merged from every source that mentions it; nothing is doubled by ingesting
    again, nothing vanishes without a reason.
    """
    from ingest.arxiv import ArxivClient
    from ingest.run import ingest as ingest_sources

    config = settings()
    with open_library(config, embeds=True) as library, progress() as show:
        lookup = None if offline else ArxivClient(config.arxiv_url)
        report = ingest_sources(library, sources or [], lookup=lookup, progress=show)
        count = library.count()
    if rejects:
        with open_out(rejects) as file:
            file.writelines(f"{json.dumps(asdict(reject))}\n" for reject in report.rejects)
    if as_json:
        print_json({"papers": count} | asdict(report))
        return
    print_report(report, count, verbose=verbose)
    if rejects:
        hint(f"every rejected piece is in {rejects}")


def print_report(report: IngestReport, count: int, *, verbose: bool) -> None:
    """What an ingest did, for a person; rejects counted by reason, or each with `verbose`."""
    console = out()
    console.print(
        f"{counted(report.records, 'record')}: {counted(report.new, 'new paper')},"
        f" {report.changed} changed, {report.unchanged} unchanged; {count} in the library"
    )
    if report.merged:
        console.print(f"{report.merged} papers turned out to be the same as others and were merged")
    for source in report.sources:
        line = f"  {source.name}: {counted(source.records, 'record')}, {source.rejects} rejected"
        console.print(plain(line), soft_wrap=True)
    if report.lookup_error:
        warn(f"arXiv could not be asked for what is missing: {report.lookup_error}")
    elif report.looked_up:
        console.print(f"{report.looked_up} papers completed from arXiv")
    if report.rejects:
        console.print(f"{len(report.rejects)} pieces are no papers:")
    lines = map(reject_line, report.rejects) if verbose else reject_counts(report.rejects)
    for line in lines:
        console.print(plain(f"  {line}"), soft_wrap=True)


def reject_line(reject: Reject) -> str:
    """One rejected piece with its place, its reason and how it begins."""
    begins = " ".join(reject.text.split())[:80]
    return f"{reject.source} #{reject.position}: {reject.reason} ({begins})"


def reject_counts(rejects: tuple[Reject, ...]) -> list[str]:
    """How many pieces were rejected for each reason, the most frequent first."""
    counts = Counter(reject.reason for reject in rejects)
    return [f"{number} × {reason}" for reason, number in counts.most_common()]


def counted(number: int, what: str) -> str:
    """A number with its noun."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
