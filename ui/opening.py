"""What a command needs opened: the settings, the library, and what answers questions from it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cached_property
from threading import Lock, Thread
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from rag.config import Config
from rag.errors import ConfigError, RagError
from ui.console import Progress, hint, progress

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rag.answer import Answerer
    from rag.library import Library
    from rag.models.chat import ChatModel
    from rag.models.embed import Embedder, TextKind
    from rag.settings import Settings
    from rag.summary.summarize import Summariser


def backend_named(backend: str | None) -> str | None:
    """What `--backend` says. Raises BadParameter for what no chat model is called: wrong usage,
    which is told before anything is opened.
    """
    if backend is None:
        return None
    from rag.models.chat import named_backend

    try:
        return named_backend(backend)
    except ConfigError as error:
        raise typer.BadParameter(str(error)) from error


BackendOption = Annotated[
    str | None,
    typer.Option(
        "--backend",
        callback=backend_named,
        metavar="NAME",
        help="Chat model: auto, extractive, local, local:PATH or openai:MODEL;"
        " without it ASKPAPERS_BACKEND says, else auto.",
        show_default=False,
    ),
]

Which = Literal["sample", "home"]
"""Whose papers: those of the sample pages, or your own."""

LibraryOption = Annotated[
    Which, typer.Option("--library", help="The sample papers, or your own library.")
]

EMPTY_LIBRARY = (
    "your library is empty: `askpapers ingest` fills it, --library sample takes the sample papers"
)
"""What to do where cases are about papers and there are none."""

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")]


def settings(backend: str | None = None) -> Config:
    """The settings from the environment, with the chat model of the command line if given."""
    config = Config.from_env(os.environ)
    return config if backend is None else replace(config, backend=backend)


class LateEmbedder:
    """The embedder, its file fetched and loaded at its first text: listing papers needs none."""

    def __init__(self, config: Config) -> None:
        from rag.models.embed import OnnxEmbedder

        self._config = config
        self._kind = OnnxEmbedder
        self.name, self.revision = OnnxEmbedder.name, OnnxEmbedder.revision
        self.dimension = OnnxEmbedder.dimension

    @cached_property
    def loaded(self) -> Embedder:
        """The embedder itself. Raises WeightsError."""
        with progress() as show:
            return self._kind.load(self._config, show)

    def embed(self, texts: Sequence[str], kind: TextKind) -> NDArray[np.float32]:
        """As `Embedder.embed`. Raises WeightsError."""
        return self.loaded.embed(texts, kind)


@contextmanager
def open_library(config: Config, *, embeds: bool, check: bool = True) -> Iterator[Library]:
    """The library, open while it lasts; see `Library.open` for `check` and errors.

    `embeds` says that vectors will be made or searched: then the embedder is loaded right away.
    """
    from rag.library import Library

    embedder = chosen_embedder(config)
    with Library.open(config, embedder, check=check) as library:
        if embeds and isinstance(embedder, LateEmbedder):
            library.warm()  # while the embedder loads
            _ = embedder.loaded
        yield library


@contextmanager
def open_either(
    which: Which, config: Config, show: Progress | None = None, *, embeds: bool
) -> Iterator[Library]:
    """Your library (`home`), or a temporary one of the sample papers; see `open_library`."""
    if which == "home":
        with open_library(config, embeds=embeds) as library:
            yield library
        return
    from evals.sample_library import sample_library

    with sample_library(config, show, fill=embeds) as library:
        yield library


def chosen_embedder(config: Config) -> Embedder:
    """The embedder that the settings name; nothing is loaded or asked yet. Raises ConfigError."""
    if config.embedder == "onnx":
        return LateEmbedder(config)
    from rag.models.embed_api import ApiEmbedder

    return ApiEmbedder.from_config(config)


def tell_what_waits(library: Library) -> None:
    """Say so if some papers are found by words only: what follows may miss them."""
    waiting = library.standing().waiting
    if waiting:
        papers = "1 paper is" if waiting == 1 else f"{waiting:,} papers are"
        hint(f"{papers} found by words only so far; `askpapers index` makes the vectors")


def require_chat_model(config: Config) -> None:
    """Raise what is wrong with the chosen chat model before anything is fetched or loaded.

    Raises ConfigError, WeightsError.
    """
    from rag.models.chat import chat_model

    chat_model(config.backend, config)


class Answerers:
    """What answers questions from one library, made once a chat model; safe to share by threads."""

    def __init__(self, library: Library, config: Config, asked: Settings | None = None) -> None:
        """Load what every chat model needs; `asked` are the settings of answering, without them
        the defaults. Raises WeightsError.
        """
        from rag.models.rerank import CrossEncoder
        from rag.settings import Settings

        self._library = library
        self._asked = asked or Settings()
        self._config = config
        self._lock = Lock()
        self._chats: dict[str, ChatModel] = {}
        self._made: dict[str, Answerer] = {}
        with progress() as show:
            self._reranker = CrossEncoder.load(config, show)

    def __call__(self, backend: str) -> Answerer:
        """The one for this backend. Raises ConfigError, WeightsError."""
        from rag.answer import Answerer

        with self._lock:  # two first questions at once must not load one model twice
            name, chat = self._chat(backend)
            if name not in self._made:
                self._made[name] = Answerer(self._library, chat, self._reranker, self._asked)
            return self._made[name]

    def drawn(self, backend: str, seed: int) -> Answerer:
        """What answers with a draft drawn at random, another for each seed but 0.

        Raises as a call does.
        """
        from rag.answer import Answerer
        from rag.models.drawn import Drawn
        from rag.models.judge import Judge

        with self._lock:
            _, chat = self._chat(backend)
        judge = chat if isinstance(chat, Judge) else None
        return Answerer(self._library, Drawn(chat, seed), self._reranker, self._asked, judge)

    def summariser(self, backend: str) -> Summariser:
        """What summarises with this backend; a chat model that can judge judges what it wrote.

        Raises ConfigError, WeightsError.
        """
        from rag.models.judge import Judge
        from rag.summary.summarize import Summariser

        with self._lock:
            _, chat = self._chat(backend)
        judge = chat if isinstance(chat, Judge) else None
        return Summariser(self._library, chat, self._reranker, judge=judge)

    def use(self, config: Config, asked: Settings) -> None:
        """Answer so from now on; models that are loaded stay so, what is being answered goes on."""
        with self._lock:
            if _endpoint(config) != _endpoint(self._config):
                for name in [name for name in self._chats if name.startswith("openai:")]:
                    del self._chats[name]
            self._config, self._asked = config, asked
            self._made.clear()

    def _chat(self, backend: str) -> tuple[str, ChatModel]:
        from rag.models.chat import chat_model, resolve_backend

        name = resolve_backend(backend, self._config)
        if name not in self._chats:
            self._chats[name] = chat_model(name, self._config)
        return name, self._chats[name]

    def warm(self, backend: str) -> None:
        """Have that chat model made ready in the background. What goes wrong there, its first
        question will tell.
        """

        def work() -> None:
            with suppress(RagError):
                self(backend).warm()

        # No daemon: a thread killed inside native code can take the process down at exit.
        Thread(target=work, name="askpapers-warm").start()


def _endpoint(config: Config) -> tuple[str, str, float]:
    """What an API chat model is made with, beside its name."""
    return config.openai_base_url, config.openai_key, config.openai_timeout_s
