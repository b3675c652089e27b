"""What the cross-encoder learned is added to its weights, and to nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag.config import Config
from rag.models.answering import LAYERS
from rag.models.graph import cut, tensors, with_tensors
from rag.models.lean import lean
from rag.models.manifest import RERANKER
from rag.models.tuned import (
    MATRICES,
    TUNED_LAYERS,
    Additions,
    learned_additions,
    tuned,
    weights_of,
    with_additions,
    write_additions,
)
from rag.models.weights import ensure
from tests.rag.test_lean import computed

WIDE = "8/intermediate/dense"


@pytest.fixture
def model(config: Config) -> bytes:
    return (ensure(RERANKER.name, config) / RERANKER.files[0].name).read_bytes()


def additions(spread: float) -> Additions:
    drawn = np.random.default_rng(0)
    down, up = drawn.normal(0, spread, (384, 4)), drawn.normal(0, spread, (4, 1536))
    return {WIDE: (down.astype(np.float32), up.astype(np.float32))}


def test_every_matrix_of_the_tuned_layers_is_found(model: bytes) -> None:
    weights = weights_of(model)
    assert set(weights) == {f"{layer}/{place}" for layer in TUNED_LAYERS for place in MATRICES}
    assert weights[WIDE].shape == (384, 1536)
    assert weights["8/output/dense"].shape == (1536, 384)
    assert {name: pair[0].shape[1] for name, pair in learned_additions().items()} == dict.fromkeys(
        weights, 16
    )


def test_the_sum_is_in_the_graph_as_exactly_as_eight_bits_hold_it(model: bytes) -> None:
    more = additions(0.1)
    down, up = more[WIDE]
    before, after = weights_of(model), weights_of(with_additions(model, more))
    wanted = before[WIDE] + down @ up
    most = np.abs(wanted).max(axis=0) / 127 / 2 * 1.001
    assert (np.abs(after[WIDE] - wanted) <= most).all()
    for name in set(before) - {WIDE}:
        assert np.array_equal(after[name], before[name])


def test_what_was_learned_changes_the_states_that_are_probed(model: bytes) -> None:
    ids = np.arange(1000, 1024)[None]
    tokens = {
        "input_ids": ids,
        "attention_mask": np.ones_like(ids),
        "token_type_ids": (ids > 1010).astype(np.int64),
        "first_tokens": np.array([11]),
    }
    plain, learned = (computed(graph, tokens) for graph in (lean(model), tuned(lean(model))))
    for own, other in zip(learned, plain, strict=True):
        assert own.shape == other.shape == (1, 11, 384)
        assert np.isfinite(own).all()
        assert not np.allclose(own, other, atol=0.05)


def test_additions_that_were_written_are_read_again(tmp_path: Path) -> None:
    more = additions(0.1)
    write_additions(more, tmp_path / "tuned.npz")
    again = learned_additions(tmp_path / "tuned.npz")
    assert set(again) == {WIDE}
    for own, other in zip(again[WIDE], more[WIDE], strict=True):
        assert np.allclose(own, other, atol=1e-3)


def test_a_graph_without_those_layers_is_refused(model: bytes) -> None:
    with pytest.raises(ValueError, match="no node of the graph multiplies by"):
        tuned(cut(model, LAYERS[0].replace("layer.7", "layer.2")))


def test_constants_are_replaced_by_name_whatever_their_shape(model: bytes) -> None:
    name, other = (f"bert.encoder.layer.{layer}.output.dense.bias" for layer in (8, 7))
    new = with_tensors(model, {name: np.zeros(3, np.float32)})
    assert tensors(new, [name])[name].tolist() == [0, 0, 0]
    assert np.array_equal(tensors(new, [other])[other], tensors(model, [other])[other])


def test_a_constant_that_is_not_there_or_holds_whole_numbers_is_refused(model: bytes) -> None:
    with pytest.raises(ValueError, match="no constant 'moss'"):
        tensors(model, ["moss"])
    with pytest.raises(ValueError, match="no constant 'moss'"):
        with_tensors(model, {"moss": np.zeros(3, np.float32)})
    with pytest.raises(ValueError, match=r"is of type \[7\], not of floats or bytes"):
        tensors(lean(model), ["second_axis"])


def test_numbers_of_another_size_are_not_written(model: bytes) -> None:
    name = "bert.encoder.layer.8.output.dense.bias"
    with pytest.raises(ValueError, match="would be of float64"):
        with_tensors(model, {name: np.zeros(3)})  # type: ignore[dict-item]  # that is refused


def test_an_addition_to_no_matrix_is_refused_and_a_column_of_zeros_stays_one(model: bytes) -> None:
    more = additions(0.1)
    with pytest.raises(ValueError, match="no matrix of the tuned layers is called 'moss'"):
        with_additions(model, {"moss": more[WIDE]})
    column = np.zeros((384, 1), np.float32), np.zeros((1, 1536), np.float32)
    column[0][:] = -weights_of(model)[WIDE][:, :1]
    column[1][0, 0] = 1.0
    assert not weights_of(with_additions(model, {WIDE: column}))[WIDE][:, 0].any()
