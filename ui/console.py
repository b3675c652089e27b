"""How the command line speaks: results on stdout, progress, hints and errors on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.text import Text

Progress = Callable[[str, int, int], None]
"""Called with (what, done, total) while something long runs; total 0 means unknown."""

# Papers and chat models are not trusted: an escape character could rewrite the terminal.
_CONTROLS = {code: None for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in (9, 10)}

_PIPE_WIDTH = 160  # columns when nobody looks: tables stay whole for less and grep


class Output(Console):
    """A console that leaves a closed pipe to `ui.cli`, where every command's end is decided."""

    def on_broken_pipe(self) -> None:
        """Called by rich while it handles BrokenPipeError."""
        raise  # goes on with the error that rich is handling


def out() -> Console:
    """The console for results."""
    return Output(highlight=False, width=None if sys.stdout.isatty() else _PIPE_WIDTH)


def err() -> Console:
    """The console for everything that is not the result."""
    return Console(stderr=True, highlight=False)


def plain(text: str, style: str = "") -> Text:
    """Untrusted text as it may be printed: no markup, no control characters."""
    return Text(text.translate(_CONTROLS), style=style)


def print_prose(text: str) -> None:
    """Print untrusted paragraphs: wrapped at words for a person, untouched into a pipe."""
    console = out()
    console.print(plain(text), soft_wrap=not console.is_terminal)


def hint(text: str) -> None:
    """Say something to a person without touching stdout."""
    err().print(plain(text, "dim"), soft_wrap=True)


def warn(text: str) -> None:
    """Say that something is not as it should be, on stderr."""
    err().print(plain(text, "yellow"), soft_wrap=True)


def fail(text: str) -> None:
    """Say on stderr why a command failed."""
    message = Text("error: ", style="bold red").append_text(plain(text, "default"))
    err().print(message, soft_wrap=True)


def print_json(value: object) -> None:
    """Write `value` to stdout as indented JSON."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


@contextmanager
def progress() -> Iterator[Progress]:
    """A bar for each thing that is under way, with its rate and the time left, gone when done;
    a line each without a terminal.
    """
    if not sys.stderr.isatty():
        yield _lines()
        return
    from rich.progress import BarColumn, TaskID, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    text = TextColumn("{task.description}", markup=False)
    done = TextColumn("{task.fields[share]}", markup=False)
    rate = TextColumn("{task.fields[rate]}", markup=False)
    columns = (text, BarColumn(), done, rate, TimeRemainingColumn())
    with Bars(*columns, console=err(), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def show(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, share="", rate="")
            share = f"{done:,} / {total:,}" if total else f"{done:,}"
            speed = next(task.speed for task in bars.tasks if task.id == tasks[what])
            rate = f"{speed:,.0f}/s" if speed else ""
            bars.update(tasks[what], completed=done, total=total or None, share=share, rate=rate)

        yield show


def _lines() -> Progress:
    """A line on stderr when a thing begins, for logs."""
    seen: set[str] = set()

    def show(what: str, *_: int) -> None:
        if what not in seen:
            seen.add(what)
            hint(f"{what} ...")

    return show
