"""Chat models: the Protocol, the choice among them, and the one that needs no model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from rag.cite import DECLINED
from rag.config import Config
from rag.errors import ConfigError
from rag.evidence import odds
from rag.types import Prompt, Quote, Usage

BACKENDS = ("auto", "extractive", "local", "local:PATH", "openai:MODEL")
"""Every form the name of a backend can have."""

_MOST_QUOTES = 3
# A quote whose odds of bearing on the question are below this share of the best one's says
# something else; chosen on the dev questions.
_LEAST_ODDS = 0.1
_LEAST_ODDS_ELSEWHERE = 0.3  # one more paper is one more chance to be wrong


class ChatModel(Protocol):
    """Writes the draft of an answer."""

    @property
    def name(self) -> str:
        """What answers are said to come from: `extractive`, `local`, `openai:MODEL`, …"""
        ...

    def stream(self, prompt: Prompt) -> Iterator[str | Usage]:
        """Pieces of the draft, which cites `prompt.evidence` by its keys. Raises ChatError.

        Last of all come the tokens it took, where the chat model counts any.

        Closing the iterator stops the writing.
        """
        ...


def resolve_backend(backend: str, config: Config) -> str:
    """The concrete backend that a name stands for; touches neither network nor model.

    `auto` is the API where a key or an endpoint is set, else the local model where its file is
    there, else `extractive`. Raises ConfigError for an unknown name.
    """
    if backend == "auto":
        return _best_backend(config)
    kind, _, argument = backend.partition(":")
    known = backend in ("extractive", "local") or (kind in ("local", "openai") and argument)
    if not known:
        raise ConfigError(f"unknown backend {backend!r}: use one of {', '.join(BACKENDS)}")
    return backend


def chat_model(backend: str, config: Config) -> ChatModel:
    """The chat model of that name; `auto` is resolved first.

    Raises ConfigError for an unknown name, a missing model file or an API without key and
    endpoint, WeightsError if the local model was not pulled; each names the remedy.
    """
    backend = resolve_backend(backend, config)
    if backend == "extractive":
        return ExtractiveChat()
    kind, _, argument = backend.partition(":")
    if kind == "openai":
        from rag.chat_openai import OpenAIChat

        return OpenAIChat.from_config(argument, config)
    from rag.chat_local import local_chat

    return local_chat(argument, config)


def _best_backend(config: Config) -> str:
    from rag import weights

    if config.openai_key or config.openai_base_url:
        return f"openai:{config.openai_model}"
    return "local" if weights.find("local", config) else "extractive"


@dataclass(frozen=True, slots=True)
class ExtractiveChat:
    """No model: the answer is the best quotes, verbatim, each on its line with its key."""

    name: str = "extractive"

    def stream(self, prompt: Prompt) -> Iterator[str]:
        """At most three quotes that score near the best one, in reading order within a paper."""
        if not prompt.evidence:
            yield DECLINED
            return
        best = max(prompt.evidence, key=lambda item: item.quote.score).quote
        kept = [i for i in prompt.evidence if _is_near(i.quote, best)][:_MOST_QUOTES]
        papers = list(dict.fromkeys(item.quote.paper_id for item in kept))
        kept.sort(key=lambda i: (papers.index(i.quote.paper_id), i.quote.field, i.quote.start))
        for line, item in enumerate(kept):
            # A line break ends a sentence for certain, so each quote stays one sentence.
            yield f"{chr(10) if line else ''}{item.quote.text} [{item.key}]"


def _is_near(quote: Quote, best: Quote) -> bool:
    least = _LEAST_ODDS if quote.paper_id == best.paper_id else _LEAST_ODDS_ELSEWHERE
    return odds(quote) >= least * odds(best)
