"""What a command opens: the embedder that the settings name, and what it says of papers to come."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from rag.config import Config
from rag.errors import ChatError, ConfigError
from rag.library import Library
from rag.models.embed import Embedder
from rag.models.embed_api import ApiEmbedder
from rag.models.rerank import Reranker
from rag.settings import Settings
from rag.types import Message, Prompt
from tests.conftest import outer_config
from tests.embeddings_stand_in import embeddings_stand_in
from tests.fakes import HashEmbedder
from tests.rag.test_library import work
from ui.opening import (
    Answerers,
    LateEmbedder,
    chosen_embedder,
    open_library,
    settings,
    tell_what_waits,
)


def test_the_embedder_is_the_one_that_the_environment_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert isinstance(chosen_embedder(settings()), LateEmbedder)
    monkeypatch.setenv("ASKPAPERS_EMBEDDER", "openai:m")
    monkeypatch.setenv("ASKPAPERS_EMBEDDER_PREFIXES", "query: |passage: ")
    with pytest.raises(ConfigError, match="ASKPAPERS_EMBEDDER_URL"):
        chosen_embedder(settings())
    with embeddings_stand_in() as endpoint:
        monkeypatch.setenv("ASKPAPERS_EMBEDDER_URL", endpoint.base_url)
        assert isinstance(chosen_embedder(settings()), ApiEmbedder)
        with open_library(settings(), embeds=True) as library:
            library.write([work("Moss", "Mosses grow slowly.")])
            library.fill()
        assert endpoint.requests[-1]["input"] == ["passage: Moss\nMosses grow slowly."]


@pytest.mark.parametrize("prefixes", ["query: ", "a|b|c"])
def test_prefixes_that_are_not_two_are_an_error(prefixes: str) -> None:
    with pytest.raises(ConfigError, match="ASKPAPERS_EMBEDDER_PREFIXES"):
        Config.from_env(os.environ | {"ASKPAPERS_EMBEDDER_PREFIXES": prefixes})


def test_what_is_found_by_words_only_is_told_until_it_has_its_vectors(
    config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    with Library.open(config, HashEmbedder()) as library:
        library.write([work("Moss", "Mosses grow slowly.")])
        tell_what_waits(library)
        told = " ".join(capsys.readouterr().err.split())
        assert told.startswith("1 paper is found by words only so far; `askpapers index`")
        library.fill()
        tell_what_waits(library)
        assert capsys.readouterr().err == ""


class Warming:
    """A chat model that fails at reading beforehand, having set `read`."""

    name = "local"

    def __init__(self) -> None:
        self.read = threading.Event()

    def stream(self, prompt: Prompt) -> Iterator[str]:
        yield "[NONE]"

    def warm(self, prompts: Sequence[Sequence[Message]]) -> None:
        self.read.set()
        raise ChatError("it failed")


def test_a_chat_model_is_warmed_in_the_background_and_its_failure_left_to_the_question(
    monkeypatch: pytest.MonkeyPatch, sample_config: Config, embedder: Embedder, reranker: Reranker
) -> None:
    chat = Warming()
    monkeypatch.setattr("rag.models.chat.chat_model", lambda name, config: chat)
    with Library.open(sample_config, embedder) as library:
        answerers = Answerers(library, outer_config())
        answerers.warm("local")
        assert chat.read.wait(120)
        assert answerers("local").ask("How often are WebGPT's answers preferred?").abstained


def test_changed_settings_answer_with_the_chat_model_that_is_loaded(
    monkeypatch: pytest.MonkeyPatch, sample_config: Config, embedder: Embedder, reranker: Reranker
) -> None:
    loaded: list[str] = []

    def load(name: str, config: Config) -> Warming:
        loaded.append(name)
        return Warming()

    monkeypatch.setattr("rag.models.chat.chat_model", load)
    question = "How often are WebGPT's answers preferred?"
    with Library.open(sample_config, embedder) as library:
        answerers = Answerers(library, outer_config())
        before = answerers("extractive")
        answerers.use(outer_config(), Settings(least_confidence=1.0))
        after = answerers("extractive")
        assert loaded == ["extractive"]
        assert before is not after
        assert after.ask(question).abstained


def test_another_endpoint_is_asked_anew_while_local_models_stay_loaded(
    monkeypatch: pytest.MonkeyPatch, sample_config: Config, embedder: Embedder, reranker: Reranker
) -> None:
    loaded: list[str] = []

    def load(name: str, config: Config) -> Warming:
        loaded.append(f"{name} {config.openai_base_url}".strip())
        return Warming()

    monkeypatch.setattr("rag.models.chat.chat_model", load)
    config = outer_config()
    with Library.open(sample_config, embedder) as library:
        answerers = Answerers(library, config)
        answerers.use(replace(config, openai_base_url="http://one/v1"), Settings())
        answerers("local"), answerers("openai:m")
        answerers.use(replace(config, openai_base_url="http://two/v1"), Settings())
        answerers("local"), answerers("openai:m")
    assert loaded[1:] == ["openai:m http://one/v1", "openai:m http://two/v1"]


def test_a_drawn_answer_is_written_by_the_loaded_chat_model_with_its_seed(
    monkeypatch: pytest.MonkeyPatch, sample_config: Config, embedder: Embedder, reranker: Reranker
) -> None:
    seeds: list[int] = []

    class Writing(Warming):
        """Declines, and keeps the seeds it was asked for."""

        def stream(self, prompt: Prompt) -> Iterator[str]:
            seeds.append(prompt.draw)
            return super().stream(prompt)

    monkeypatch.setattr("rag.models.chat.chat_model", lambda name, config: Writing())
    question = "How often are WebGPT's answers preferred over the demonstrators' answers?"
    with Library.open(sample_config, embedder) as library:
        answerers = Answerers(library, outer_config())
        answerers("local").ask(question)
        answerers.drawn("local", 7).ask(question)
    assert set(seeds) == {0, 7}
