"""How the command line speaks: results on stdout, progress, hints and errors on stderr."""

from __future__ import annotations

import json
import sys
import time
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
    """A bar for each thing that is under way, with rate and time left; lines without a terminal."""
    if not sys.stderr.isatty():
        yield _lines()
        return
    from rich.progress import BarColumn, TaskID, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.fields[share]}", markup=False),
        TimeRemainingColumn(),
    )
    with Bars(*columns, console=err(), transient=True, speed_estimate_period=120) as bars:
        tasks: dict[str, TaskID] = {}
        began: dict[str, tuple[float, int]] = {}

        def show(what: str, done: int, total: int) -> None:
            """A bar for each `what`, which only moves to and fro where no total is known."""
            if what not in tasks:
                tasks[what] = bars.add_task(what, share="")
                began[what] = time.monotonic(), done
            share = _share(done, total, _rate(began[what], done))
            bars.update(tasks[what], completed=done, total=total or None, share=share)

        yield show


_LINE_S = 30.0  # between two lines about the same thing


def _lines() -> Progress:
    """Lines on stderr, for logs: when a thing begins, and how far it is every half minute."""
    began: dict[str, tuple[float, int]] = {}
    told: dict[str, float] = {}

    def show(what: str, done: int, total: int) -> None:
        """A line for each `what` when it begins, and where half a minute has gone by."""
        now = time.monotonic()
        if what not in began:
            began[what], told[what] = (now, done), now
            hint(f"{what} ...")
        elif now - told[what] >= _LINE_S:
            told[what] = now
            rate = _rate(began[what], done)
            left = f", {span((total - done) / rate)} left" if rate and total > done else ""
            hint(f"{what}: {_share(done, total, rate)}{left}")

    return show


def _rate(began: tuple[float, int], done: int) -> float:
    """Things a second since the first that was told of."""
    when, first = began
    return (done - first) / max(time.monotonic() - when, 1e-9)


def _share(done: int, total: int, rate: float) -> str:
    share = f"{done:,} / {total:,}" if total else f"{done:,}"
    return f"{share}, {rate:,.0f} a second" if rate >= 1 else share


def span(seconds: float) -> str:
    """A length of time as a person would say it."""
    if seconds < 90:
        return f"{max(seconds, 1):.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
