"""The options by which a command is kept to some of the papers."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Annotated, Any

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
    year: YearOption = None,
    author: AuthorOption = None,
    category: CategoryOption = None,
    source: SourceOption = None,
    paper_id: IdOption = None,
) -> Filter:
    """The filter of the options given. Raises typer.BadParameter (exit 2) for a senseless value."""
    lists = (author, category, source, paper_id)
    try:
        years = (None, None) if year is None else parse_years(year)
        return Filter(years, *(tuple(values or ()) for values in lists))
    except QuestionError as error:
        raise typer.BadParameter(str(error)) from error


def filtered(command: Callable[..., None]) -> Callable[..., None]:
    """`command` as typer is to see it: in place of its `within: Filter` the options of `filter_of`,
    as FastAPI's `Depends` does it for the HTTP API.
    """
    asked = inspect.signature(command, eval_str=True)
    options = inspect.signature(filter_of, eval_str=True).parameters

    @functools.wraps(command)
    def with_filter(**given: Any) -> None:
        within = filter_of(**{name: given.pop(name) for name in options})
        command(**given, within=within)

    own = [parameter for name, parameter in asked.parameters.items() if name != "within"]
    # Typer reads the signature that functools.wraps would have it read from `command`.
    vars(with_filter)["__signature__"] = asked.replace(parameters=[*own, *options.values()])
    return with_filter
