"""A question to the chat model beside the answer itself, and what such questions may cost."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rag.models.chat import ChatModel, ExtractiveChat
from rag.types import Evidence, Message, Prompt, Usage
from rag.writing.undress import undressed

MOST_CHARS = 1500
"""Characters of a reply that are read; the lines and sentences asked for have about 200."""

_CHARS_A_TOKEN = 4  # of English, where a chat model does not count


def able(chat: ChatModel) -> bool:
    """Whether a chat model can be asked anything: `extractive` only ever gives its quotes."""
    return not isinstance(chat, ExtractiveChat)


def total(*usages: Usage | None) -> Usage | None:
    """The tokens of several replies together; None where no chat model counted any."""
    known = [usage for usage in usages if usage is not None]
    if not known:
        return None
    return Usage(
        sum(usage.prompt for usage in known),
        sum(usage.completion for usage in known),
        sum(usage.cached for usage in known),
    )


@dataclass(slots=True)
class Budget:
    """What may still be spent on improving one answer: `seconds` on the clock, from when it is
    made, and `tokens` read anew or written. Nothing is begun once either is spent.

    `usage` adds up what was spent; None as long as no chat model told.
    """

    seconds: float
    tokens: int
    clock: Callable[[], float] = time.monotonic
    usage: Usage | None = field(default=None, init=False)
    _spent: int = field(default=0, init=False)
    _began: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self._began = self.clock()

    @property
    def left(self) -> bool:
        """Whether there is anything left of both."""
        return self._spent < self.tokens and self.clock() - self._began < self.seconds

    def spend(self, usage: Usage | None, chars: int = 0) -> None:
        """Take off what a reply cost: its tokens, or where none were counted, by its `chars`."""
        self.usage = total(self.usage, usage)
        tokens = usage.prompt - usage.cached + usage.completion if usage else None
        self._spent += chars // _CHARS_A_TOKEN if tokens is None else tokens


def ask_aside(
    chat: ChatModel,
    question: str,
    messages: Sequence[Message],
    budget: Budget,
    evidence: Sequence[Evidence] = (),
) -> str:
    """The chat model's likeliest reply to `messages`, without its dress; a long one's beginning.

    `evidence` are the quotes that the messages hold. What it costs is taken off the `budget`;
    it is not read on once that is spent. Raises ChatError.
    """
    said, usage = "", None
    pieces = chat.stream(Prompt(question, tuple(evidence), tuple(messages)))
    try:
        for piece in pieces:
            if isinstance(piece, Usage):
                usage = piece
                continue
            said += piece
            if len(said) > MOST_CHARS or not budget.left:
                break
    finally:
        if stop := getattr(pieces, "close", None):
            stop()
        budget.spend(usage, sum(len(message.content) for message in messages) + len(said))
    return undressed(said, [item.quote.text for item in evidence])
