"""One frozen Config, read once from the environment at the way in and handed down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs

from rag.errors import ConfigError

HUB_URL = "https://huggingface.co"
ARXIV_URL = "https://export.arxiv.org/api/query"
OPENALEX_URL = "https://api.openalex.org"
OPENAI_MODEL = "gpt-4o-mini"
OPENAI_TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of one run.

    `home` is the data folder, `cache` the model cache that all homes share, `models` a folder
    of ready model files that is looked at first. `embedder_prefixes` are put before a query and
    before a passage by the embedder `openai:MODEL`. `mailto` is told to arXiv and OpenAlex as the
    address of whoever asks.
    """

    home: Path
    cache: Path
    models: Path | None = None
    backend: str = "auto"
    chroma_url: str = ""
    embedder: str = "onnx"
    embedder_url: str = ""
    embedder_prefixes: tuple[str, str] = ("", "")
    hub_url: str = HUB_URL
    arxiv_url: str = ARXIV_URL
    openalex_url: str = OPENALEX_URL
    openalex_key: str = field(default="", repr=False)
    mailto: str = ""
    openai_key: str = field(default="", repr=False)
    openai_base_url: str = ""
    openai_model: str = OPENAI_MODEL
    openai_timeout_s: float = OPENAI_TIMEOUT_S

    @staticmethod
    def from_env(environ: Mapping[str, str]) -> Config:
        """Read the settings from `environ`. Raises ConfigError for a value that cannot be used."""

        def path(name: str) -> Path | None:
            return Path(environ[name]).expanduser() if environ.get(name) else None

        return Config(
            home=path("ASKPAPERS_HOME") or platformdirs.user_data_path("askpapers"),
            cache=path("ASKPAPERS_CACHE") or platformdirs.user_cache_path("askpapers"),
            models=path("ASKPAPERS_MODELS"),
            backend=environ.get("ASKPAPERS_BACKEND") or "auto",
            chroma_url=environ.get("ASKPAPERS_CHROMA_URL", ""),
            embedder=environ.get("ASKPAPERS_EMBEDDER") or "onnx",
            embedder_url=environ.get("ASKPAPERS_EMBEDDER_URL", ""),
            embedder_prefixes=_prefixes("ASKPAPERS_EMBEDDER_PREFIXES", environ),
            hub_url=(environ.get("HF_ENDPOINT") or HUB_URL).rstrip("/"),
            arxiv_url=environ.get("ASKPAPERS_ARXIV_URL") or ARXIV_URL,
            openalex_url=(environ.get("ASKPAPERS_OPENALEX_URL") or OPENALEX_URL).rstrip("/"),
            openalex_key=_token("ASKPAPERS_OPENALEX_KEY", environ),
            mailto=_token("ASKPAPERS_MAILTO", environ),
            openai_key=environ.get("OPENAI_API_KEY", ""),
            openai_base_url=environ.get("OPENAI_BASE_URL", ""),
            openai_model=environ.get("ASKPAPERS_OPENAI_MODEL") or OPENAI_MODEL,
            openai_timeout_s=_seconds("ASKPAPERS_TIMEOUT", environ),
        )


def _seconds(name: str, environ: Mapping[str, str]) -> float:
    value = environ.get(name) or str(OPENAI_TIMEOUT_S)
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 86_400:
        raise ConfigError(f"{name} is {value!r}: give seconds above 0, such as 60")
    return seconds


def _prefixes(name: str, environ: Mapping[str, str]) -> tuple[str, str]:
    """What goes before a query and before a passage, with a bar between them."""
    value = environ.get(name, "")
    if value.count("|") != (1 if value else 0):
        raise ConfigError(f"{name} is {value!r}: give two prefixes, such as 'query: |passage: '")
    query, _, passage = value.partition("|")
    return query, passage


def _token(name: str, environ: Mapping[str, str]) -> str:
    """A value that goes into a header: one word of ASCII. It may be a secret, so none is shown."""
    value = environ.get(name, "").strip()
    if not value.isascii() or not value.isprintable() or " " in value:
        raise ConfigError(f"{name} holds characters that cannot be sent: give one word of ASCII")
    return value


def server_address(url: str) -> tuple[str, int]:
    """Host and port of a Chroma server's URL, without the password that it may hold.

    Raises ConfigError if it is no such URL.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or not url.startswith(("http://", "https://")):
        raise ConfigError(
            "ASKPAPERS_CHROMA_URL is no address of a server: give one such as http://localhost:8000"
        )
    return host, port or (443 if url.startswith("https:") else 8000)
