"""The messages of a chat client as a conversation: the question, and what came before it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from fastapi import HTTPException

from rag.answer import MAX_QUESTION_CHARS
from rag.library import Library
from rag.question.understand import understand
from rag.types import Exchange
from rag.writing.printed import HEADING
from ui.http.bodies import MOST_EARLIER, ChatMessage

_REFERENCE = re.compile(r"^\[(\d{1,4})\] .* \((\S{1,300})\)$", re.MULTILINE)
_MOST_CITED = 60  # papers of one earlier answer
_LEANT_ON = 5  # exchanges before a question that it may lean on


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
        beginning = message.text[:MAX_QUESTION_CHARS]  # clients send whole documents
        listed = _listed(library, said)
        # What only came near an abstention is listed below it, and no mark points at it.
        cited = tuple(one for one in listed if f"[{one[1]}]" in said.rpartition(HEADING)[0])
        near = tuple(one for one in listed if one not in cited)
        exchanges.append(Exchange(beginning, "", cited, near))
    return asked[-1].text, _standing(library, exchanges[-MOST_EARLIER:])


def _listed(library: Library, said: str) -> tuple[tuple[str, int], ...]:
    """The papers listed below an earlier answer that the library has, with their numbers."""
    listed = said.rpartition(f"{HEADING}\n")[2] if HEADING in said else ""
    named = {paper_id: int(number) for number, paper_id in _REFERENCE.findall(listed)[:_MOST_CITED]}
    there = {paper.paper_id for paper in library.papers(named)}
    return tuple((name, number) for name, number in named.items() if name in there)


def _standing(library: Library, exchanges: Sequence[Exchange]) -> tuple[Exchange, ...]:
    """The exchanges, the last ones with each question as it was understood then: clients keep only
    the words. Those before them are not leant on any more, and each costs more than the last.
    """
    told: list[Exchange] = []
    plain = max(len(exchanges) - _LEANT_ON, 1)
    for place, one in enumerate(exchanges):
        lately = told[-_LEANT_ON:] if place >= plain else []
        asked = understand(library, one.question, lately).asked if lately else ""
        told.append(replace(one, asked=asked[:MAX_QUESTION_CHARS]))
    return tuple(told)
