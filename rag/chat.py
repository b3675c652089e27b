"""Chat models: the Protocol, the choice among them, and the one that needs no model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from rag.cite import DECLINED
from rag.config import Config
from rag.errors import ConfigError
from rag.evidence import odds
from rag.types import Evidence, Message, Prompt, Quote, Usage

BACKENDS = ("auto", "extractive", "local", "local:PATH", "openai:MODEL")
"""Every form the name of a backend can have."""

_MOST_QUOTES, _MOST_OF_A_SIDE = 3, 2
# A quote whose odds of bearing on the question are below this share of the best one's says
# something else; chosen on the dev questions.
_LEAST_ODDS = 0.1
_LEAST_ODDS_ELSEWHERE = 0.3  # one more paper is one more chance to be wrong

SAMPLED_AT = 0.7
"""The temperature of a reply that is drawn at random (see `Prompt.draw`)."""


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


@runtime_checkable
class Warms(Protocol):
    """A chat model that can read what prompts begin with before the first of them comes."""

    def warm(self, prompts: Sequence[Sequence[Message]]) -> None:
        """Read the fixed part of each, all messages but the last. Raises as `stream` does."""
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
        """The quotes that answer by themselves (see `answering`), or that none does."""
        if not prompt.evidence:
            yield DECLINED
            return
        for line, position in enumerate(answering(prompt.evidence)):
            item = prompt.evidence[position]
            # A line break ends a sentence for certain, so each quote stays one sentence.
            yield f"{chr(10) if line else ''}{item.quote.text} [{item.key}]"


def answering(evidence: Sequence[Evidence]) -> list[int]:
    """Positions of the quotes that answer by themselves: those that score near the best one, of
    each side of the question, at most three, in reading order within a paper.
    """
    kept: list[int] = []
    sides = list(dict.fromkeys(item.side for item in evidence))
    for side in sides:
        own = [n for n, item in enumerate(evidence) if item.side == side]
        best = max((evidence[n].quote for n in own), key=lambda quote: quote.score)
        near = [n for n in own if _is_near(evidence[n].quote, best)]
        kept += near[: _MOST_QUOTES if len(sides) == 1 else _MOST_OF_A_SIDE]
    papers = list(dict.fromkeys(evidence[n].quote.paper_id for n in kept))

    def place(position: int) -> tuple[int, str, int]:
        quote = evidence[position].quote
        return (papers.index(quote.paper_id), quote.field, quote.start)

    return sorted(kept, key=place)


def _is_near(quote: Quote, best: Quote) -> bool:
    least = _LEAST_ODDS if quote.paper_id == best.paper_id else _LEAST_ODDS_ELSEWHERE
    return odds(quote) >= least * odds(best)
