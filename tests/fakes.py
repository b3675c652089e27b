"""Fakes for the slow or outside parts: small, deterministic, true to the Protocols."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rag.errors import RagError
from rag.types import Prompt, Usage


@dataclass(frozen=True, slots=True)
class HashEmbedder:
    """An Embedder without a model: texts that share words are near, others are not.

    Each word adds 1 to the component its hash selects; rows are L2-normalised. A text without
    a word becomes the first axis, so that no row is zero.
    """

    name: str = "hash"
    revision: str = "1"
    dimension: int = 64

    def embed(self, texts: Sequence[str], kind: Literal["passage", "query"]) -> NDArray[np.float32]:
        """Vectors of shape (n, dimension), the same for a passage and a query."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()):
                digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
                row[int.from_bytes(digest, "big") % self.dimension] += 1.0
            if not row.any():
                row[0] = 1.0
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True).astype(np.float32)
        return vectors


@dataclass(slots=True)
class CountingEmbedder:
    """A HashEmbedder that keeps the texts it was given, and may take its time over each."""

    seconds_a_text: float = 0.0
    texts: list[str] = field(default_factory=list)
    name: str = "hash"
    revision: str = "1"
    dimension: int = 64

    def embed(self, texts: Sequence[str], kind: Literal["passage", "query"]) -> NDArray[np.float32]:
        """As HashEmbedder."""
        time.sleep(self.seconds_a_text * len(texts))
        self.texts.extend(texts)
        return HashEmbedder().embed(texts, kind)


@dataclass(slots=True)
class ScriptedChat:
    """A ChatModel that streams the replies it was given, one a question, the last one for ever.

    A reply is text, streamed in pieces of `piece` characters, an error that is raised, or both:
    the text before the error. At the end of a text it tells `usage`, if it has any. `prompts`
    holds what it was asked; `closed` counts the streams that were not read to the end.
    """

    replies: Sequence[str | RagError | tuple[str, RagError]]
    name: str = "scripted"
    piece: int = 3
    prompts: list[Prompt] = field(default_factory=list)
    closed: int = 0
    usage: Usage | None = None

    def stream(self, prompt: Prompt) -> Iterator[str | Usage]:
        """The next reply of the script, in pieces."""
        self.prompts.append(prompt)
        reply = self.replies[min(len(self.prompts), len(self.replies)) - 1]
        if isinstance(reply, RagError):
            raise reply
        text, error = (reply, None) if isinstance(reply, str) else reply
        try:
            for start in range(0, len(text), self.piece):
                yield text[start : start + self.piece]
            if error:
                raise error
            if self.usage:
                yield self.usage
        except GeneratorExit:
            self.closed += 1
            raise
