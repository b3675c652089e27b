"""Tables that stay readable where the terminal is narrow: several, where one would be cut off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions
    from rich.table import Table


@dataclass(frozen=True, slots=True)
class Fitting:
    """Prints the first of `choices`, each some tables below one another, that is wide enough for
    no cell to be cut or wrapped; the last one if none is.
    """

    choices: Sequence[Sequence[Table]]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Table]:
        """Rich's way to ask what is to be printed."""
        endless = options.update(width=_ENDLESS)

        def fits(table: Table) -> bool:
            return console.measure(table, options=endless).maximum <= options.max_width

        yield from next(
            (choice for choice in self.choices if all(map(fits, choice))), self.choices[-1]
        )


_ENDLESS = 10_000
