"""The Judge Protocol: which of a few short replies a chat model would give, and how likely."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from rag.types import Message


class Judge(Protocol):
    """Weighs a few possible replies against each other instead of writing one."""

    @property
    def name(self) -> str:
        """The chat model behind it, as `ChatModel.name`."""
        ...

    def weigh(self, messages: Sequence[Message], options: Sequence[str]) -> tuple[float, ...]:
        """Log-probability of each of `options` as the reply, normalised among them.

        Options are short words that differ in their first token ("Yes", "No"). The same every
        time for the same messages. Raises ChatError.
        """
        ...
