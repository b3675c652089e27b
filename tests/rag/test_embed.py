"""The real embedder: what its vectors promise to the library."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from rag.config import Config
from rag.errors import WeightsError
from rag.models.embed import QUERY_PREFIX, Embedder, OnnxEmbedder
from rag.models.manifest import EMBEDDER
from rag.models.onnx import OnnxModel, Text
from tests.fakes import HashEmbedder

CLAIM = "The model's answers are truthful about twice as often as those of GPT-3."
PARAPHRASE = "GPT-3 tells the truth only half as frequently as this model does."
UNRELATED = "Glaciers in Patagonia have lost a third of their ice since 1990."
LONG = "Human feedback trains a reward model, which then guides the policy. " * 60


def cosine(embedder: Embedder, first: str, second: str) -> float:
    one, other = embedder.embed([first, second], "passage")
    return float(one @ other)


def test_a_paraphrase_is_nearer_than_an_unrelated_sentence(embedder: Embedder) -> None:
    # Measured: 0.76 and 0.46.
    near, far = (cosine(embedder, CLAIM, other) for other in (PARAPHRASE, UNRELATED))
    assert near > far + 0.2


def test_a_question_finds_its_passage(embedder: Embedder) -> None:
    passages = embedder.embed([UNRELATED, CLAIM], "passage")
    (question,) = embedder.embed(["How much more often is it truthful?"], "query")
    assert np.argmax(passages @ question) == 1


def test_a_query_lies_midway_between_its_readings_with_and_without_prefix(
    embedder: Embedder,
) -> None:
    plain, prefixed = embedder.embed([CLAIM, QUERY_PREFIX + CLAIM], "passage")
    (query,) = embedder.embed([CLAIM], "query")
    np.testing.assert_allclose(query @ plain, query @ prefixed, atol=1e-6)
    assert query @ plain > plain @ prefixed


def test_vectors_are_rows_of_unit_length(embedder: Embedder) -> None:
    vectors = embedder.embed([CLAIM, "", LONG], "passage")
    assert vectors.shape == (3, embedder.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_nothing_embeds_to_no_rows(embedder: Embedder) -> None:
    assert embedder.embed([], "query").shape == (0, 384)


def test_a_text_gets_the_same_vector_alone_and_in_company(embedder: Embedder) -> None:
    # To the bit: with batches through the int8 graph the cosine was 0.997.
    texts = [LONG, CLAIM, UNRELATED, "Short."]
    alone = np.vstack([embedder.embed([text], "passage") for text in texts])
    np.testing.assert_array_equal(embedder.embed(texts, "passage"), alone)


def test_threads_that_share_it_get_the_same_vectors(embedder: Embedder) -> None:
    texts = [f"{CLAIM} {number}" for number in range(12)]
    with ThreadPoolExecutor(4) as pool:
        rows = list(pool.map(lambda text: embedder.embed([text], "passage")[0], texts))
    np.testing.assert_array_equal(np.array(rows), embedder.embed(texts, "passage"))


def test_text_beyond_512_tokens_is_not_read(embedder: Embedder) -> None:
    assert cosine(embedder, LONG, LONG + UNRELATED) == pytest.approx(1.0, abs=1e-5)


def test_a_query_is_read_otherwise_than_a_passage(embedder: Embedder) -> None:
    assert not np.array_equal(embedder.embed([CLAIM], "query"), embedder.embed([CLAIM], "passage"))


def test_a_late_query_is_not_read_again_as_a_passage_and_gets_the_same_vector(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = OnnxEmbedder.load(config)
    asked = [f"{CLAIM} {number}" for number in range(20)]
    fresh = own.embed(asked, "passage")
    own.embed(asked, "query")
    own.embed(asked[4:5], "query")  # asked again, it is the latest

    read: list[str] = []
    firsts = OnnxModel.firsts

    def counted(model: OnnxModel, texts: Iterable[Text]) -> list[NDArray[np.float32]]:
        texts = list(texts)
        read.extend(map(str, texts))
        return firsts(model, texts)

    own.embed(["another"], "query")
    monkeypatch.setattr(OnnxModel, "firsts", counted)
    np.testing.assert_array_equal(own.embed(asked, "passage"), fresh)
    assert read == [*asked[:4], asked[5]]


def test_its_revision_is_that_of_the_pinned_weights(embedder: Embedder) -> None:
    assert EMBEDDER.files[0].sha256.startswith(embedder.revision)


def test_wrong_weights_are_refused_before_they_are_loaded(config: Config, tmp_path: Path) -> None:
    for file in EMBEDDER.files:
        (tmp_path / file.name).write_bytes(b"\0" * file.size)
    with pytest.raises(WeightsError, match=r"model_quantized\.onnx has sha256"):
        OnnxEmbedder.load(replace(config, models=tmp_path))


def test_weights_that_spoiled_in_the_cache_are_an_error_with_the_remedy(
    config: Config, tmp_path: Path
) -> None:
    folder = tmp_path / "models" / EMBEDDER.name
    folder.mkdir(parents=True)
    for file in EMBEDDER.files:
        (folder / file.name).write_bytes(b"\0" * file.size)
    with pytest.raises(WeightsError, match="askpapers models verify"):
        OnnxEmbedder.load(replace(config, models=None, cache=tmp_path))


@given(st.lists(st.text(max_size=40), max_size=5))
def test_the_fake_embedder_keeps_the_same_promises(texts: list[str]) -> None:
    fake = HashEmbedder()
    vectors = fake.embed(texts, "passage")
    assert vectors.shape == (len(texts), fake.dimension)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    for text, row in zip(texts, vectors, strict=True):
        np.testing.assert_array_equal(fake.embed([text], "query")[0], row)
