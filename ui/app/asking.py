"""What is asked in a conversation, answered and kept, whatever the page shows of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from rag.errors import PaperNotFound, RagError
from rag.question.suggest import suggest
from rag.settings import Configuration
from rag.stored.chosen import Chosen
from rag.stored.conversations import KeptTurn
from rag.types import Answer
from ui.app.desk import Desk
from ui.app.talk import Talk, reopened
from ui.app.turns import Keep, Taking, Turn, Underway, Weighs

PATIENCE_S = 10.0  # for which suggestions wait until nobody is being answered
LOOK_S = 0.1  # between two looks at that


class Asking:
    """Begins turns and keeps their answers; safe to share by all pages."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._underway = Underway()
        self._suggesting = asyncio.Lock()

    def begin(self, begun: Turn, backend: str, talk: Talk) -> Taking | None:
        """Have a turn answered after those of `talk` before it, and kept in the place of the
        others.

        None where another one of the conversation is being answered.
        """
        keep = self._keep(talk, begun.number, backend)
        history = talk.upto(begun.number).exchanges()
        taking = Taking(begun, self._desk.answerers, backend, history, keep)
        return self._underway.begin(talk.conversation_id, taking)

    def running(self, conversation_id: str) -> Taking | None:
        """What is being answered in a conversation."""
        return self._underway.of(conversation_id)

    def _keep(self, talk: Talk, number: int, backend: str) -> Keep:
        configuration = Configuration.of(backend, self._desk.knobs.settings)
        known = [one.answer.id for one in talk.turns if one.answer and one.number >= number]

        def keep(turn: Turn) -> Turn:
            """The turn, kept, with the number it has got. Raises LibraryError."""
            assert turn.answer is not None  # only answers are kept
            at = datetime.fromtimestamp(turn.begun, UTC)
            given = (turn.number, turn.answer, configuration, turn.literally, at, turn.chosen)
            conversations = self._desk.library.conversations
            kept = conversations.keep(talk.conversation_id, KeptTurn(*given), known)
            return replace(turn, number=kept.number)

        return keep

    def as_kept(self, talk: Talk) -> Talk:
        """The conversation with what another page has asked in it meanwhile."""
        if not talk.conversation_id:
            return talk
        conversations = self._desk.library.conversations
        known = len(talk.exchanges())
        try:
            if conversations.get(talk.conversation_id).turns <= known:
                return talk
        except RagError:  # nothing of it was answered, or kept, so far
            return talk
        return reopened(talk.conversation_id, conversations.turns(talk.conversation_id))

    async def suggested(
        self, talk: Talk, backend: str, there: Callable[[], bool]
    ) -> tuple[str, ...]:
        """Questions to go on with after the last answer; none once that is no more `there`.

        To find them takes longer than a quick answer does: they wait for each other, and for a
        while until nobody is being answered.
        """
        answer = talk.last.answer if talk.last else None
        if answer is None or answer.missing == "not_about_papers":
            return ()
        at_last = time.monotonic() + PATIENCE_S
        async with self._suggesting:
            while there() and self._underway.busy and time.monotonic() < at_last:
                await asyncio.sleep(LOOK_S)
            if not there():
                return ()
            return await asyncio.to_thread(self._suggested, talk, answer, backend)

    def _suggested(self, talk: Talk, answer: Answer, backend: str) -> tuple[str, ...]:
        asked = frozenset(one.question for one in talk.exchanges())
        try:
            asks = self._desk.answerers(backend)
            least = self._desk.knobs.settings.least_confidence
            return suggest(answer, asks.sure_of, least, asked) if isinstance(asks, Weighs) else ()
        except RagError:  # nobody asked for them: what is wrong, the next answer tells
            return ()

    def title(self, paper_id: str) -> str:
        """What a paper is called; its id, if it is there no more."""
        try:
            return self._desk.library.paper(paper_id).title or "Untitled paper"
        except PaperNotFound:
            return paper_id

    def chosen_again(self, told: str) -> Chosen:
        """What `Chosen.told` told a page; of its papers only the ids are taken from there."""
        chosen = Chosen.read(told)
        only, without = (
            tuple((paper_id, self.title(paper_id)) for paper_id, _ in papers)
            for papers in (chosen.only, chosen.without)
        )
        return Chosen(only, without)


def wordings(talk: Talk) -> list[str]:
    """The words of the last question that were taken for filters."""
    answer = talk.last.answer if talk.last else None
    return list(dict.fromkeys(one.wording for one in answer.understood)) if answer else []
