"""The commands over model files: list, pull, verify."""

from __future__ import annotations

from typing import Annotated

import typer

from rag.errors import WeightsError
from ui.console import fail, out, plain, print_json, progress
from ui.opening import JsonOption, settings

NameArgument = Annotated[
    str | None, typer.Argument(metavar="[NAME]", help="A name from `models list`.")
]


def build() -> typer.Typer:
    """The `models` group."""
    app = typer.Typer(no_args_is_help=True, help="Model files: list, pull, verify.")
    app.command(name="list")(list_models)
    app.command()(pull)
    app.command()(verify)
    return app


def list_models(as_json: JsonOption = False) -> None:
    """List the model files that askpapers can use, and which of them are here."""
    from rag.models.weights import MANIFEST, find

    config = settings()
    rows = [(model, find(name, config)) for name, model in MANIFEST.items()]
    if as_json:
        print_json(
            [
                {
                    "name": model.name,
                    "title": model.title,
                    "role": model.role,
                    "licence": model.licence,
                    "bytes": model.size,
                    "optional": model.optional,
                    "folder": str(folder) if folder else None,
                    "files": {file.name: file.sha256 for file in model.files},
                }
                for model, folder in rows
            ]
        )
        return
    from rich.table import Table

    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("name", "model", "licence", "MB", "here"):
        table.add_column(heading, justify="right" if heading == "MB" else "left")
    for model, folder in rows:
        here = str(folder) if folder else f"no: askpapers models pull {model.name}"
        size = f"{model.size / 1e6:,.0f}"
        table.add_row(model.name, plain(model.title), model.licence, size, plain(here))
    out().print(table)


def pull(name: NameArgument = None, as_json: JsonOption = False) -> None:
    """Fetch a model's files and check their hashes; without NAME, what asking needs at least."""
    from rag.models.weights import MANIFEST, ensure

    config = settings()
    names = [name] if name else [model.name for model in MANIFEST.values() if not model.optional]
    with progress() as show:
        folders = {name: ensure(name, config, show) for name in names}
    if as_json:
        print_json({name: str(folder) for name, folder in folders.items()})
    for name, folder in folders.items() if not as_json else ():
        out().print(plain(f"{name}: {folder}"), soft_wrap=True)


def verify(name: NameArgument = None, as_json: JsonOption = False) -> None:
    """Hash the model files that are here again; exits 1 if one is not what it should be."""
    from rag.models.weights import MANIFEST, any_here
    from rag.models.weights import verify as verify_files

    config = settings()
    names = [name] if name else [model for model in MANIFEST if any_here(model, config)]
    if not names:
        raise WeightsError("no model file is here yet; fetch one: askpapers models pull")
    problems = {}
    for model in names:
        try:
            verify_files(model, config)
        except WeightsError as error:
            problems[model] = str(error)
    if as_json:
        print_json(
            [{"name": n, "ok": n not in problems, "problem": problems.get(n)} for n in names]
        )
    for model in names:
        if model in problems:
            fail(problems[model])
        elif not as_json:
            out().print(plain(f"{model}: every byte as pinned"))
    if problems:
        raise typer.Exit(1)
