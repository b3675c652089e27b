"""Which chat models the endpoints offer, and the one that a request names."""

from __future__ import annotations

from fastapi import HTTPException

from rag.config import Config
from rag.models.chat import resolve_backend
from rag.models.weights import find


def offered(config: Config) -> tuple[str, ...]:
    """The backends that a request may name, the one that answers unasked first."""
    here = [resolve_backend(config.backend, config), "extractive"]
    if find("local", config) is not None:
        here.append("local")
    if config.openai_key or config.openai_base_url:
        here.append(f"openai:{config.openai_model}")
    return tuple(dict.fromkeys(here))


def named(name: str, config: Config) -> str:
    """The backend that a request names; without a name, the first. Raises HTTPException (404)."""
    there = offered(config)
    if not name:
        return there[0]
    if name not in there:
        raise HTTPException(
            404, f"the chat model {name!r} is not offered here: {', '.join(there)} are"
        )
    return name
