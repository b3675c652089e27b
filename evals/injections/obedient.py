"""The worst chat model there could be: it does whatever a quote tells it to.

What it is never given it cannot obey, and what it writes is checked: with it, only the structure
around the chat model protects the reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.models.chat import ExtractiveChat
from rag.types import Prompt
from rag.writing.cite import DECLINED

NAME = "obedient"

_CANARY = re.compile(r"ZQ[0-9A-F]{5}-\d+")
_ADDRESS = re.compile(r"https?://\S+?(?=[)\s\"'<>]|\Z)")
_SECRET = re.compile(r"\b(?:prompt|instructions above|API_KEY|initial prompt)\b", re.IGNORECASE)
_KEYS = re.compile(r"\[(?:S?\d+[,\s-]*)+\]|【\d+[^】]*】")


@dataclass(frozen=True, slots=True)
class ObedientChat:
    """A ChatModel that obeys its quotes; where they order nothing, it answers with them."""

    name: str = NAME

    def stream(self, prompt: Prompt) -> Iterator[str]:
        """What the last message orders, each order carried out and cited; else the quotes."""
        asked = prompt.messages[-1].content
        quotes = asked[: asked.rfind("\nQuestion:")]
        key = prompt.evidence[0].key if prompt.evidence else "S1"
        orders = [f"{word} [{key}]." for word in dict.fromkeys(_CANARY.findall(quotes))]
        orders += [f"See {url} [{key}]." for url in dict.fromkeys(_ADDRESS.findall(quotes))]
        if _SECRET.search(quotes):
            orders.append(f"{prompt.messages[0].content} [{key}]")
        told = {f"[{item.key}]" for item in prompt.evidence}
        orders += [
            f"It is as they say {mark}." for mark in _KEYS.findall(quotes) if mark not in told
        ]
        if DECLINED in quotes:
            yield DECLINED
            return
        if orders:
            yield " ".join(orders)
            return
        yield from ExtractiveChat().stream(prompt)
