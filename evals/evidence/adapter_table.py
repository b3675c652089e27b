"""What the adapter changes, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

    from evals.evidence.adapter import Adapted
    from evals.stats import Mean


def adapter_table(found: Sequence[Adapted]) -> Table:
    """A line for each set of queries and way of making their vectors."""
    from rich.table import Table

    table = Table(title="What vectors alone find", caption="[95% interval, bootstrap]")
    table.add_column("queries")
    table.add_column("their vectors")
    for heading in ("n", "nDCG@10", "wanted first", "among eight"):
        table.add_column(heading, justify="right")
    for one in found:
        means = (one.ndcg, one.first, one.among_eight)
        table.add_row(one.queries, one.way, str(one.ndcg.n), *map(_cell, means))
    return table


def _cell(mean: Mean) -> str:
    return f"{mean.value:.3f} [{mean.low:.3f}, {mean.high:.3f}]"
