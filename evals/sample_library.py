"""What the questions are asked of: the five sample pages and nothing else, by each backend."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.answer import Answerer
    from rag.config import Config
    from rag.library import Library
    from rag.models.weights import Progress


@contextmanager
def sample_library(
    config: Config, progress: Progress | None = None, *, fill: bool = True
) -> Iterator[Library]:
    """A temporary library of the sample pages, whatever the user's own holds; with `fill` it has
    its vectors.

    A question counts as unanswerable, and a count of papers as right, only about these pages.
    """
    from ingest.run import ingest
    from rag.library import Library
    from rag.models.embed import OnnxEmbedder

    embedder = OnnxEmbedder.load(config, progress)
    with tempfile.TemporaryDirectory(prefix="askpapers-eval-") as folder:
        own = dataclasses.replace(config, home=Path(folder), chroma_url="")
        with Library.open(own, embedder) as library:
            if progress:
                progress("sample library", 0, 0)
            ingest(library, [], fill=fill)
            yield library


@contextmanager
def sample_answerers(
    config: Config, backends: Sequence[str], progress: Progress | None = None
) -> Iterator[list[Answerer]]:
    """One ready Answerer per backend over the sample library.

    Raises ConfigError or WeightsError for a backend that cannot start, before anything is asked.
    """
    from rag.answer import Answerer
    from rag.models.chat import chat_model, resolve_backend
    from rag.models.rerank import CrossEncoder

    chats = [chat_model(resolve_backend(backend, config), config) for backend in backends]
    reranker = CrossEncoder.load(config, progress)
    with sample_library(config, progress) as library:
        yield [Answerer(library, chat, reranker) for chat in chats]
