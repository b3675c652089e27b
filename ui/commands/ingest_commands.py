"""The command that takes papers in: ingest, with its report of what was rejected and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.errors import SourceError
from rag.types import Record, Reject
from ui.console import fail, hint, out, plain, print_json, progress, warn
from ui.opening import JsonOption, open_library, settings

if TYPE_CHECKING:
    from ingest.run import IngestReport
    from rag.library import Library
    from rag.models.weights import Progress


RejectsOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE.jsonl",
        help="Where every rejected piece is written; without it rejects.jsonl in the library.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(ingest)


def ingest(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SOURCE]...",
            help="Files, folders, patterns, arXiv ids or searches, DOIs, web addresses;"
            " - is standard input; none: the sample library.",
        ),
    ] = None,
    sync: Annotated[
        bool,
        typer.Option(
            "--sync", help="Also remove what sources no longer hold, deleted files of folders too."
        ),
    ] = False,
    no_wait: Annotated[
        bool, typer.Option("--no-wait", help="End as soon as the papers are found by words.")
    ] = False,
    rejects: RejectsOption = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Print every rejected piece.")
    ] = False,
    offline: Annotated[
        bool, typer.Option("--offline", help="Fetch neither sources nor missing titles.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Read sources into the library: files of many kinds, folders of them, also gzipped.

    Each paper is merged from every source that mentions it; nothing is doubled by ingesting
    again, nothing vanishes without a reason. First all papers are made searchable by words, then
    by meaning.
    """
    from ingest.arxiv import ArxivClient
    from ingest.remote import fetch_all
    from ingest.run import ingest as ingest_sources

    config = settings()
    arxiv = ArxivClient(config.arxiv_url, mailto=config.mailto)  # one, for one pause between all
    # The embedder is loaded when its turn comes: words need not wait for it.
    with open_library(config, embeds=False) as library, progress() as show:
        report = ingest_sources(
            library,
            sources or [],
            fetch=_refuse if offline else partial(fetch_all, config=config, arxiv_client=arxiv),
            lookup=None if offline else arxiv,
            progress=show,
            rejects=rejects,
            sync=sync,
            fill=False,
        )
        if not no_wait:
            _make_vectors(library, show)
        count, unfinished = library.count(), library.standing().waiting
    if as_json:
        print_json({"papers": count, "waiting": unfinished} | asdict(report))
    else:
        print_report(report, count, verbose=verbose)
        _tell_waiting(unfinished)
    _fail_for(report.broken)


def _make_vectors(library: Library, show: Progress) -> None:
    from ui.filling import let_others_first

    let_others_first()
    library.fill(lambda done, total: show("vectors", done, total))


def _tell_waiting(unfinished: int) -> None:
    if unfinished:
        left = "1 paper is" if unfinished == 1 else f"{unfinished} papers are"
        hint(f"{left} found by words only; `askpapers index` goes on")


def _refuse(names: Sequence[str]) -> Iterator[Record | Reject]:
    """What there is elsewhere with --offline. Raises SourceError."""
    from ingest.remote import page_name

    shown = page_name(names[0]) if "://" in names[0] else names[0]
    raise SourceError(
        shown, "is not a file here, and --offline fetches nothing; leave it out, or the option"
    )


def _fail_for(broken: tuple[str, ...]) -> None:
    """End with an error if a source broke off, after everything else has been told."""
    for told in broken:
        fail(told)
    if broken:
        raise typer.Exit(1)


def print_report(report: IngestReport, count: int, *, verbose: bool) -> None:
    """What an ingest did, for a person; rejects counted by reason, or each with `verbose`."""
    console = out()
    console.print(
        f"{counted(report.records, 'record')}: {counted(report.new, 'new paper')},"
        f" {report.changed} changed, {report.unchanged} unchanged; {count} in the library"
    )
    if report.merged:
        console.print(f"{report.merged} papers turned out to be the same as others and were merged")
    if report.vanished:
        gone = counted(report.vanished, "record")
        console.print(f"{gone} removed that the sources no longer hold")
    for source in report.sources:
        line = f"  {source.name}: {counted(source.records, 'record')}, {source.rejects} rejected"
        console.print(plain(line), soft_wrap=True)
    for source in report.sources:
        if source.unseen:
            warn(
                f"nothing of {source.name} was removed: {counted(source.unseen, 'record')} of it"
                " may be what could not be read now; mend what was rejected, or leave it out, and"
                " --sync again"
            )
    if report.lookup_error:
        warn(f"arXiv could not be asked for what is missing: {report.lookup_error}")
    elif report.looked_up:
        console.print(f"{report.looked_up} papers completed from arXiv")
    if report.rejected:
        print_rejects(report, verbose=verbose)


def print_rejects(report: IngestReport, *, verbose: bool) -> None:
    """How many pieces were rejected for each reason, or each of them; and where they all are."""
    from ingest.rejects import rejects_in

    reasons: Counter[str] = Counter()
    for count in report.rejected:
        reasons[count.reason] += count.pieces
    console = out()
    number = reasons.total()
    console.print("1 piece is no paper:" if number == 1 else f"{number} pieces are no papers:")
    if verbose:
        for reject in rejects_in(Path(report.rejects)):
            console.print(plain(f"  {reject_line(reject)}"), soft_wrap=True)
    else:
        for reason, number in reasons.most_common():
            console.print(plain(f"  {number} × {reason}"), soft_wrap=True)
    hint(f"every rejected piece is in {report.rejects}")


def reject_line(reject: Reject) -> str:
    """One rejected piece with its place, its reason and how it begins."""
    begins = " ".join(reject.text.split())[:80]
    return f"{reject.source} #{reject.position}: {reject.reason} ({begins})"


def counted(number: int, what: str) -> str:
    """A number with its noun."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
