"""What is set in the app: chat model, settings of answering, endpoint, theme; one set a library.

All of it but the endpoint's key: that is known to this process alone, and gone with it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields, replace
from threading import RLock
from typing import Any, Literal, Protocol
from urllib.parse import urlsplit

from rag.config import Config
from rag.errors import ConfigError
from rag.models.chat import resolve_backend
from rag.settings import DEFAULTS, Configuration, Settings

META = "app"
"""The catalogue's key for all of it, as JSON."""

Theme = Literal["system", "light", "dark"]
THEMES: Mapping[str, Theme] = {"system": "system", "light": "light", "dark": "dark"}


class Meta(Protocol):
    """Where it is kept; `rag.stored.catalogue.Catalogue` is one."""

    def meta(self, key: str) -> str | None:
        """The value kept under `key`, or None."""
        ...

    def set_meta(self, key: str, value: str) -> None:
        """Keep a value."""
        ...


Tell = Callable[[Config, Settings], None]
"""Called with what answers are to be made with from now on."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An OpenAI-compatible endpoint as a person named it; `url` is empty for OpenAI's own."""

    url: str = ""
    model: str = ""
    key: str = field(default="", repr=False)

    def checked(self) -> Endpoint:
        """This one, tidied. Raises ConfigError, never with the key, for one that cannot be used."""
        url, model = self.url.strip().rstrip("/"), self.model.strip()
        key = self.key.strip()
        if url and not is_address(url):
            raise ConfigError(
                "the address of the endpoint has to look like http://localhost:8000/v1, without a"
                " user, a password or a key in it: the key has a field of its own"
            )
        if not model:
            raise ConfigError("name the model that the endpoint is to be asked for")
        if not model.isprintable():
            raise ConfigError("the model's name holds characters that no name has")
        if not (key.isascii() and key.isprintable()) or " " in key:
            raise ConfigError("the key holds characters that no key has: paste it anew")
        return Endpoint(url, model, key)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen; `backend` is `auto` until someone does."""

    backend: str = "auto"
    settings: Settings = DEFAULTS
    theme: Theme = "system"
    endpoint: Endpoint = Endpoint()


def _nobody(_config: Config, _settings: Settings) -> None:
    pass


class Knobs:
    """What is set in the app now; safe to share by threads. Keeping it may raise LibraryError."""

    def __init__(self, meta: Meta, config: Config, tell: Tell = _nobody) -> None:
        """Begin with what is kept in `meta`.

        A chat model that `config` names goes before the one kept, as whoever starts askpapers
        says so later than whoever kept it. `tell` is called at once, and at each change.
        """
        self._meta = meta
        self._given = config
        self._tell = tell
        self._lock = RLock()
        self._now = _startable(_read(meta.meta(META)), config)
        tell(self.config, self.settings)

    @property
    def chosen(self) -> Chosen:
        """All of it; `endpoint.key` is only what was given on the page."""
        return self._now

    @property
    def settings(self) -> Settings:
        """How questions are answered."""
        return self._now.settings

    @property
    def theme(self) -> Theme:
        """The colours of the page."""
        return self._now.theme

    @property
    def config(self) -> Config:
        """The settings of this process, with the chat model and the endpoint chosen."""
        return _config(self._now, self._given)

    @property
    def backend(self) -> str:
        """The chat model's backend, `auto` resolved. Raises ConfigError."""
        config = self.config
        return resolve_backend(config.backend, config)

    @property
    def configuration(self) -> Configuration:
        """What an answer of this moment is made with. Raises ConfigError."""
        return Configuration.of(self.backend, self.settings)

    def choose(self, backend: str) -> None:
        """Have this chat model answer. Raises ConfigError for an unknown name."""
        resolve_backend(backend, self.config)
        self._set(backend=backend)

    def answer_with(self, settings: Settings) -> None:
        """Answer so from now on."""
        self._set(settings=settings)

    def paint(self, theme: str) -> None:
        """Have the page in these colours. Raises ConfigError for a theme that is not there."""
        self._set(theme=_theme(theme))

    def reach(self, endpoint: Endpoint) -> None:
        """Have the model of this endpoint answer. Raises ConfigError if it cannot be used."""
        found = endpoint.checked()
        self._set(endpoint=found, backend=f"openai:{found.model}")

    def key_for(self, url: str) -> str:
        """The key known for this address, or none: a key goes only where it was given for."""
        address = url.strip().rstrip("/")
        chosen = self._now.endpoint
        if chosen.key and chosen.url == address:
            return chosen.key
        return _given_key(address, self._given)

    def reset(self) -> None:
        """Back to what a first visit finds, save for the endpoint and the theme."""
        self._set(settings=DEFAULTS, backend="auto")

    def _set(self, **changes: Any) -> None:
        with self._lock:
            now = replace(self._now, **changes)
            self._meta.set_meta(META, _written(now))
            self._now = now
            self._tell(self.config, self.settings)


def is_address(url: str) -> bool:
    """Whether it is the address of a server and no more: it holds no password and no key."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    plain = not (parts.username or parts.password or parts.query or parts.fragment)
    return (
        plain and url.isprintable() and " " not in url and parts.scheme in ("http", "https")
    ) and bool(parts.hostname and port != 0)


def _given_key(url: str, given: Config) -> str:
    """The environment's key belongs to the environment's endpoint: no page sends it elsewhere."""
    return given.openai_key if url == given.openai_base_url.strip().rstrip("/") else ""


def _config(now: Chosen, given: Config) -> Config:
    config = replace(given, backend=now.backend)
    if not now.endpoint.model:
        return config
    url = now.endpoint.url
    return replace(
        config,
        openai_base_url=url,
        openai_model=now.endpoint.model,
        openai_key=now.endpoint.key or _given_key(url, given),
    )


def _startable(kept: Chosen, given: Config) -> Chosen:
    """What is kept, as this process can begin with it."""
    if kept.endpoint.model and not kept.endpoint.url and not _given_key("", given):
        # The key went with the last process: what the environment names is there again.
        kept = replace(kept, endpoint=Endpoint(), backend=_unless_api(kept.backend))
    if given.backend != "auto":
        return replace(kept, backend=given.backend)
    config = _config(kept, given)
    try:
        backend = resolve_backend(kept.backend, config)
    except ConfigError:  # of another version
        return replace(kept, backend="auto")
    api = config.openai_key or config.openai_base_url
    return replace(kept, backend="auto") if backend.startswith("openai:") and not api else kept


def _unless_api(backend: str) -> str:
    return "auto" if backend.startswith("openai:") else backend


def _written(now: Chosen) -> str:
    """As JSON, without the key."""
    told = {
        "backend": now.backend,
        "settings": asdict(now.settings),
        "theme": now.theme,
        "endpoint": {"url": now.endpoint.url, "model": now.endpoint.model},
    }
    return json.dumps(told, ensure_ascii=False)


def _read(text: str | None) -> Chosen:
    """What `_written` wrote; whatever another version kept and this one cannot use is left out."""
    if text is None:
        return Chosen()
    kept = json.loads(text)
    named = kept.get("endpoint", {})
    chosen = Chosen(str(kept.get("backend", "auto")), _settings(kept.get("settings", {})))
    with suppress(ConfigError):
        chosen = replace(chosen, theme=_theme(kept.get("theme")))
    with suppress(ConfigError):
        endpoint = Endpoint(str(named.get("url", "")), str(named.get("model", ""))).checked()
        chosen = replace(chosen, endpoint=endpoint)
    return chosen


def _settings(kept: Mapping[str, Any]) -> Settings:
    settings = DEFAULTS
    for name in (one.name for one in fields(Settings)):
        if name in kept:
            with suppress(ConfigError):  # no value of this version: its default stays
                settings = replace(settings, **{name: kept[name]})
    return settings


def _theme(name: object) -> Theme:
    if name not in THEMES:
        raise ConfigError(f"there is no theme {name!r}: use one of {', '.join(THEMES)}")
    return THEMES[str(name)]
