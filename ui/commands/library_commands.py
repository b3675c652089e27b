"""The commands over the library's papers: papers, show, split, join, delete, restore."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from rag.types import Paper
from ui.console import hint, out, plain, print_json, print_prose, progress
from ui.opening import JsonOption, open_library, settings

if TYPE_CHECKING:
    from rag.library import Library

PaperId = Annotated[
    str, typer.Argument(metavar="ID", help="Paper id, earlier id, arXiv id or DOI.")
]


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for command in (papers, show, split, join, delete, restore):
        app.command()(command)


def papers(as_json: JsonOption = False) -> None:
    """List every paper, newest first."""
    with open_library(settings(), embeds=False, check=False) as library:
        found = library.papers()
    if as_json:
        from rag.wire import paper_json

        print_json([paper_json(paper) for paper in found])
        return
    if not found:
        hint("No papers yet: `askpapers ingest` adds the sample library.")
        return
    from rich.table import Table

    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("id", no_wrap=True)
    table.add_column("date", no_wrap=True)
    table.add_column("title", ratio=1)
    table.add_column("authors", no_wrap=True)
    for paper in found:
        cells = (paper.paper_id, paper.published, paper.title, byline(paper))
        table.add_row(*map(plain, cells))
    out().print(table)
    out().print(f"{len(found)} papers", style="dim")


def byline(paper: Paper) -> str:
    """The authors in short: one or two names, or the first and "et al."."""
    names = paper.authors
    if len(names) > 2 or (names and not paper.authors_complete):
        return f"{names[0]} et al."
    return " and ".join(names)


def show(paper_id: PaperId, as_json: JsonOption = False) -> None:
    """Show one paper in full, with where it came from and why those records are one work."""
    from ingest.evidence import links

    with open_library(settings(), embeds=False, check=False) as library:
        if as_json:
            from ui.whole_paper import whole_paper_json

            print_json(whole_paper_json(library, paper_id))
            return
        paper = library.paper(paper_id)
        merged = links(library.records(paper.paper_id))
    console = out()
    console.print(plain(paper.title, "bold"), soft_wrap=True)
    if paper.authors:
        others = "" if paper.authors_complete else " and others"
        console.print(plain(", ".join(paper.authors) + others), soft_wrap=True)
    also = (f"also {alias}" for alias in paper.aliases)
    facts = (paper.paper_id, paper.published, paper.venue, paper.url, *also)
    console.print(plain(" · ".join(filter(None, facts)), "dim"), soft_wrap=True)
    if paper.abstract:
        console.print()
        print_prose(paper.abstract)
    if paper.summary:
        console.print("\nSummary by a third party, not the authors:", style="bold")
        print_prose(paper.summary)
    console.print("\nMerged from:", style="bold")
    for link in merged:
        fields = "title abstract summary authors published venue arxiv_id doi".split()
        says = ", ".join(name.replace("_", " ") for name in fields if getattr(link.record, name))
        console.print(plain(f"  {link.record.key}: {says or 'nothing else'}"), soft_wrap=True)
        if link.because:
            console.print(plain(f"    {link.because} ({link.other})", "dim"), soft_wrap=True)


def split(
    paper_id: PaperId,
    records: Annotated[
        list[str], typer.Argument(metavar="RECORD...", help="As `show` names them: source#docno.")
    ],
    as_json: JsonOption = False,
) -> None:
    """Take records out of a paper that are not of its work; no later ingest merges them again."""
    from ingest.evidence import split as take_out

    with open_library(settings(), embeds=True) as library:
        found = take_out(library, paper_id, records)
        _fill(library)
    _print_papers(found, "now apart; `askpapers join` takes it back", as_json=as_json)


def join(paper_id: PaperId, other: PaperId, as_json: JsonOption = False) -> None:
    """Take a split back: the two are one paper again if their records say so."""
    from ingest.evidence import join as take_back

    with open_library(settings(), embeds=True) as library:
        found = take_back(library, paper_id, other)
        _fill(library)
    _print_papers(found, "decided by what the records say", as_json=as_json)


def _fill(library: Library) -> None:
    with progress() as show_progress:
        library.fill(lambda done, total: show_progress("vectors", done, total))


def _print_papers(found: list[Paper], remark: str, *, as_json: bool) -> None:
    if as_json:
        from rag.wire import paper_json

        print_json([paper_json(paper) for paper in found])
        return
    for paper in found:
        out().print(plain(f"{paper.paper_id}: {paper.title}"), soft_wrap=True)
    hint(remark)


def delete(
    paper_id: PaperId,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Delete a paper from the library; asks first on a terminal. For a day `restore` undoes it."""
    with open_library(settings(), embeds=False) as library:
        paper = library.paper(paper_id)
        if not yes and sys.stdin.isatty():
            typer.confirm(f"Delete {paper.title or paper.paper_id}?", abort=True, err=True)
        library.delete(paper.paper_id)
    if as_json:
        from rag.wire import paper_json

        print_json(paper_json(paper))
    else:
        out().print(plain(f"Deleted {paper.paper_id}: {paper.title}"), soft_wrap=True)
        hint(f"for a day `askpapers restore {shlex.quote(paper.paper_id)}` undoes it")


def restore(
    paper_id: Annotated[
        str | None, typer.Argument(metavar="ID", help="A deleted one; none lists them.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Have a paper back that was deleted within the last day, or list those that can be."""
    if paper_id is None:
        _list_deleted(as_json=as_json)
        return
    from ingest.removal import restore as have_back
    from rag.stored.removed import Removed

    with open_library(settings(), embeds=True) as library:
        gone = Removed(library.catalogue.database).named(paper_id)
        found = have_back(library, [gone.paper_id if gone else paper_id])
        _fill(library)
    _print_papers(found, "back in the library", as_json=as_json)


def _list_deleted(*, as_json: bool) -> None:
    from rag.stored.removed import Removed

    with open_library(settings(), embeds=False, check=False) as library:
        gone = Removed(library.catalogue.database).listed()
    if as_json:
        rows = [(one.paper_id, one.title, one.at.isoformat(timespec="seconds")) for one in gone]
        print_json([dict(zip(("paper_id", "title", "deleted"), row, strict=True)) for row in rows])
        return
    for one in gone:
        out().print(plain(f"{one.paper_id}: {one.title}"), soft_wrap=True)
    hint("`askpapers restore ID` has one back" if gone else "nothing was deleted in the last day")
