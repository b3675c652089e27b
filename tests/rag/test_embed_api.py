"""The embedder behind an endpoint, against a stand-in on loopback that can misbehave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from rag.config import Config
from rag.errors import ConfigError, EmbedderError, EmbedderMismatch
from rag.library import Library
from rag.models.embed import Embedder
from rag.models.embed_api import MOST_TEXTS, ApiEmbedder
from tests.embeddings_stand_in import EmbeddingsStandIn, Reply, embeddings_stand_in, failing
from tests.fakes import HashEmbedder
from tests.rag.test_library import work


@pytest.fixture
def endpoint() -> Iterator[EmbeddingsStandIn]:
    with embeddings_stand_in() as running:
        yield running


def made(config: Config, endpoint: EmbeddingsStandIn, embedder: str = "openai:m") -> ApiEmbedder:
    here = replace(config, embedder=embedder, embedder_url=endpoint.base_url, openai_key="sk-1")
    return ApiEmbedder.from_config(here)


def test_vectors_come_in_the_order_of_the_texts_with_length_one(
    config: Config, endpoint: EmbeddingsStandIn
) -> None:
    embedder: Embedder = made(config, endpoint)
    texts = ["mosses grow", "ferns like shade", "rivers run"]
    vectors = embedder.embed(texts, "passage")
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, HashEmbedder().embed(texts, "passage"), atol=1e-6)
    assert embedder.dimension == 64
    assert set(endpoint.keys) == {"sk-1"}


def test_many_texts_go_in_requests_of_bounded_size(
    config: Config, endpoint: EmbeddingsStandIn
) -> None:
    texts = [f"moss {number}" for number in range(MOST_TEXTS + 10)]
    assert made(config, endpoint).embed([*texts, "long " * 60_000], "passage").shape == (139, 64)
    sizes = [len(request["input"]) for request in endpoint.requests if "moss" in str(request)]
    assert sizes == [MOST_TEXTS, 11]
    assert max(len(text) for r in endpoint.requests for text in r["input"]) == 16_000


def test_no_texts_are_no_vectors(config: Config, endpoint: EmbeddingsStandIn) -> None:
    assert made(config, endpoint).embed([], "passage").shape == (0, 64)


def test_prefixes_are_put_before_and_change_the_revision(
    config: Config, endpoint: EmbeddingsStandIn
) -> None:
    prefixed = replace(config, embedder_prefixes=("query: ", "passage: "))
    embedder = made(prefixed, endpoint)
    embedder.embed(["moss"], "query")
    embedder.embed(["moss"], "passage")
    sent = [request["input"] for request in endpoint.requests]
    assert ["query: moss"] in sent
    assert ["passage: moss"] in sent
    assert embedder.revision != made(config, endpoint).revision


def test_a_dimension_that_is_named_is_asked_for(
    config: Config, endpoint: EmbeddingsStandIn
) -> None:
    embedder = made(config, endpoint, "openai:m@32")
    assert embedder.dimension == 32
    assert endpoint.requests == []
    assert embedder.embed(["moss"], "passage").shape == (1, 32)
    assert endpoint.requests[0]["dimensions"] == 32


def test_an_endpoint_that_is_busy_is_asked_again(
    config: Config, endpoint: EmbeddingsStandIn
) -> None:
    endpoint.replies = [failing(429), failing(503)]
    assert made(config, endpoint).embed(["moss"], "passage").shape == (1, 64)


def rows(*vectors: list[float]) -> Reply:
    data = [{"object": "embedding", "index": i, "embedding": v} for i, v in enumerate(vectors)]
    usage = {"prompt_tokens": 1, "total_tokens": 1}
    return 200, {"object": "list", "model": "m", "data": data, "usage": usage}


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (failing(401, "key sk-1 is wrong"), "OPENAI_API_KEY"),
        (failing(404, "no model m"), "no model m"),
        (failing(400, "too long for sk-1"), "400: too long for …"),
        ((200, {"surprise": True}), "malformed"),
        ((200, [1, 2]), "malformed"),
        (rows([1.0, 2.0]), "not 2 vectors"),
        (rows([1.0, 2.0], [1.0]), "malformed"),
        (rows([1.0, 2.0], [0.0, 0.0]), "without direction"),
        (rows([1.0, 2.0], [float("nan"), 0.0]), "without direction"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_reply_that_is_no_vectors_is_an_error_with_a_remedy_and_no_key(
    config: Config, endpoint: EmbeddingsStandIn, reply: Reply, told: str
) -> None:
    endpoint.replies = [reply] * 5
    with pytest.raises(EmbedderError, match=told) as caught:
        made(config, endpoint).embed(["moss", "fern"], "passage")
    assert "sk-1" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_an_endpoint_that_is_not_there_is_an_error_naming_the_setting(config: Config) -> None:
    embedder = ApiEmbedder(
        "m", base_url="http://me:secret@127.0.0.1:9/v1", key="", timeout_s=1.0, dimension=4
    )
    with pytest.raises(EmbedderError, match="ASKPAPERS_EMBEDDER_URL") as caught:
        embedder.embed(["moss"], "query")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "settings",
    [
        {"embedder": "bge"},
        {"embedder": "openai:"},
        {"embedder": "openai:m@x", "openai_key": "sk-1"},
        {"embedder": "openai:m"},
        {"embedder": "openai:m", "embedder_url": "localhost"},
        {"embedder": "openai:m", "embedder_url": "http://[v1"},
    ],
    ids=str,
)
def test_a_setting_that_names_no_endpoint_is_an_error(
    config: Config, settings: dict[str, str]
) -> None:
    with pytest.raises(ConfigError, match="ASKPAPERS_EMBEDDER"):
        ApiEmbedder.from_config(
            Config(home=config.home, cache=config.cache, **settings)  # type: ignore[arg-type]  # all of these are str
        )


def test_a_library_is_filled_and_searched_through_it_and_refuses_another_model(
    config: Config, endpoint: EmbeddingsStandIn
) -> None:
    with Library.open(config, made(config, endpoint)) as library:
        library.write([work("Moss", "Mosses grow slowly."), work("Fern", "Ferns like shade.")])
        library.fill()
        vector = library.embedder.embed(["Moss\nMosses grow slowly."], "query")[0]
        assert library.search_vectors(vector, 1)[0][0] == "title:Moss/abstract/0"
    asked = len(endpoint.requests)
    with Library.open(config, made(config, endpoint)):
        assert len(endpoint.requests) == asked  # opening asks the endpoint nothing
    with pytest.raises(EmbedderMismatch, match=r"openai:m 1 64.*openai:other"):
        Library.open(config, made(config, endpoint, "openai:other"))


def test_what_was_embedded_before_an_endpoint_failed_is_kept(
    config: Config, endpoint: EmbeddingsStandIn
) -> None:
    with Library.open(config, made(config, endpoint)) as library:
        library.write([work(f"Paper {number}", "Moss.") for number in range(100)])
        assert library.embedder.dimension == 64
        first = endpoint.reply({"input": ["x"] * 64})
        endpoint.replies = [first, *[failing(400)] * 9]
        with pytest.raises(EmbedderError, match="400"):
            library.fill()
        assert library.standing().by_vectors == 64
        endpoint.replies = []
        library.fill()
        assert library.unfinished() == 0
