"""The command line: every command's name, and what becomes of errors and interruptions."""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from rag.errors import RagError
from ui.commands import (
    ask_commands,
    chat_commands,
    eval_commands,
    index_commands,
    ingest_commands,
    library_commands,
    model_commands,
    search_commands,
    summary_commands,
)
from ui.commands.doctor import doctor
from ui.console import fail

INTERRUPTED = 130  # 128 + SIGINT, as shells have it
PIPE_CLOSED = 141  # 128 + SIGPIPE


class Commands(TyperGroup):
    """A group that turns our errors into one line on stderr and exit code 1."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command. Exits 1 on RagError, 130 on Ctrl-C, 141 when the reader has left."""
        try:
            done = super().invoke(ctx)
            sys.stdout.flush()
        except RagError as error:
            fail(str(error))
            raise typer.Exit(1) from error
        except KeyboardInterrupt as error:
            raise typer.Exit(INTERRUPTED) from error
        except BrokenPipeError as error:
            # Python flushes stdout once more at exit; give it somewhere to go.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(PIPE_CLOSED) from error
        return done


def version(wanted: bool) -> None:
    """Print the version and leave."""
    if wanted:
        from importlib.metadata import version as installed

        typer.echo(f"askpapers {installed('askpapers')}")
        raise typer.Exit


def root(
    _version: Annotated[
        bool, typer.Option("--version", callback=version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Ask questions about scientific papers; every sentence of the answer is backed by a quote.

    Exit codes: 0 done, 1 failed (the reason is on stderr), 2 wrong usage.
    Papers, model choice and keys are set by environment variables; see the README.
    """


def build() -> typer.Typer:
    """The program with all its commands."""
    app = typer.Typer(
        name="askpapers",
        cls=Commands,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="markdown",  # "rich" would keep the line breaks of docstrings
    )
    app.callback()(root)
    for commands in (
        ingest_commands,
        library_commands,
        index_commands,
        search_commands,
        ask_commands,
        summary_commands,
        chat_commands,
    ):
        commands.register(app)
    app.add_typer(model_commands.build(), name="models")
    app.add_typer(eval_commands.build(), name="eval")
    app.command()(doctor)
    return app


def main() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    build()()
