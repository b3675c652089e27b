"""The command that summarises: one paper, several, or a topic; as prose or as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.errors import QuestionError
from rag.finding.filters import Filter
from rag.types import Paper, Status
from ui.commands.batch import open_out
from ui.commands.filter_options import filtered
from ui.console import hint, out, plain, print_json, progress, warn
from ui.opening import (
    BackendOption,
    JsonOption,
    open_library,
    require_chat_model,
    settings,
    tell_what_waits,
)

if TYPE_CHECKING:
    from rag.config import Config
    from rag.library import Library
    from rag.summary.compare_table import Row
    from rag.summary.summarize import Summariser
    from rag.summary.types import Part, Summary


PaperIds = Annotated[
    list[str] | None,
    typer.Argument(metavar="[ID]...", help="Papers: ids, arXiv ids or DOIs.", show_default=False),
]
AboutOption = Annotated[
    str | None, typer.Option(metavar="TOPIC", help="Papers of the library about a topic.")
]
ByOption = Annotated[
    str | None, typer.Option(metavar="PARTS", help="Told by problem,method,findings or some.")
]
ShortOption = Annotated[
    bool, typer.Option("--short", help="In short; so are several papers without --by.")
]
TableOption = Annotated[
    str | None,
    typer.Option(metavar="COLUMNS", help="A table of papers instead: method,dataset,result."),
]
MostOption = Annotated[int, typer.Option("-k", min=1, max=60, help="The most papers to take.")]
OutOption = Annotated[
    Path | None, typer.Option("--out", metavar="FILE.md", help="Where to write it as Markdown.")
]
BibtexOption = Annotated[
    Path | None,
    typer.Option("--bibtex", metavar="FILE.bib", help="Where to write the papers as BibTeX."),
]


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(summarize)


@filtered
def summarize(
    ids: PaperIds = None,
    about: AboutOption = None,
    by: ByOption = None,
    short: ShortOption = False,
    table: TableOption = None,
    k: MostOption = 12,
    out_file: OutOption = None,
    bib_file: BibtexOption = None,
    backend: BackendOption = None,
    as_json: JsonOption = False,
    *,
    within: Filter,
) -> None:
    """Summarise papers, each sentence with its quotes: some ID, a topic, or what filters leave.

    Papers, then groups of them, then the whole; every sentence is checked against those it was
    written from.
    """
    _check_usage(
        named=bool(ids),
        topic=about is not None,
        filtered=bool(within),
        ways=(by is not None) + short + (table is not None),
    )
    meant = _Meant(tuple(ids or ()), about, within, k)
    text, value, papers = _told(meant, by, short, table, backend)
    _show(text, value, out_file, as_json=as_json)
    if bib_file is not None:
        _write_bibtex(papers, bib_file)


@dataclass(frozen=True, slots=True)
class _Meant:
    """Which papers: those of `ids`, or about a topic, or all that `within` leaves, at most `k`."""

    ids: tuple[str, ...]
    about: str | None
    within: Filter
    k: int


def _told(
    meant: _Meant, by: str | None, short: bool, table: str | None, backend: str | None
) -> tuple[str, object, list[Paper]]:
    """The summary or the table, as text and as JSON, and the papers that it is of."""
    from rag.summary.compare_table import column_names

    columns = column_names(table) if table is not None else ()
    config = settings("extractive" if columns and backend is None else backend)
    require_chat_model(config)
    with open_library(config, embeds=True) as library:
        tell_what_waits(library)
        summariser = _summariser(library, config)
        papers = _papers(library, summariser, meant)
        if columns:
            return *_table(summariser, papers, columns), papers
        parts = _parts(by, short=short or len(papers) > 1)
        return *_summary(summariser, papers, parts, meant.about or ""), papers


def _check_usage(*, named: bool, topic: bool, filtered: bool, ways: int) -> None:
    """Raise typer.BadParameter (exit 2) unless it is clear which papers, and what of them."""
    if named and topic:
        raise typer.BadParameter("give either some ID, or --about TOPIC")
    if not (named or topic or filtered):
        raise typer.BadParameter("say which papers: some ID, --about TOPIC, or a filter")
    if ways > 1:
        raise typer.BadParameter("give only one of --by, --short and --table")


def _write_bibtex(papers: Sequence[Paper], path: Path) -> None:
    from rag.summary.bibtex import bibtex

    with open_out(path) as file:
        file.write(bibtex(papers))


def _summariser(library: Library, config: Config) -> Summariser:
    """What summarises; a chat model that can judge judges what it wrote."""
    from rag.models.chat import chat_model
    from rag.models.judge import Judge
    from rag.models.rerank import CrossEncoder
    from rag.summary.summarize import Summariser

    chat = chat_model(config.backend, config)
    judge = chat if isinstance(chat, Judge) else None
    with progress() as show:
        reranker = CrossEncoder.load(config, show)
    return Summariser(library, chat, reranker, judge=judge)


def _papers(library: Library, summariser: Summariser, meant: _Meant) -> list[Paper]:
    """The papers meant; a hint tells where there are none, or more than are taken."""
    scope = library.scope(meant.within) if meant.within else None
    if scope and (missing := scope.missing()):
        hint(missing)
        return []
    if meant.about is not None:
        papers = summariser.about(meant.about, meant.k, scope)
        if not papers:
            hint(f"no paper in the library is about “{meant.about}”")
        return papers
    if meant.ids:
        named = [library.paper(name) for name in meant.ids]
        left = set(summariser.left_by(scope)) if scope else named
        return [paper for paper in dict.fromkeys(named) if paper in left]
    assert scope is not None  # else there was nothing to go by
    papers = summariser.left_by(scope)
    if len(papers) > meant.k:
        left_by = f"{len(papers)} papers are left by the filter"
        hint(f"{left_by}, the newest {meant.k} are taken; -k takes more")
    return papers[: meant.k]


def _parts(by: str | None, *, short: bool) -> tuple[Part, ...]:
    from rag.summary.roles import PARTS

    if by is None:
        return () if short else PARTS
    names = [name.strip() for name in by.split(",") if name.strip()]
    unknown = [name for name in names if name not in PARTS]
    if unknown or not names:
        raise QuestionError(f"--by {by!r}: give some of {','.join(PARTS)}")
    return tuple(part for part in PARTS if part in names)


def _summary(
    summariser: Summariser, papers: Sequence[Paper], parts: Sequence[Part], topic: str
) -> tuple[str, object]:
    from rag.summary.markdown import summary_markdown
    from rag.summary.types import Written
    from rag.wire import summary_json

    summary: Summary | None = None
    with progress() as bar:
        for event in summariser.stream(papers, parts, topic):
            match event:
                case Status():
                    pass  # the bar says as much
                case Written(_, done, total):
                    bar("summaries", done, total)
                case _:
                    summary = event.summary
    assert summary is not None  # a stream of events ends with the summary
    for note in summary.notes:
        warn(note)
    return summary_markdown(summary), summary_json(summary)


def _table(
    summariser: Summariser, papers: Sequence[Paper], columns: Sequence[str]
) -> tuple[str, object]:
    from rag.summary.compare_table import compare
    from rag.summary.markdown import table_markdown
    from rag.wire import table_json

    rows: list[Row] = []
    with progress() as bar:
        for row in compare(papers, columns, summariser.vectors, summariser.reranker):
            rows.append(row)
            bar("papers", len(rows), len(papers))
    return table_markdown(columns, rows), table_json(columns, rows)


def _show(text: str, value: object, out_file: Path | None, *, as_json: bool) -> None:
    """Print the Markdown as it is written, or as JSON; to a file what a file is to have."""
    if out_file is not None:
        with open_out(out_file) as file:
            file.write(text)
        hint(f"written to {out_file}")
    if as_json:
        print_json(value)
    elif out_file is None:
        out().print(plain(text), soft_wrap=True, end="")
