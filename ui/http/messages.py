"""The messages of a chat client as a conversation: the question, and what came before it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from fastapi import HTTPException

from rag.library import Library
from rag.question.understand import understand
from rag.types import Exchange
from rag.writing.printed import HEADING
from ui.http.bodies import MOST_EARLIER, ChatMessage

_REFERENCE = re.compile(r"^\[(\d{1,4})\] .* \((\S{1,300})\)$", re.MULTILINE)
_MOST_CITED = 60  # papers of one earlier answer


def conversation(
    library: Library, messages: Sequence[ChatMessage]
) -> tuple[str, tuple[Exchange, ...]]:
    """The last question, and the exchanges before it, oldest first.

    The papers of an earlier answer keep their numbers: they are read from the list that we
    printed below it. Raises HTTPException (400) where the last message is nobody's question.
    """
    asked = [one for one in messages if one.role in ("user", "assistant")]
    if not asked or asked[-1].role != "user":
        raise HTTPException(400, "the last message has to be the user's: it is what is answered")
    exchanges: list[Exchange] = []
    earlier = asked[:-1]
    for place, message in enumerate(earlier):
        if message.role != "user":
            continue
        answered = earlier[place + 1] if place + 1 < len(earlier) else None
        said = answered.text if answered and answered.role == "assistant" else ""
        exchanges.append(Exchange(message.text, "", _cited(library, said)))
    return asked[-1].text, _standing(library, exchanges[-MOST_EARLIER:])


def _cited(library: Library, said: str) -> tuple[tuple[str, int], ...]:
    """The papers listed below an earlier answer that the library has, with their numbers."""
    listed = said.rpartition(f"{HEADING}\n")[2] if HEADING in said else ""
    named = {paper_id: int(number) for number, paper_id in _REFERENCE.findall(listed)[:_MOST_CITED]}
    there = {paper.paper_id for paper in library.papers(named)}
    return tuple((name, number) for name, number in named.items() if name in there)


def _standing(library: Library, exchanges: Sequence[Exchange]) -> tuple[Exchange, ...]:
    """The exchanges with each question as it was understood then: clients keep only the words."""
    told: list[Exchange] = []
    for one in exchanges:
        asked = understand(library, one.question, told).asked if told else ""
        told.append(Exchange(one.question, asked, one.cited))
    return tuple(told)
