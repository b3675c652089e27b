"""What a command opens: the embedder that the settings name, and what it says of papers to come."""

from __future__ import annotations

import os

import pytest

from rag.config import Config
from rag.embed_api import ApiEmbedder
from rag.errors import ConfigError
from rag.library import Library
from tests.embeddings_stand_in import embeddings_stand_in
from tests.fakes import HashEmbedder
from tests.rag.test_library import work
from ui.opening import LateEmbedder, chosen_embedder, open_library, settings, tell_what_waits


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
