"""The options by which a command is kept to some of the papers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from rag.errors import QuestionError
from rag.finding.filters import Filter, parse_years

_PANEL = "Only papers with (several of one option: any of them; several options: all)"


def _option(name: str, metavar: str, text: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(
        name, metavar=metavar, help=text, show_default=False, rich_help_panel=_PANEL
    )
    return option


YearOption = Annotated[
    str | None, _option("--year", "YEARS", "Year of publication: 2022, 2020..2023, 2020.., ..2023.")
]
AuthorOption = Annotated[
    list[str] | None, _option("--author", "NAME", "A name or part of it; accents do not matter.")
]
CategoryOption = Annotated[
    list[str] | None, _option("--category", "NAME", "cs.LG, or cs for all that begin so.")
]
SourceOption = Annotated[
    list[str] | None, _option("--source", "NAME", "Source as `papers --json` names it, or *.bib.")
]
IdOption = Annotated[
    list[str] | None, _option("--id", "ID", "Paper id, arXiv id, DOI, or id in its source.")
]


def filter_of(
    year: str | None,
    authors: Sequence[str] | None,
    categories: Sequence[str] | None,
    sources: Sequence[str] | None,
    paper_ids: Sequence[str] | None,
) -> Filter:
    """The filter of the options given. Raises typer.BadParameter (exit 2) for a senseless value."""
    try:
        return Filter(
            (None, None) if year is None else parse_years(year),
            tuple(authors or ()),
            tuple(categories or ()),
            tuple(sources or ()),
            tuple(paper_ids or ()),
        )
    except QuestionError as error:
        raise typer.BadParameter(str(error)) from error
