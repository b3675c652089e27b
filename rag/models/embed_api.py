"""Texts to vectors through any OpenAI-compatible `/embeddings` endpoint: the other Embedder."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from rag.config import Config
from rag.errors import ConfigError, EmbedderError

if TYPE_CHECKING:
    from rag.models.embed import TextKind

DEFAULT_URL = "https://api.openai.com/v1"
RETRIES = 4  # after a refused connection, a time-out, 429 or 5xx; waits as `Retry-After` asks
MOST_TEXTS = 128  # in a request; OpenAI takes 2048, small servers fewer
MOST_CHARS = 200_000  # in a request: OpenAI takes 300,000 tokens
TEXT_CHARS = 16_000  # of a text that are sent: OpenAI takes 8,192 tokens, a chunk has some 500
_NO_KEY = "no-key-set"  # many local servers want none, but the client insists on one


class ApiEmbedder:
    """An embedding model behind an endpoint; safe to share by threads.

    `prefixes` are put before a query and before a passage, for models trained with them. Given
    `dimension`, vectors of that length are asked for; else it is what the endpoint gives.
    """

    def __init__(
        self,
        model: str,
        *,
        base_url: str,
        key: str,
        timeout_s: float,
        dimension: int | None = None,
        prefixes: tuple[str, str] = ("", ""),
    ) -> None:
        self.name = f"openai:{model}@{dimension}" if dimension else f"openai:{model}"
        # An endpoint does not tell of a changed model; what is known is what it is sent.
        told = hashlib.sha256("\n".join(prefixes).encode()).hexdigest()
        self.revision = told[:12] if any(prefixes) else "1"
        self._model = model
        self._url = base_url or DEFAULT_URL
        self._key = key
        self._timeout_s = timeout_s
        self._asked = dimension
        self._prefixes = {"query": prefixes[0], "passage": prefixes[1]}

    @classmethod
    def from_config(cls, config: Config) -> ApiEmbedder:
        """The model that `config.embedder` names, `openai:MODEL` or `openai:MODEL@DIMENSION`.

        Raises ConfigError for another name, an address that is none, or neither address nor key.
        """
        model, _, dimension = config.embedder.removeprefix("openai:").partition("@")
        if not config.embedder.startswith("openai:") or not model:
            raise ConfigError(
                f"ASKPAPERS_EMBEDDER is {config.embedder!r}: give onnx, openai:MODEL or"
                " openai:MODEL@DIMENSION"
            )
        if dimension and not (dimension.isdecimal() and 0 < int(dimension) < 100_000):
            raise ConfigError(
                f"ASKPAPERS_EMBEDDER is {config.embedder!r}: after @ give the length of a vector,"
                " such as 256"
            )
        url = config.embedder_url or config.openai_base_url
        if not (url or config.openai_key):
            raise ConfigError(
                f"embedder {config.embedder!r}: set OPENAI_API_KEY, or ASKPAPERS_EMBEDDER_URL for"
                " a server that needs no key, or leave ASKPAPERS_EMBEDDER out"
            )
        if url and not _is_address(url):
            raise ConfigError(
                "the embedder's address (ASKPAPERS_EMBEDDER_URL, else OPENAI_BASE_URL) is no"
                " address: give one such as http://localhost:8000/v1"
            )
        return cls(
            model,
            base_url=url,
            key=config.openai_key,
            timeout_s=config.openai_timeout_s,
            dimension=int(dimension) if dimension else None,
            prefixes=config.embedder_prefixes,
        )

    @cached_property
    def dimension(self) -> int:
        """Length of a vector, asked of the endpoint at first need. Raises EmbedderError."""
        return self._asked or self._request(["dimension"]).shape[1]

    def embed(self, texts: Sequence[str], kind: TextKind) -> NDArray[np.float32]:
        """L2-normalised vectors of shape (len(texts), dimension). Raises EmbedderError."""
        prefix = self._prefixes[kind]
        sent = [(prefix + text)[:TEXT_CHARS] or " " for text in texts]  # many refuse an empty one
        parts = [self._request(batch) for batch in _batches(sent)]
        if not parts:
            return np.empty((0, self.dimension), dtype=np.float32)
        wrong = {part.shape[1] for part in parts} - {self.dimension}
        if wrong:
            raise self._error(
                f"it gave vectors of length {wrong.pop()}, not {self.dimension}", "model"
            )
        return np.concatenate(parts)

    def _request(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of one request, normalised."""
        import openai

        asked = {"dimensions": self._asked} if self._asked else {}
        try:
            reply = self._client.embeddings.create(
                model=self._model, input=list(texts), encoding_format="float", **asked
            )
            rows = sorted(reply.data, key=lambda row: row.index)
            vectors = np.array([row.embedding for row in rows], dtype=np.float32)
        # Nothing foreign stays chained: its request would carry the key.
        except openai.OpenAIError as error:
            raise self._translated(error) from None
        # What openai lets through for a reply of another shape.
        except (ValueError, TypeError, AttributeError, LookupError) as error:
            raise self._error(f"the reply is malformed ({type(error).__name__})", "url") from None
        if vectors.ndim != 2 or len(vectors) != len(texts) or not vectors.shape[1]:
            raise self._error(f"the reply is not {len(texts)} vectors of one length", "url")
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not (np.isfinite(lengths).all() and lengths.all()):
            raise self._error("the reply holds a vector without direction", "model")
        normalised: NDArray[np.float32] = vectors / lengths
        return normalised

    @cached_property
    def _client(self) -> Any:
        import openai

        return openai.OpenAI(
            api_key=self._key or _NO_KEY,
            base_url=self._url,
            timeout=self._timeout_s,
            max_retries=RETRIES,
        )

    def _translated(self, error: Exception) -> EmbedderError:
        import openai

        match error:
            case openai.APITimeoutError():
                return self._error(f"no reply within {self._timeout_s:g} s", "timeout")
            case openai.APIConnectionError():
                return self._error("no connection to the endpoint", "url")
            case openai.AuthenticationError() | openai.PermissionDeniedError():
                # What it said is left out: it may repeat part of the key.
                return self._error("the endpoint did not accept the key", "key")
            case openai.RateLimitError():
                return self._error(
                    f"too many requests, or quota used up{self._said(error)}", "wait"
                )
            case openai.NotFoundError():
                return self._error(f"no such model or address (404){self._said(error)}", "model")
            case openai.APIStatusError():
                said = f"the endpoint answered {error.status_code}{self._said(error)}"
                return self._error(said, "again")
        return self._error("the endpoint broke off", "again")

    def _said(self, error: Exception) -> str:
        """The endpoint's own words, if any, short and without the key."""
        body = getattr(error, "body", None)
        words = body.get("message") if isinstance(body, dict) else None
        if not isinstance(words, str) or not words.strip():
            return ""
        words = " ".join(words.split())
        return f": {words.replace(self._key, '…') if self._key else words}"[:200]

    def _error(self, problem: str, remedy: str) -> EmbedderError:
        parts = urlsplit(self._url)  # without user and password, which a URL can hold
        host = f"{parts.hostname}:{parts.port}" if parts.port else f"{parts.hostname}"
        return EmbedderError(f"embedder {self._model} at {host}: {problem}; {_REMEDIES[remedy]}")


_REMEDIES = {
    "again": "try again; what is embedded already is kept",
    "key": "check OPENAI_API_KEY",
    "model": "check the model's name in ASKPAPERS_EMBEDDER and the address",
    "timeout": "raise ASKPAPERS_TIMEOUT (seconds)",
    "url": "check ASKPAPERS_EMBEDDER_URL (else OPENAI_BASE_URL) and that the server runs",
    "wait": "wait a little, check the account's quota; what is embedded already is kept",
}


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0 and parts.scheme in ("http", "https")
    except ValueError:
        return False


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    """The texts in order, in requests that endpoints accept."""
    batch: list[str] = []
    size = 0
    for text in texts:
        if batch and (len(batch) == MOST_TEXTS or size + len(text) > MOST_CHARS):
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += len(text)
    if batch:
        yield batch
