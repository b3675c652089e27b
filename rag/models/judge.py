"""Judges: the Protocol (how likely a chat model gives each of a few short replies), the choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

import numpy as np

from rag.config import Config
from rag.errors import ChatProtocolError, ConfigError
from rag.types import Message

JUDGES = ("local", "local:PATH", "openai:MODEL")
"""Every form the name of a judge can have."""


@runtime_checkable
class Judge(Protocol):
    """Weighs a few possible replies against each other instead of writing one.

    `isinstance` tells whether a chat model can do so too.
    """

    @property
    def name(self) -> str:
        """The chat model behind it, as `ChatModel.name`."""
        ...

    def weigh(self, messages: Sequence[Message], options: Sequence[str]) -> tuple[float, ...]:
        """Log-probability of each of `options` as the reply, normalised among them.

        Options are short words that differ in their first token ("Yes", "No"). The same every
        time for the same messages, as far as an endpoint is. Raises ChatError.
        """
        ...


def judge_model(name: str, config: Config) -> Judge:
    """The judge of that name; nothing is loaded or asked yet.

    Raises ConfigError for an unknown name or an API without key and endpoint, WeightsError for a
    model file that is not there; each names the remedy.
    """
    kind, _, argument = name.partition(":")
    if kind == "openai" and argument:
        from rag.models.chat_openai import OpenAIChat

        return OpenAIChat.from_config(argument, config)
    if name == "local" or (kind == "local" and argument):
        from rag.models.chat_local import local_chat

        return local_chat(argument, config)
    raise ConfigError(f"unknown judge {name!r}: use one of {', '.join(JUDGES)}")


def weighed(
    judge: str, first_tokens: Mapping[str, float], options: Sequence[str]
) -> tuple[float, ...]:
    """Log-probability of each option, normalised among them, from a reply's likeliest first tokens.

    `first_tokens` maps a token to its log-probability. An option has the sum of the tokens that
    begin it and no other, whatever their case and blanks ("Yes", " yes", "Y"); one that none
    begins is no likelier than the last of the tokens told, and is taken to be so. Raises
    ChatProtocolError if none of the options is begun: then the model would say something else.
    """
    sums = [[p for token, p in first_tokens.items() if _begins(token, o, options)] for o in options]
    if not any(sums):
        likely = sorted(first_tokens, key=lambda token: -first_tokens[token])[:3]
        raise ChatProtocolError(
            f"judge {judge!r} would begin with {', '.join(map(repr, likely)) or 'nothing'}, with "
            f"none of {', '.join(options)}: use another model as the judge"
        )
    floor = min(first_tokens.values())
    logs = np.array([np.logaddexp.reduce(found) if found else floor for found in sums])
    return tuple((logs - np.logaddexp.reduce(logs)).tolist())


def _begins(token: str, option: str, options: Sequence[str]) -> bool:
    said = token.strip().casefold()
    fits = [one for one in options if said and one.casefold().startswith(said)]
    return fits == [option]
