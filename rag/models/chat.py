"""Chat models: the Protocol, the choice among them, and the one that needs no model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from rag.config import Config
from rag.errors import ConfigError
from rag.evidence.clauses import MOST_WORDS
from rag.evidence.quotes import odds
from rag.types import Evidence, Message, Prompt, Quote, Usage
from rag.writing.cite import DECLINED

BACKENDS = ("auto", "extractive", "local", "local:PATH", "openai:MODEL")
"""Every form the name of a backend can have."""

_MOST_QUOTES, _MOST_OF_A_SIDE = 4, 2
# Words of an answer, markers counted: of one side, and more for each beside it that another paper
# tells.
_MOST_WORDS, _MORE_WORDS = MOST_WORDS + 1, 40
# A quote whose odds of saying what is asked are below this share of the best one's says something
# else; chosen on the dev questions and those over arXiv abstracts, by probes fitted to others.
_LEAST_ODDS = 0.03
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
    return named_backend(backend)


def named_backend(name: str) -> str:
    """`name`, if a backend may have it. Raises ConfigError, naming those that one may have."""
    kind, _, argument = name.partition(":")
    if name in ("auto", "extractive", "local") or (kind in ("local", "openai") and argument):
        return name
    raise ConfigError(f"unknown backend {name!r}: use one of {', '.join(BACKENDS)}")


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
        from rag.models.chat_openai import OpenAIChat

        return OpenAIChat.from_config(argument, config)
    from rag.models.chat_local import local_chat

    return local_chat(argument, config)


def _best_backend(config: Config) -> str:
    from rag.models import weights

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
    """Positions of the quotes that answer by themselves, in reading order within a paper.

    Of each side of the question the best one, then, while there is room for them, the best ones of
    what is beside it, and those that come near, best first.
    """
    sides = list(dict.fromkeys(item.side for item in evidence))
    ranked = [_near_best_of(side, evidence) for side in sides]
    kept = [near[0] for near in ranked if not evidence[near[0]].beside] or [ranked[0][0]]
    room = most_words(evidence) - sum(_length(evidence[n]) for n in kept)
    for n in (near[0] for near in ranked if near[0] not in kept):
        if _length(evidence[n]) <= room:
            kept.append(n)
            room -= _length(evidence[n])
    most = _MOST_QUOTES if len(sides) == 1 else len(sides) * _MOST_OF_A_SIDE
    shown = [near for near in ranked if near[0] in kept]
    for n in (n for near in shown for n in near[1 : most // len(sides)]):
        if _length(evidence[n]) <= room:
            kept.append(n)
            room -= _length(evidence[n])
    papers = list(dict.fromkeys(evidence[n].quote.paper_id for n in kept))

    def place(position: int) -> tuple[int, str, int]:
        quote = evidence[position].quote
        return (papers.index(quote.paper_id), quote.field, quote.start)

    return sorted(kept, key=place)


def most_words(evidence: Sequence[Evidence]) -> int:
    """Words of a whole answer from `evidence`, markers counted: as many as an answer to one fact
    may have, and more where several sides of the question are told by several papers. The best
    quote of each side stands, however long, but not that of what is only beside it.
    """
    sides = {item.side for item in evidence if not item.beside}
    papers = {item.quote.paper_id for item in evidence if not item.beside}
    return _MOST_WORDS + _MORE_WORDS * max(0, min(len(sides), len(papers)) - 1)


def _near_best_of(side: str, evidence: Sequence[Evidence]) -> list[int]:
    """Positions of the side's best quote and of those whose odds come near its, best first."""
    own = [n for n, item in enumerate(evidence) if item.side == side]
    own.sort(key=lambda n: -evidence[n].quote.score)
    return [n for n in own if _is_near(evidence[n].quote, evidence[own[0]].quote)]


def _length(item: Evidence) -> int:
    """Words that the quote takes up in an answer, its marker one of them."""
    return len(item.quote.text.split()) + 1


def _is_near(quote: Quote, best: Quote) -> bool:
    least = _LEAST_ODDS if quote.paper_id == best.paper_id else _LEAST_ODDS_ELSEWHERE
    return odds(quote) >= least * odds(best)
