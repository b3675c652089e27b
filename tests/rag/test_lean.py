"""The graph that is left computes what the whole one does, for the question's tokens."""

from __future__ import annotations

import numpy as np
import onnxruntime  # type: ignore[import-untyped]  # has no types
import pytest
from tokenizers import Tokenizer

from rag.config import Config
from rag.models.answering import LAYERS
from rag.models.graph import cut
from rag.models.lean import FIRST_TOKENS, lean
from rag.models.manifest import RERANKER
from rag.models.weights import ensure

QUESTION = "How many crates of apples did the orchard give?"
PASSAGE = "Moss and apples. The orchard gave 412 crates of apples in a dry year."


@pytest.fixture
def model(config: Config) -> bytes:
    return (ensure(RERANKER.name, config) / RERANKER.files[0].name).read_bytes()


@pytest.fixture
def tokens(config: Config) -> dict[str, np.ndarray]:
    folder = ensure(RERANKER.name, config)
    tokenizer = Tokenizer.from_file(str(folder / RERANKER.files[1].name))
    tokenizer.no_padding()
    pair = tokenizer.encode(QUESTION, PASSAGE)
    rows = {
        "input_ids": pair.ids,
        "attention_mask": pair.attention_mask,
        "token_type_ids": pair.type_ids,
    }
    return {name: np.array([row]) for name, row in rows.items()}


def computed(model: bytes, tokens: dict[str, np.ndarray]) -> list[np.ndarray]:
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    outputs: list[np.ndarray] = session.run(None, tokens)
    return outputs


def test_it_computes_the_states_of_the_whole_graph(
    model: bytes, tokens: dict[str, np.ndarray]
) -> None:
    first = int(np.count_nonzero(tokens["token_type_ids"] == 0))
    whole = computed(cut(model, *LAYERS), tokens)
    few = computed(lean(model), {**tokens, FIRST_TOKENS: np.array([first])})
    for own, other in zip(few, whole, strict=True):
        assert own.shape == (1, first, 384)
        # Not to the bit: numbers that are rounded to eight bits are rounded by another range.
        assert np.corrcoef(own.ravel(), other[:, :first].ravel())[0, 1] > 0.998


def test_the_passage_is_looked_at(model: bytes, tokens: dict[str, np.ndarray]) -> None:
    first = np.array([np.count_nonzero(tokens["token_type_ids"] == 0)])
    shuffled = tokens["input_ids"].copy()
    shuffled[0, first[0] :] = shuffled[0, first[0] :][::-1]
    one, other = (
        computed(lean(model), {**tokens, "input_ids": ids, FIRST_TOKENS: first})[1]
        for ids in (tokens["input_ids"], shuffled)
    )
    assert not np.allclose(one, other, atol=0.1)


def test_a_graph_that_has_other_layers_is_refused(model: bytes) -> None:
    with pytest.raises(ValueError, match="no node of the graph computes"):
        lean(cut(model, LAYERS[0].replace("layer.7", "layer.2")))
