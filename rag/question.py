"""A question as it was understood: standing by itself, its filters read, its sides told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.filters import EVERYTHING, Filter
from rag.followup import leans_on
from rag.library import Library
from rag.types import Exchange, Understood


@dataclass(frozen=True, slots=True)
class Query:
    """What the papers are asked.

    `question` is what was typed; `earlier` the question it leans on, if any; `asked` is the
    question standing by itself, which is searched and answered. `within` are the papers that the
    answer may rest on: what was given and what was `understood` from the words. `sides` are what
    is compared, each to be searched by itself; empty for any other question. `numbers` are the
    printed numbers that the conversation has given to papers so far.
    """

    question: str
    asked: str
    earlier: str = ""
    within: Filter = EVERYTHING
    understood: tuple[Understood, ...] = ()
    sides: tuple[str, ...] = ()
    numbers: tuple[tuple[str, int], ...] = ()


def understand(
    library: Library,  # noqa: ARG001  # filters are read by what it holds, from the next change on
    question: str,
    history: Sequence[Exchange] = (),
    within: Filter = EVERYTHING,
    literally: Sequence[str] = (),  # noqa: ARG001  # likewise
) -> Query:
    """`question`, after the exchanges of `history`, oldest first.

    `literally` are wordings that are no filters, whatever they look like.
    """
    earlier = leans_on(question, [one.question for one in history])
    numbers = {paper_id: number for one in history for paper_id, number in one.cited}
    return Query(
        question,
        f"{earlier} {question}".strip(),
        earlier,
        within,
        numbers=tuple(numbers.items()),
    )
