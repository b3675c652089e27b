"""A chat model whose every reply is drawn at random: another draft of the same answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rag.models.chat import ChatModel
from rag.types import Prompt, Usage


class Drawn:
    """The chat model under it, asked for the reply of one seed (see `Prompt.draw`)."""

    def __init__(self, chat: ChatModel, seed: int) -> None:
        """`seed` is any number but 0, which would ask for the likeliest reply."""
        self._chat = chat
        self._seed = seed

    @property
    def name(self) -> str:
        """What answers are said to come from."""
        return self._chat.name

    def stream(self, prompt: Prompt) -> Iterator[str | Usage]:
        """Pieces of the draft; see `ChatModel.stream`."""
        return self._chat.stream(replace(prompt, draw=self._seed))
