"""Cutting a graph: what is left computes the same, and what is no graph is refused."""

from __future__ import annotations

import numpy as np
import onnxruntime  # type: ignore[import-untyped]  # has no types
import pytest

from rag.config import Config
from rag.models.answering import LAYERS
from rag.models.graph import cut
from rag.models.manifest import RERANKER
from rag.models.weights import ensure

TOKENS = {
    "input_ids": np.array([[101, 2073, 2079, 2016, 102, 2422, 2003, 102]]),
    "attention_mask": np.ones((1, 8), dtype=np.int64),
    "token_type_ids": np.array([[0, 0, 0, 0, 0, 1, 1, 1]]),
}
EARLIER = "/bert/encoder/layer.2/output/LayerNorm/Add_1_output_0"


@pytest.fixture
def model(config: Config) -> bytes:
    return (ensure(RERANKER.name, config) / RERANKER.files[0].name).read_bytes()


def computed(model: bytes, tokens: dict[str, np.ndarray] = TOKENS) -> np.ndarray:
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    output: np.ndarray = session.run(None, tokens)[0]
    return output


def test_the_last_value_of_a_cut_graph_is_that_of_the_whole(model: bytes) -> None:
    assert np.array_equal(computed(cut(model, "logits")), computed(model))


def test_a_graph_cut_in_two_steps_is_the_one_cut_at_once(model: bytes) -> None:
    once, twice = cut(model, EARLIER), cut(cut(model, *LAYERS), EARLIER)
    assert once == twice
    assert computed(once).shape == (1, 8, 384)


def test_several_values_of_a_graph_come_as_they_are_asked_for(model: bytes) -> None:
    session = onnxruntime.InferenceSession(
        cut(model, EARLIER, LAYERS[0]), providers=["CPUExecutionProvider"]
    )
    first, second = session.run(None, TOKENS)
    assert np.array_equal(first, computed(cut(model, EARLIER)))
    assert np.array_equal(second, computed(cut(model, LAYERS[0])))


def test_weights_of_what_comes_later_are_left_out(model: bytes) -> None:
    earlier, layer = len(cut(model, EARLIER)), len(cut(model, *LAYERS))
    assert earlier < layer - 8_000_000 < len(model) - 12_000_000


def test_a_value_that_nothing_computes_is_named(model: bytes) -> None:
    with pytest.raises(ValueError, match="no node of the graph computes 'layer99'"):
        cut(model, "layer99")


@pytest.mark.parametrize("content", [b"<html>", b"\x3a\xff", b"\x08\xff", b"\x3a\x05ab"])
def test_what_is_no_protobuf_message_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="no protobuf message"):
        cut(content, "logits")
