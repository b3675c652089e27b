"""An endpoint tried out: one short reply of it, and what came of that in words."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.config import Config
from rag.errors import (
    ChatAuthError,
    ChatError,
    ChatNotFound,
    ChatProtocolError,
    ChatRateLimited,
    ChatTimeout,
    ConfigError,
)
from rag.types import Message, Prompt, Usage
from ui.app.knobs import Endpoint

if TYPE_CHECKING:
    from rag.models.chat_openai import OpenAIChat

PATIENCE_S = 20.0
"""Seconds to wait for the endpoint each time: nobody looks at a form for a minute."""

_SAYS = "Say in three words that you are ready."
_JUDGES = (Message("user", "Is water wet? Reply with Yes or No."),)


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of it: whether it works, told in `text`, which holds words of the endpoint."""

    works: bool
    text: str


def tried(endpoint: Endpoint, config: Config) -> Tried:
    """Ask the endpoint for a few words, then whether it can judge. The key is in no text."""
    from rag.models.chat_openai import OpenAIChat

    try:
        found = endpoint.checked()
        asked = replace(
            config,
            openai_base_url=found.url,
            openai_key=found.key,
            openai_timeout_s=min(PATIENCE_S, config.openai_timeout_s),
        )
        if not (found.url or found.key):
            return Tried(False, "OpenAI's own endpoint needs a key: paste one, or give an address.")
        chat = OpenAIChat.from_config(found.model, asked)
        text, first_s, whole_s, usage = _reply(chat)
    except (ConfigError, ChatError) as error:
        return Tried(False, _hidden(_why(error), endpoint.key))
    tokens = f", {usage.prompt + usage.completion:,} tokens" if usage else ""
    told = f"It works: “{text}”, begun after {first_s:.1f} s, done after {whole_s:.1f} s{tokens}."
    return Tried(True, _hidden(f"{told} {_judging(chat)}", endpoint.key))


def _reply(chat: OpenAIChat) -> tuple[str, float, float, Usage | None]:
    """What it says, seconds to the first piece and to the last, tokens. Raises ChatError."""
    chat.warm(())
    began, first, said = time.monotonic(), None, ""
    usage: Usage | None = None
    for piece in chat.stream(Prompt(_SAYS, (), (Message("user", _SAYS),))):
        if isinstance(piece, Usage):
            usage = piece
            continue
        first = first or time.monotonic()
        said += piece
    ended = time.monotonic()
    return " ".join(said.split())[:80], (first or ended) - began, ended - began, usage


def _judging(chat: OpenAIChat) -> str:
    try:
        chat.weigh(_JUDGES, ("Yes", "No"))
    except ChatProtocolError:
        return (
            "It tells no log-probabilities, so it writes answers but cannot judge what stays open"
            " in their check: such sentences are shown as unchecked."
        )
    except ChatError as error:
        return f"Asked to judge a sentence it failed: {_why(error)}"
    return "It tells log-probabilities too, so it can help to check sentences."


def _why(error: ConfigError | ChatError) -> str:
    """In words for someone who looks at the form, not at environment variables."""
    match error:
        case ChatAuthError():
            return "The endpoint did not accept the key."
        case ChatNotFound():
            return "The endpoint has no such model, or there is none at this address (404)."
        case ChatRateLimited():
            return "The endpoint says: too many requests, or the quota is used up. Try again later."
        case ChatTimeout():
            return f"No reply within {PATIENCE_S:g} s."
        case ConfigError():
            text = str(error)
            return f"{text[:1].upper()}{text[1:]}."
    return f"{str(error).partition('; ')[0]}."


def _hidden(text: str, key: str) -> str:
    """`text`, in which an endpoint may have repeated the key, without it."""
    return text.replace(key.strip(), "…") if key.strip() else text
